"""What the ledger and `sent/` say against a send: begun, changed, sent under another name."""

from collections.abc import Iterator, Sequence

from newsletter.i18n import _, counted
from newsletter.ledger.ledger import Ledger, RecordedIssue
from newsletter.ledger.states import State
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.fingerprint import (
    AUDIENCES,
    PREHEADER,
    REST,
    SUBJECT,
    Fingerprint,
    changed_parts,
)
from newsletter.sending.sending import Sending
from newsletter.sending.sent_folder import read_sent, sent_records

MAX_CHANGES_TOLD = 5


def refuse_what_was_sent(sending: Sending, parts: Fingerprint, ledger: Ledger | None) -> None:
    """Raise where the issue may not be sent as it is, or not by this command."""
    recorded = ledger.recorded(sending.mails.issue.id) if ledger else None
    if recorded is None:
        _refuse_twins(sending, parts, ledger)
        _warn_of_other_machines(sending)
        return
    if recorded.fingerprint != parts.fingerprint:
        if not sending.options.changed_anyway:
            raise _changed(sending, recorded, parts)
        _refuse_twins(sending, parts, ledger)
    if ledger is not None and ledger.is_erased(sending.mails.issue.id):
        message = _("the addresses for this issue were erased: nobody knows who received it")
        raise NewsletterError(
            message,
            hint=_("to send it anyway, save it as a new issue with another subject"),
        )
    if not sending.options.goes_on and ledger is not None:
        raise _begun(sending, ledger)


def _refuse_twins(sending: Sending, parts: Fingerprint, ledger: Ledger | None) -> None:
    own_name = sending.mails.issue.id
    names = [each.issue for each in sent_records(sending.settings.workspace)
             if each.fingerprint == parts.fingerprint]  # fmt: skip
    if ledger is not None:
        names.append(ledger.sent_as(parts.fingerprint) or own_name)
    twin = next((name for name in names if name != own_name), None)
    if twin is not None:
        message = _("the same issue was already sent as '{name}'").format(name=twin)
        hint = _("to continue it, run: newsletter send issues/{name}.yaml --members FILE --resume")
        raise NewsletterError(message, hint=hint.format(name=twin))


def _warn_of_other_machines(sending: Sending) -> None:
    """Say that an issue has left from elsewhere; who cannot be asked is not let through."""
    sent = read_sent(sending.settings.workspace, sending.mails.issue.id)
    if sent is None:
        return
    message = _("this issue was sent on {date}, but the ledger of who received it is not here")
    message = message.format(date=sent.day_in_words(sending.settings.zone))
    hint = _(
        "get ledger.sqlite3 from the machine that sent it; without it everyone gets the issue again"
    )
    options = sending.options
    asked = sending.terminal.ask is not None and not options.yes
    if not asked and not options.dry_run and not options.changed_anyway:
        raise NewsletterError(message, hint=hint)
    sending.terminal.tell(_("Warning: {message} ({hint})").format(message=message, hint=hint))


def _begun(sending: Sending, ledger: Ledger) -> NewsletterError:
    counts = ledger.counts(sending.mails.issue.id)
    accepted = counts.get(State.ACCEPTED, 0)
    message = counted(
        "this issue was already sent: the server accepted {count} message",
        "this issue was already sent: the server accepted {count} messages",
        accepted,
    )
    hint = _("to continue, run the same command with --resume; for details, run newsletter report")
    return NewsletterError(message.format(count=accepted), hint=hint)


def _changed(sending: Sending, recorded: RecordedIssue, parts: Fingerprint) -> NewsletterError:
    names = changed_parts(recorded.parts, parts.digests)
    told = list(_in_words(sending, names))
    shown = "; ".join(told[:MAX_CHANGES_TOLD])
    if len(told) > MAX_CHANGES_TOLD:
        more = len(told) - MAX_CHANGES_TOLD
        shown += "; " + counted("{count} more", "{count} more", more).format(count=more)
    message = _("the issue has changed since its first message was sent: {parts}")
    hint = _("undo the change (see sent/), or send it as it is with --changed-anyway")
    return NewsletterError(message.format(parts=shown), hint=hint)


def _in_words(sending: Sending, names: Sequence[str]) -> Iterator[str]:
    words = {
        SUBJECT: _("the subject"),
        PREHEADER: _("the preheader"),
        AUDIENCES: _("who each part is for"),
    }
    for name in names:
        if name in words:
            yield words[name]
        elif name != REST:
            yield _place_in_words(sending, name)
    if REST in names or not names:
        yield _("what surrounds the items: titles, templates, settings")


def _place_in_words(sending: Sending, name: str) -> str:
    loc = [int(step) if step.isdecimal() else step for step in name.split(".")]
    source = sending.loaded.source
    if not source.names(loc):
        return _("an item was removed")
    return _("the item on line {line}").format(line=source.position(loc).line)
