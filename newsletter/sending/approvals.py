"""What comes before the members: tests to a few addresses, outside the ledger; and approvals.

`approvals/`, which git keeps, has who approved, or sent as a test, which content of an issue: what
readers get of it differently later is not approved. A name is what git says of the user: a promise
among colleagues, as it is in git itself.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from newsletter.content.loading import Issue
from newsletter.i18n import _, current_language
from newsletter.ledger.states import utc_text
from newsletter.mailing.message.head import in_ascii
from newsletter.mailing.message.unsubscribe import TOKEN_PLACE, verp_token
from newsletter.mailing.smtp.connection import Connection, MailObject
from newsletter.members.addresses import read_address
from newsletter.members.recipient import Recipient
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Fault, shown_path
from newsletter.rendering.document import changed_parts, content_of, digests_of
from newsletter.rendering.localised import format_moment
from newsletter.sending.means import hand_over
from newsletter.sending.sending import (
    EXIT_NOT_ALL_DELIVERED,
    Mail,
    Outbox,
    Sending,
    envelope_of,
    new_id,
)
from newsletter.sending.sent_before import changes_in_words
from newsletter.sending.unsubscribed import unsubscribed_of
from newsletter.settings.settings import Settings
from newsletter.values.audiences import UNKNOWN
from newsletter.values.suggestions import did_you_mean, meant_or_choice
from newsletter.workspace import SETTINGS_FILE, write_whole

What = Literal["approved", "tested"]
APPROVALS_FOLDER = "approvals"


@dataclass(frozen=True)
class Approval:
    """That someone approved a content, or sent it as a test, and when."""

    what: What
    by: str
    at: str  # ISO 8601, UTC
    content: str
    parts: Mapping[str, str]  # part -> its digest


def user_name() -> str:
    """Return who works here, as git would sign: "Claire Martin <claire@example.org>", or ""."""
    # A repository is not asked, only the user's own settings: it may be anybody's.
    name, email = (
        os.environ.get(f"GIT_AUTHOR_{key}") or _in_git(f"user.{key.lower()}")
        for key in ("NAME", "EMAIL")
    )
    return f"{name} <{email}>" if name and email else name or email


def _in_git(key: str) -> str:
    asked = [shutil.which("git") or "", "config", "--global", "--get", key]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    except OSError:  # there is no git
        return ""


def _noted(settings: Settings, issue: Issue) -> tuple[Path, list[Approval]]:
    """Return the file of an issue's approvals, and what it has."""
    path = settings.workspace / APPROVALS_FOLDER / f"{issue.id}.json"
    try:
        noted = json.loads(path.read_text("utf-8")) if path.is_file() else []
        return path, [Approval(**each) for each in noted]
    except (ValueError, TypeError) as error:  # git leaves it so in a conflict
        message = _("{file} is damaged: it records who approved this issue")
        message = message.format(file=f"{APPROVALS_FOLDER}/{path.name}")
        hint = _("restore it from git, or delete it and approve again")
        raise NewsletterError(message, hint=hint) from error


def note_approval(what: What, by: str, issue: Issue, settings: Settings, now: datetime) -> str:
    """Note that someone approved, or tested, an issue as it is now; return its content's name."""
    digests, (path, noted) = digests_of(issue, settings), _noted(settings, issue)
    approval = Approval(what, by, utc_text(now), content_of(digests), digests)
    text = json.dumps([asdict(each) for each in (*noted, approval)], indent=2, ensure_ascii=False)
    write_whole((path, f"{text}\n".encode()), below=settings.workspace)
    return approval.content


