"""An issue to its members: what the ledger says of it, one screen, and what is sent is frozen."""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path, PurePosixPath

from newsletter.i18n import _
from newsletter.ledger.frozen import Schedule
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.opening import open_ledger, read_ledger
from newsletter.ledger.states import utc_text
from newsletter.mailing.message.message import shown_subject
from newsletter.mailing.message.unsubscribe import mark_of
from newsletter.mailing.smtp.connection import Connection
from newsletter.members.members_file import REJECTED_FILE, write_rejected
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.sending.approvals import refuse_unapproved, user_name
from newsletter.sending.chosen_members import ToMembers
from newsletter.sending.frozen_send import deliver_frozen, tell_summary
from newsletter.sending.hours import Hours
from newsletter.sending.means import agrees, ask_for_number
from newsletter.sending.scheduled import resume_list
from newsletter.sending.screen import Plan, screen_of, unusable
from newsletter.sending.sending import EXIT_INTERRUPTED, Outbox, Sending, envelope_of, nothing_sent
from newsletter.sending.sent_before import keep_counts, refuse_what_was_sent, write_mail
from newsletter.sending.unsubscribed import is_known, refuse_unknown


def send_to_members(sending: Sending, path: Path) -> int:
    """Send the issue to the members in `path`; return the exit status."""
    place = sending.settings.workspace, sending.settings.ledger
    refuse_unapproved(sending)
    if sending.options.outbox is not None:  # no ledger is read or written
        return _without_server(ToMembers(sending, path), None)
    if sending.options.dry_run:
        to_members = ToMembers(sending, path)
        with read_ledger(*place) as known:
            refuse_what_was_sent(sending, known)
            return _without_server(to_members, known)
    knows_who_said_no = is_known(*place)
    with open_ledger(*place) as ledger:
        to_members = ToMembers(sending, path, ledger)
        refuse_what_was_sent(sending, ledger)
        if not knows_who_said_no:
            refuse_unknown(sending)
        plan = to_members.plan(ledger)
        if not _prepared(to_members, plan):
            return 1
        file, faults = sending.loaded.path, unusable(plan)
        if not plan.total:
            to_members.note_everyone(ledger)  # who is left out
            return tell_summary(sending, ledger, file, faults)
        if sending.hours and ledger.is_shared:
            _ask_without_worker(sending, ledger)
        ask_for_number(sending, plan.total)
        freeze = partial(_freeze, to_members, ledger)
        if sending.hours is None:
            reason_of = to_members.reason_of
            return deliver_frozen(
                sending, ledger, file, plan.total, freeze=freeze, faults=faults, reason_of=reason_of
            )
        _schedule(sending, ledger, sending.hours, freeze)
    list_name = sending.options.list_name
    return resume_list(sending.settings, lambda _sender: sending, file, list_name, waits=True) or 0


def _ask_without_worker(sending: Sending, ledger: Ledger) -> None:
    """Raise where no worker was seen of late, and nobody says that one will be."""
    seen = [each.seconds_ago for each in ledger.under_way.at_work() if not each.issue]
    if any(each < 5 * 60 for each in seen):
        return
    message = _("no worker was seen for five minutes: nothing leaves before one runs")
    question = _("{message}. Schedule it anyway? yes or no").format(message=message)
    if sending.options.yes:
        sending.terminal.warn(message)
    elif not agrees(sending.terminal.ask, question):
        raise NewsletterError(message, hint=_("on a host that is always on: newsletter worker"))


def _schedule(sending: Sending, ledger: Ledger, hours: Hours, freeze: Callable[[], None]) -> None:
    """Freeze what leaves later, once the server has let us in: it will then, or we know why not."""
    Connection(sending.the_server).close()
    freeze()
    whose = sending.issue.id, sending.options.list_name
    ledger.schedules.add(Schedule(*whose, hours.due, hours.until, hours.said, user_name()))
    ledger.end_send(now=sending.clock.now())


