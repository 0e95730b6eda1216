"""An issue to its members: what the ledger says of it, one screen, and the messages.

Without a server each message is made, then written to a folder or dropped.
"""

import re
from functools import partial
from pathlib import Path

from newsletter.i18n import _, counted, kilobytes
from newsletter.ledger.file import only_sender
from newsletter.ledger.ledger import Ledger, open_ledger, read_ledger
from newsletter.ledger.states import State
from newsletter.mailing.delivery.delivery import deliver
from newsletter.mailing.delivery.pace import Pace
from newsletter.mailing.delivery.patience import Patience
from newsletter.mailing.delivery.run import Run
from newsletter.mailing.smtp.connection import Connection
from newsletter.mailing.smtp.server import Server
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.rendering.fingerprint import parts_of
from newsletter.sending.chosen_members import ToMembers, members_of, unsubscribed_of
from newsletter.sending.screen import Plan, screen
from newsletter.sending.sending import (
    EXIT_INTERRUPTED,
    EXIT_NOT_ALL_DELIVERED,
    Outbox,
    Sending,
    nothing_sent,
)
from newsletter.sending.sent_before import (
    SentRecord,
    read_sent,
    refuse_what_was_sent,
    write_mail,
    write_record,
)
from newsletter.sending.while_sending import first_connection, resumes, show_progress

_NOT_DELIVERED = (State.QUEUED, State.ATTEMPTING, State.REFUSED, State.DEFERRED, State.UNCERTAIN)


def send_to_members(sending: Sending, path: Path) -> int:
    """Send the issue to the members in `path`; return the exit status."""
    workspace, issue = sending.settings.workspace, sending.mails.issue
    to_members = to_members_in(sending, path)
    parts = to_members.parts
    if sending.options.outbox is not None:  # no ledger is read or written
        return _without_server(to_members, None)
    if sending.options.dry_run:
        with read_ledger(workspace) as known:
            refuse_what_was_sent(sending, parts, known)
            return _without_server(to_members, known)
    if sending.server is None:
        raise NewsletterError(_("no server to send through"))
    with only_sender(workspace), open_ledger(workspace) as ledger:
        ledger.settle(issue.id)
        refuse_what_was_sent(sending, parts, ledger)
        plan = to_members.plan(ledger)
        if not _prepared(to_members, plan):
            return 1
        _bring_back(to_members, ledger)
        interrupted = False
        if plan.total:
            _ask_for_number(sending, plan.total)
            interrupted = _run(to_members, ledger, sending.server, plan)
        else:
            to_members.note_everyone(plan, ledger)  # who is left out
        counts = _tell_summary(to_members, ledger, plan)
    if interrupted:
        return EXIT_INTERRUPTED
    is_missed = plan.rows_at_fault or any(counts.get(state) for state in _NOT_DELIVERED)
    return EXIT_NOT_ALL_DELIVERED if is_missed else 0


def to_members_in(sending: Sending, path: Path) -> ToMembers:
    """Return the send of an issue to the members in `path`."""
    parts = parts_of(sending.mails.issue, sending.settings)
    return ToMembers(sending, parts, members_of(sending, path, parts), unsubscribed_of(sending))


def _prepared(to_members: ToMembers, plan: Plan) -> bool:
    """Run the checks and show the screen; return whether nothing forbids the send."""
    sending = to_members.sending
    if not to_members.members.file.is_read:
        sending.terminal.tell(nothing_sent(to_members.members.file.problems))
        return False
    if not sending.check([each.document for each in sending.mails.made]):
        return False
    for line in screen(sending, plan, fingerprint=to_members.parts.fingerprint):
        sending.terminal.tell(line)
    return True


def _without_server(to_members: ToMembers, ledger: Ledger | None) -> int:
    """Make the messages that would leave now, to be written to a folder or dropped."""
    options, terminal = to_members.sending.options, to_members.sending.terminal
    workspace = to_members.sending.settings.workspace
    plan = to_members.plan(ledger)
    if not _prepared(to_members, plan):
        return 1
    folder = options.outbox
    outbox = Outbox(folder, to_members.issue_id, workspace) if folder else None
    made = largest = 0
    with terminal.progress(plan.total) as advance:
        for message in to_members.messages(ledger):
            if terminal.stopping.is_set():
                break
            if outbox is not None and not options.dry_run:
                outbox.write(message)
            made, largest = made + 1, max(largest, len(message))
            advance(1, "")
    if outbox is not None and not options.dry_run:
        told = counted(
            "{count} message written to {folder}", "{count} messages written to {folder}", made
        )
        terminal.tell(told.format(count=made, folder=shown_path(outbox.folder)))
    elif made == plan.total:
        told = counted(
            "{count} message prepared, {size} kB",
            "{count} messages prepared, up to {size} kB each",
            made,
        )
        if made:
            terminal.tell(told.format(count=made, size=kilobytes(largest)))
        terminal.tell(_("dry run: nothing was sent"))
    return 0 if made == plan.total else EXIT_INTERRUPTED