def refuse_unapproved(sending: Sending) -> None:
    """Raise where the settings ask for an approval, or a test, of this very content."""
    settings = sending.settings
    asked: dict[What, tuple[str, str]] = {}
    if settings.approval == "required":
        hint = _("look at it again, then run: newsletter approve {file}")
        asked["approved"] = _("nobody has approved this issue as it is now"), hint
    if settings.test_first:
        hint = _("run first: newsletter send {file} --to you@example.org")
        asked["tested"] = _("no test was sent of this issue as it is now"), hint
    digests = digests_of(sending.issue, settings, sending.parts) if asked else {}
    for what, (message, hint) in asked.items():
        of_this = [each for each in _noted(settings, sending.issue)[1] if each.what == what]
        if digests in [each.parts for each in of_this]:
            continue
        if of_this:
            last = of_this[-1]
            moment = datetime.fromisoformat(last.at).astimezone(settings.zone)
            date = format_moment(moment, current_language())
            parts = changes_in_words(changed_parts(last.parts, digests), sending.loaded)
            changed = _("{message}; last time: {date}, {name}; changed since: {parts}")
            message = changed.format(message=message, date=date, name=last.by, parts=parts)
        raise NewsletterError(message, hint=hint.format(file=shown_path(sending.loaded.path)))


def send_tests(sending: Sending) -> int:
    """Send the issue to each address, as the sample recipient gets it; return the exit status."""
    addresses = _addresses(sending)
    audiences = [sending.settings.sample_audience]
    if sending.options.each_variant:
        audiences = sending.variants.audiences()
    chosen = [sending.mail_for(each) for each in audiences]
    if not sending.check([each.document for each in chosen]):
        return 1
    unsubscribed = unsubscribed_of(sending, sending.list_id)
    said_no = [address for address in addresses if unsubscribed.has(address)]
    for address in said_no:
        message = _("unsubscribed")
        sending.terminal.tell(_("{address}: {message}").format(address=address, message=message))
    asked = [address for address in addresses if address not in said_no]
    folder, place = sending.options.outbox, (sending.issue.id, sending.settings.workspace)
    outbox = Outbox(folder, *place) if folder and not sending.options.dry_run else None
    is_sent = not folder and not sending.options.dry_run
    with closing(Connection(sending.the_server)) if is_sent else nullcontext(outbox) as to:
        given = [_give(sending, to, mail, each) for each in asked for mail in chosen]
    if any(given) and is_sent:
        if sending.settings.test_first:
            now = sending.clock.now()
            note_approval("tested", user_name(), sending.issue, sending.settings, now)
        sending.terminal.tell(_("Now look in the inbox, and in the junk folder."))
    return 0 if all(given) and not said_no else EXIT_NOT_ALL_DELIVERED


def _addresses(sending: Sending) -> Sequence[str]:
    group, reviewers = sending.options.reviewers, sending.settings.reviewers
    if group is not None and group not in reviewers:
        message = _("there is no group of reviewers '{name}'").format(name=group)
        hint = meant_or_choice(did_you_mean(group, reviewers), list(reviewers))
        if not reviewers:
            hint = _("add it under reviewers: in {file}").format(file=SETTINGS_FILE)
        raise NewsletterError(message, hint=hint)
    addresses: dict[str, None] = {}  # each once, in their order
    for typed in sending.options.to if group is None else reviewers[group]:
        address = read_address(typed.strip())
        if isinstance(address, Fault):
            raise NewsletterError(address.message, hint=address.hint)
        if in_ascii(address) is None:
            message = _("'{address}' is not an email address").format(address=address)
            raise NewsletterError(message, hint=_("write name@example.org"))
        addresses[address] = None
    return list(addresses)


def _give(sending: Sending, to: Connection | Outbox | None, mail: Mail, address: str) -> bool:
    """Give a test to the server, else to a folder, else to nobody; tell what became of it."""
    recipient = Recipient(0, {**sending.settings.recipients.sample, "email": address}, UNKNOWN)
    recipient_id, secret, is_given = f"test-{new_id()}", sending.secret, True
    try:
        message = sending.message_for(mail, recipient, recipient_id)
        if isinstance(to, Connection):
            token = verp_token(secret, sending.issue.id, recipient_id) if secret else ""
            envelope = envelope_of(sending.settings, sending.sender).replace(TOKEN_PLACE, token)
            given = MailObject(envelope, in_ascii(address) or address, message, token)
            words = hand_over(to, given)
        else:
            words = str(to.write(message)) if to else _("would be sent")
    except NewsletterError as error:
        is_given, words = False, error.message
    sending.terminal.tell(_("{address}: {message}").format(address=address, message=words))
    return is_given