def _prepared(to_members: ToMembers, plan: Plan) -> bool:
    """Run the checks and show the screen; return whether nothing forbids the send."""
    sending = to_members.sending
    if not to_members.file.is_read:
        sending.terminal.tell(nothing_sent(to_members.file.problems))
        return False
    if not sending.check([each.document for each in sending.made]):
        return False
    path = to_members.path
    taken = [each for each in (path, path.with_name(REJECTED_FILE)) if is_taken_by_git(each)]
    if taken:
        message = _("git would take {files} into its history: add a line for each to .gitignore")
        sending.terminal.warn(message.format(files=", ".join(each.name for each in taken)))
    if rows := unusable(plan):
        try:
            file = shown_path(write_rejected(to_members.file.rejected, path))
            sending.terminal.tell(_("{rows}; see {file}").format(rows=rows, file=file))
        except OSError:
            message = _("the unusable rows could not be written beside {file}")
            sending.terminal.warn(message.format(file=path.name))
    for line in screen_of(sending, plan):
        sending.terminal.tell(line)
    return True


def _without_server(to_members: ToMembers, ledger: Ledger | None) -> int:
    """Make the messages that would leave now, to be written to a folder or dropped."""
    sending, plan = to_members.sending, to_members.plan(ledger)
    if not _prepared(to_members, plan):
        return 1
    terminal, folder = sending.terminal, sending.options.outbox
    place = sending.issue.id, sending.settings.workspace
    outbox = Outbox(folder, *place) if folder and not sending.options.dry_run else None
    made = 0
    with terminal.progress(plan.total) as advance:
        for message in to_members.messages(ledger):
            if terminal.stopping.is_set():
                break
            if outbox is not None:
                outbox.write(message)
            made += 1
            advance(1, "")
    if outbox is not None:
        told = _("messages written to {folder}: {count}")
        terminal.tell(told.format(count=made, folder=shown_path(outbox.folder)))
    else:
        terminal.tell(_("messages prepared: {count}").format(count=made))
        terminal.tell(_("dry run: nothing was sent"))
    return 0 if made == plan.total else EXIT_INTERRUPTED


def _freeze(to_members: ToMembers, ledger: Ledger) -> None:
    """Note everyone, and keep all that the send needs, in the ledger and under `sent/`."""
    sending, issue_id = to_members.sending, to_members.sending.issue.id
    with ledger.claims.alone() if ledger.claims else nullcontext():
        if ledger.claims:  # somebody else may have begun meanwhile, from the same ledger
            refuse_what_was_sent(sending, ledger)
        to_members.note_everyone(ledger)
        mails, sender = sending.made, sending.sender
        content = {
            "subject": shown_subject(mails[0].document, sending.settings.recipients.sample),
            "sender_key": sending.issue.sender,
            "sender": sender.email,
            "sender_name": sender.name,
            "envelope": envelope_of(sending.settings, sender),
            "list_id": sending.list_id,
            "secret_mark": mark_of(sending.secret),
            "follows": other.stem if (other := sending.options.only_those_who_got) else "",
        }
        ledger.said_no.note_list(sending.list_id)
        templates = {each.name: each.template.frozen for each in mails}
        ledger.frozen.freeze(issue_id, sending.options.list_name, content, templates)
        for mail in mails:
            write_mail(sending.settings.workspace, mail, sending.attachment)
        parts, now = sending.parts, utc_text(sending.leaves)
        ledger.begin(issue_id, parts.fingerprint, parts.digests, now=now)
        keep_counts(sending.settings.workspace, ledger, issue_id, [each.name for each in mails])


def is_taken_by_git(file: Path) -> bool:
    """Tell whether a file is in a repository whose ignore files have no line for it."""
    # Git itself is not asked: a repository may name programs that it runs. Lines that take a file
    # back (!) and what one machine alone ignores are not read: it is a reason to warn, no more.
    path = file.resolve()
    for folder in path.parents:
        lines = folder / ".gitignore"
        with suppress(OSError):
            said = lines.read_text("utf-8", errors="replace") if lines.is_file() else ""
            if any(_has_line_for(path, folder, line.strip()) for line in said.splitlines()):
                return False
        if (folder / ".git").exists():
            return True
    return False


def _has_line_for(path: Path, folder: Path, line: str) -> bool:
    """Tell whether a line ignores the path, or a folder that it is in (gitignore(5))."""
    within = PurePosixPath("/", path.relative_to(folder))
    below_folder = [within, *within.parents][:-1]
    pattern = line.rstrip("/").removeprefix("**/")
    if "/" in pattern:
        pattern = f"/{pattern.lstrip('/')}"
    which = below_folder[1:] if line.endswith("/") else below_folder
    return pattern not in {"", "."} and any(each.match(pattern) for each in which)