def _ask_for_number(sending: Sending, total: int) -> None:
    """Return when the number of recipients was typed, or need not be."""
    if sending.options.yes:
        return
    if sending.terminal.ask is None:
        message = _("no terminal to confirm sending {count} messages").format(count=total)
        raise NewsletterError(message, hint=_("in a script, add --yes"))
    typed = sending.terminal.ask(_("Type the number of recipients to send"))
    if re.sub(r"\s", "", typed) != str(total):  # "2 000", with whatever space
        message = _("nothing was sent: you typed '{typed}', not {count}").format(
            typed=typed, count=total
        )
        raise NewsletterError(message, hint=_("run the same command again"))


def _run(to_members: ToMembers, ledger: Ledger, server: Server, plan: Plan) -> bool:
    """Send; return whether it was interrupted.

    What is sent lies in `sent/` from before the first message on.
    """
    sending, mails, clock = to_members.sending, to_members.sending.mails, to_members.sending.clock
    smtp = server.settings
    run = Run(
        sender=mails.sender.envelope or mails.sender.email,
        connect=partial(Connection.to, server),
        ledger=ledger,
        pace=Pace(smtp.rate, smtp.domain_rates, clock=clock.monotonic, sleep=clock.sleep),
        patience=Patience(smtp.keep_trying, clock),
        clock=clock,
        stopping=sending.terminal.stopping,
        max_per_connection=smtp.max_per_connection or 0,
    )
    first = first_connection(run, sending)
    if first is None:
        return True
    try:
        to_members.note_everyone(plan, ledger)
        _keep(to_members, ledger)
        outcomes = deliver(
            run,
            to_members.jobs(ledger),
            connections=min(smtp.connections, plan.total),
            first=first,
            resumes=partial(resumes, sending),
        )
        show_progress(sending, outcomes, plan.total)
    except NewsletterError as error:
        first.abort()
        _tell_summary(to_members, ledger, plan)
        error.exit_status = EXIT_NOT_ALL_DELIVERED  # some have the issue, others do not
        raise
    finally:
        first.abort()
        _keep_counts(to_members, ledger)
    return run.stopping.is_set() and not run.gave_up


def _keep(to_members: ToMembers, ledger: Ledger) -> None:
    """Note what the issue is, in the ledger and under `sent/`, before its messages leave."""
    sending, parts = to_members.sending, to_members.parts
    now = sending.clock.now().isoformat(timespec="seconds")
    for mail in sending.mails.made:
        write_mail(sending.settings.workspace, mail)
    ledger.begin(to_members.issue_id, parts.fingerprint, parts.digests, now=now)
    _keep_counts(to_members, ledger)


def _bring_back(to_members: ToMembers, ledger: Ledger) -> None:
    """Write under `sent/` what was sent and is there no more, while the issue is still the same."""
    sending, parts = to_members.sending, to_members.parts
    workspace, mails = sending.settings.workspace, sending.mails
    recorded = ledger.recorded(to_members.issue_id)
    is_same = recorded is not None and parts.are_of(recorded.fingerprint, recorded.parts)
    if not is_same or read_sent(workspace, to_members.issue_id) is not None:
        return
    names = ledger.variant_counts(to_members.issue_id)
    for each in to_members.chosen(ledger):
        if each.row is not None and each.row.variant in names:
            mails.mail_for(each.recipient.audience)
    for mail in mails.made:
        if mail.name in names:
            write_mail(workspace, mail)
    _keep_counts(to_members, ledger)


def _keep_counts(to_members: ToMembers, ledger: Ledger) -> None:
    workspace, issue_id = to_members.sending.settings.workspace, to_members.issue_id
    recorded = ledger.recorded(issue_id)
    if recorded is None:
        return
    counts = ledger.variant_counts(issue_id)
    for mail in to_members.sending.mails.made:
        counts.setdefault(mail.name, 0)
    before = read_sent(workspace, issue_id)
    date = before.date if before else recorded.begun
    record = SentRecord(issue_id, date, recorded.fingerprint, recorded.parts, counts)
    write_record(workspace, record)


def _tell_summary(to_members: ToMembers, ledger: Ledger, plan: Plan) -> dict[State, int]:
    counts = ledger.counts(to_members.issue_id)
    tell = to_members.sending.terminal.tell
    for state in State:
        if counts.get(state):
            tell(f"{counts[state]:6}  {state.in_words}")
    if plan.rows_at_fault:
        told = counted(
            "{file}: row on line {lines} could not be used",
            "{file}: rows on lines {lines} could not be used",
            plan.rows_at_fault,
        ).format(file=to_members.members.path.name, lines=", ".join(plan.places_at_fault))
        tell(f"{plan.rows_at_fault:6}  {told}")
    path = shown_path(to_members.sending.loaded.path)
    tell(_("for the list and the reasons, run: newsletter report {file}").format(file=path))
    return counts
