"""What was sent before: `sent/<issue>/`, and what it and the ledger say against a send.

The folder has exactly what was sent, without any address, for git: a colleague's clone knows by it
that an issue has left, where the ledger stays behind.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from newsletter.content.loading import LoadedIssue
from newsletter.i18n import _, current_language
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.states import State
from newsletter.mailing.message.message import Attachment
from newsletter.problems.errors import NewsletterError
from newsletter.rendering import document
from newsletter.rendering.document import changed_parts
from newsletter.rendering.localised import format_day
from newsletter.rendering.merge import fill_html, fill_text
from newsletter.sending.sending import Mail, Sending
from newsletter.workspace import SENT_FOLDER, refuse_links, write_whole

MAX_CHANGES_TOLD = 5
_RECORD = "sent.json"


def refuse_what_was_sent(sending: Sending, ledger: Ledger | None) -> None:
    """Raise where the issue may not be sent as it is, or not by this command."""
    recorded = ledger.recorded(sending.issue.id) if ledger else None
    if ledger is None or recorded is None:
        _refuse_twins(sending, ledger)
        _warn_of_other_machines(sending)
        return
    if sending.parts.fingerprint != recorded.fingerprint:
        if not sending.options.changed_anyway:
            changed = changed_parts(recorded.parts, sending.parts.digests)
            shown = changes_in_words(changed, sending.loaded)
            message = _("the issue has changed since its first message was sent: {parts}")
            hint = _("undo the change (see sent/), or write to the others with --changed-anyway")
            raise NewsletterError(message.format(parts=shown), hint=hint)
        _refuse_twins(sending, ledger)
    if ledger.is_erased(sending.issue.id):
        message = _("the addresses for this issue were erased: nobody knows who received it")
        hint = _("to send it anyway, save it as a new issue with another subject")
        raise NewsletterError(message, hint=hint)
    counts = ledger.counts(sending.issue.id, sending.options.list_name)  # or it was another list's
    if counts and not sending.options.resumes:
        message = _("this issue was already sent; messages accepted by the server: {count}")
        hint = _("add --resume to continue, also to whoever is new; --retry-failed to try the "
                 "refused again")  # fmt: skip
        raise NewsletterError(message.format(count=counts.get(State.ACCEPTED, 0)), hint=hint)


def _refuse_twins(sending: Sending, ledger: Ledger | None) -> None:
    own_name, now = sending.issue.id, sending.parts.fingerprint
    records = sent_records(sending.settings.workspace)
    names = [each.issue for each in records if each.fingerprint == now]
    names += ledger.sent_as(now) if ledger else ()
    twin = next((name for name in names if name != own_name), None)
    if twin is not None:
        message = _("the same issue was already sent as '{name}'").format(name=twin)
        hint = _("to continue it, run: newsletter send issues/{name}.yaml --members FILE --resume")
        raise NewsletterError(message, hint=hint.format(name=twin))


def _warn_of_other_machines(sending: Sending) -> None:
    """Say that an issue has left from elsewhere; who cannot be asked is not let through."""
    sent = read_sent(sending.settings.workspace, sending.issue.id)
    if sent is None:
        return
    message = _("this issue was sent on {date}, but the ledger of who received it is not here")
    message = message.format(date=sent.day_in_words(sending.settings.zone))
    hint = _("get ledger.sqlite3 from the machine that sent it, or everyone gets the issue again")
    options = sending.options
    asked = sending.terminal.ask is not None and not options.yes
    if not asked and not options.dry_run and not options.changed_anyway:
        raise NewsletterError(message, hint=hint)
    sending.terminal.tell(_("Warning: {message} ({hint})").format(message=message, hint=hint))


def changes_in_words(names: Sequence[str], loaded: LoadedIssue) -> str:
    """Return which parts of an issue have changed, of `changed_parts`; the first few by name."""
    words = {
        document.SUBJECT: _("the subject"),
        document.PREHEADER: _("the preheader"),
        document.SENDER: _("the sender"),
        document.AUDIENCES: _("who each part is for"),
        document.RELEASE: _("the PDF or the JSON file"),
        document.REST: _("what surrounds the items: titles, templates, settings"),
    }
    names = sorted(names, key=lambda each: each == document.REST)  # the vaguest last
    names = names or [document.REST]
    told = [words.get(each) or _place_in_words(each, loaded) for each in names]
    return _("; ").join([*told[:MAX_CHANGES_TOLD], *(["…"] if told[MAX_CHANGES_TOLD:] else [])])


def _place_in_words(name: str, loaded: LoadedIssue) -> str:
    loc = [int(step) if step.isdecimal() else step for step in name.split(".")]
    source = loaded.source
    if not source.names(loc):
        return _("an item was removed")
    part: Any = loaded.issue
    for step in loc:
        part = part[step] if isinstance(step, int) else getattr(part, step)
    title, line = getattr(part, "title", ""), source.position(loc).line
    words = _("'{title}' (line {line})") if title else _("the item on line {line}")
    return words.format(title=title, line=line)


@dataclass(frozen=True)
class SentRecord:
    """What `sent.json` says: when, the digests, and how many of each variant were accepted."""

    issue: str
    date: str
    fingerprint: str
    parts: Mapping[str, str]
    variants: Mapping[str, int]

    def day_in_words(self, zone: tzinfo) -> str:
        """Return the day on which it began to leave, as the user says it."""
        return format_day(datetime.fromisoformat(self.date).astimezone(zone), current_language())


def read_sent(workspace: Path, issue_id: str) -> SentRecord | None:
    """Return what is known of a sent issue, None for nothing; raise where it is damaged."""
    path = workspace / SENT_FOLDER / issue_id / _RECORD
    record = _read(path)
    if record is None and path.exists():
        message = _("{file} is damaged: it records that this issue was sent, and when")
        message = message.format(file=path.relative_to(workspace).as_posix())
        raise NewsletterError(message, hint=_("restore it from git; nothing was sent"))
    return record


def sent_records(workspace: Path) -> Iterator[SentRecord]:
    """Yield what is known of every issue that was sent."""
    yield from filter(None, map(_read, sorted((workspace / SENT_FOLDER).glob(f"*/{_RECORD}"))))


def _read(path: Path) -> SentRecord | None:
    try:
        if not path.is_file():  # a pipe would keep us waiting
            return None
        said = json.loads(path.read_text(encoding="utf-8"))
        date, parts = datetime.fromisoformat(said["date"]).isoformat(), dict(said["parts"])
        digest, variants = str(said["fingerprint"]), dict(said["variants"])
        return SentRecord(path.parent.name, date, digest, parts, variants)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_record(workspace: Path, record: SentRecord) -> None:
    """Write `sent.json`, beside its place first: a full disk leaves the last one whole."""
    text = json.dumps(vars(record), indent=2, sort_keys=True, ensure_ascii=False)
    path = workspace / SENT_FOLDER / record.issue / _RECORD
    write_whole((path, f"{text}\n".encode()), below=workspace)


def keep_counts(workspace: Path, ledger: Ledger, issue_id: str, mails: Sequence[str] = ()) -> None:
    """Write how many of each mail were accepted; `mails` are the names of those about to leave."""
    recorded = ledger.recorded(issue_id)
    before = read_sent(workspace, issue_id)
    is_elsewhere = before is None and not mails and ledger.is_shared  # another clone's send
    if recorded is None or is_elsewhere:
        return
    none = dict.fromkeys((*mails, *(before.variants if before else ())), 0)
    counts = none | ledger.variant_counts(issue_id)
    date = before.date if before else recorded.begun
    record = SentRecord(issue_id, date, recorded.fingerprint, recorded.parts, counts)
    write_record(workspace, record)


def forget_sent(workspace: Path, issue_id: str) -> None:
    """Delete what was written of an issue that was frozen, and never left."""
    folder = workspace / SENT_FOLDER / issue_id
    refuse_links(folder, workspace)
    shutil.rmtree(folder, ignore_errors=True)


def write_mail(workspace: Path, mail: Mail, attachment: Attachment | None) -> None:
    """Write a mail and what goes with it; each merge field stands as it was typed."""
    document = mail.document
    folder = workspace / SENT_FOLDER / document.issue_id / mail.name
    fields = document.merge_fields
    typed = {
        each.name: f"(({each.name} | {each.fallback}))" if each.fallback else f"(({each.name}))"
        for each in fields.values()
    }
    contents = {
        "subject.txt": f"{fill_text(document.subject, fields, typed)}\n".encode(),
        "email.html": fill_html(document.html, fields, typed).encode(),
        "email.txt": fill_text(document.text, fields, typed).encode(),
        **{image.name: image.content for image in document.images},
        **({attachment.name: attachment.content} if attachment else {}),
    }
    files = ((folder / name, content) for name, content in contents.items())
    write_whole(*files, below=workspace)
