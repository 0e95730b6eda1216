"""An issue to its members: what the ledger says of it, one screen, and the messages."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from newsletter.i18n import _, counted
from newsletter.ledger.file import only_sender
from newsletter.ledger.ledger import Ledger, open_ledger, read_ledger
from newsletter.ledger.states import State
from newsletter.mailing.delivery.delivery import Trouble, deliver
from newsletter.mailing.delivery.pace import Pace
from newsletter.mailing.delivery.run import Outcome, Run
from newsletter.mailing.smtp.connection import Connection
from newsletter.mailing.smtp.server import Server
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.rendering.fingerprint import parts_of
from newsletter.sending.chosen_members import ToMembers, members_of, refusals_of
from newsletter.sending.dry_run import to_outbox, try_out
from newsletter.sending.outbox import Outbox
from newsletter.sending.screen import Plan, screen
from newsletter.sending.sending import EXIT_INTERRUPTED, EXIT_NOT_ALL_DELIVERED, Sending
from newsletter.sending.sent_before import refuse_what_was_sent
from newsletter.sending.sent_folder import SentRecord, read_sent, write_record, write_variant

_NOT_DELIVERED = (State.QUEUED, State.ATTEMPTING, State.REFUSED, State.DEFERRED, State.UNCERTAIN)


class Stopped(NewsletterError):  # noqa: N818 - a sentence
    """A run ended before its time: some have the issue, others do not."""

    exit_status = EXIT_NOT_ALL_DELIVERED


def send_to_members(sending: Sending, path: Path) -> int:
    """Send the issue to the members in `path`; return the exit status."""
    workspace, issue = sending.settings.workspace, sending.mails.issue
    parts = parts_of(issue, sending.settings)
    to_members = ToMembers(sending, parts, members_of(sending, path, parts), refusals_of(sending))
    if sending.options.outbox is not None:
        return _to_outbox(to_members, Outbox(sending.options.outbox, issue.id))
    if sending.options.dry_run:
        with read_ledger(workspace) as known:
            return _try_out(to_members, known)
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
            to_members.note_everyone(ledger)  # who is left out
        counts = _tell_summary(to_members, ledger, plan)
    if interrupted:
        return EXIT_INTERRUPTED
    is_missed = plan.rows_at_fault or any(counts.get(state) for state in _NOT_DELIVERED)
    return EXIT_NOT_ALL_DELIVERED if is_missed else 0


def _prepared(to_members: ToMembers, plan: Plan) -> bool:
    """Run the checks and show the screen; return whether nothing forbids the send."""
    sending = to_members.sending
    if not to_members.members.file.is_read:
        return False
    if not sending.check([each.document for each in sending.mails.variants]):
        return False
    for line in screen(sending, plan, fingerprint=to_members.parts.fingerprint):
        sending.terminal.tell(line)
    return True


def _try_out(to_members: ToMembers, ledger: Ledger | None) -> int:
    refuse_what_was_sent(to_members.sending, to_members.parts, ledger)
    plan = to_members.plan(ledger)
    return try_out(to_members, plan, ledger) if _prepared(to_members, plan) else 1


def _to_outbox(to_members: ToMembers, outbox: Outbox) -> int:
    """Write the messages as files; no ledger is read or written."""
    plan = to_members.plan(None)
    if not _prepared(to_members, plan):
        return 1
    if to_members.sending.options.dry_run:
        return try_out(to_members, plan, None)
    return to_outbox(to_members, plan, outbox)


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
    first = Connection.to(server)
    smtp = server.settings
    run = Run(
        sender=mails.sender.envelope or mails.sender.email,
        connect=partial(Connection.to, server),
        ledger=ledger,
        pace=Pace(smtp.rate, smtp.domain_rates, clock=clock.monotonic, sleep=clock.sleep),
        clock=clock,
        stopping=sending.terminal.stopping,
    )
    try:
        to_members.note_everyone(ledger)
        _keep(to_members, ledger)
        outcomes = deliver(
            run,
            to_members.jobs(ledger),
            connections=min(smtp.connections, plan.total),
            first=first,
            goes_on=partial(_goes_on, sending),
        )
        _show_progress(sending, outcomes, plan.total)
    except NewsletterError as error:
        first.abort()
        _tell_summary(to_members, ledger, plan)
        raise Stopped(error.message, hint=error.hint) from error
    finally:
        first.abort()
        _keep_counts(to_members, ledger)
    return run.stopping.is_set() and not run.gave_up


def _show_progress(sending: Sending, outcomes: Iterator[Outcome], total: int) -> None:
    with sending.terminal.progress(total) as advance:
        for outcome in outcomes:
            row = outcome.row
            if outcome.row is outcome.job.row:
                continue
            if row.state is State.DEFERRED and row.next_try:
                advance(
                    0, _("deferred: {code} {words}").format(code=row.code or "", words=row.words)
                )
            else:
                advance(1, "")


def _goes_on(sending: Sending, trouble: Trouble) -> bool:
    """Ask whether to go on after so many failures; without anyone to ask, do not."""
    message = _("{count} messages in a row: {state} ({code} {words})").format(
        count=trouble.count,
        state=trouble.row.state.in_words,
        code=trouble.row.code or "",
        words=trouble.row.words,
    )
    sending.terminal.tell(message)
    if sending.options.yes or sending.terminal.ask is None:
        sending.terminal.tell(_("the send has stopped; --resume continues from here"))
        if trouble.row.state is State.REFUSED:
            sending.terminal.tell(_("--retry-failed also resumes, and retries refused recipients"))
        return False
    return sending.terminal.ask(_("Continue anyway? yes or no")).strip().lower() in _YES


_YES = {"y", "yes", "o", "oui"}


def _keep(to_members: ToMembers, ledger: Ledger) -> None:
    """Note what the issue is, in the ledger and under `sent/`, before its messages leave."""
    sending, parts = to_members.sending, to_members.parts
    now = sending.clock.now().isoformat(timespec="seconds")
    for variant in sending.mails.variants:
        write_variant(sending.settings.workspace, variant.document)
    ledger.begin(to_members.issue_id, parts.fingerprint, parts.digests, now=now)
    _keep_counts(to_members, ledger)


def _bring_back(to_members: ToMembers, ledger: Ledger) -> None:
    """Write under `sent/` what was sent and is there no more, while the issue is still the same."""
    sending, parts = to_members.sending, to_members.parts
    workspace, mails = sending.settings.workspace, sending.mails
    recorded = ledger.recorded(to_members.issue_id)
    is_same = recorded is not None and recorded.fingerprint == parts.fingerprint
    if not is_same or read_sent(workspace, to_members.issue_id) is not None:
        return
    names = ledger.variant_counts(to_members.issue_id)
    for each in to_members.chosen(ledger):
        if each.row is not None and each.row.variant in names:
            mails.variant_for(each.recipient.audience)
    for variant in mails.variants:
        if variant.name in names:
            write_variant(workspace, variant.document)
    _keep_counts(to_members, ledger)


def _keep_counts(to_members: ToMembers, ledger: Ledger) -> None:
    workspace, issue_id = to_members.sending.settings.workspace, to_members.issue_id
    recorded = ledger.recorded(issue_id)
    if recorded is None:
        return
    counts = ledger.variant_counts(issue_id)
    for variant in to_members.sending.mails.variants:
        counts.setdefault(variant.name, 0)
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
