"""A send of an issue that is at hand: its mails, each made once; their readers, and addresses."""

import hashlib
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from newsletter.checks.checking import run_checks
from newsletter.checks.rules.leftover import OF_RELEASES, examples_apart, settings_problems
from newsletter.content.loading import Issue, LoadedIssue
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.mailing.message import unsubscribe
from newsletter.mailing.message.head import Addressee, in_ascii
from newsletter.mailing.message.message import (
    TEST_MARK,
    Attachment,
    MessageTemplate,
    message_id_for,
    plain_name,
    prepare_message,
)
from newsletter.mailing.message.unsubscribe import TOKEN_PLACE, Tokens, list_id_of
from newsletter.members.recipient import Recipient
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level, Problem, fails, in_numbers, in_order, shown_path
from newsletter.rendering.document import (
    Document,
    Fingerprint,
    Hidden,
    Variants,
    content_of,
    digests_of,
    parts_of,
)
from newsletter.sending.hours import Hours, hours_typed
from newsletter.sending.means import Means
from newsletter.settings.settings import Sender, Settings
from newsletter.values.audiences import Audience
from newsletter.values.model import replaced
from newsletter.workspace import SETTINGS_FILE, refuse_links, write_whole

EXIT_NOT_ALL_DELIVERED = 3
EXIT_INTERRUPTED = 130
_NAME_DIGITS = 12  # hexadecimal, of its fingerprint, name a mail


class Mail(NamedTuple):
    """A mail that several recipients get alike; its name in the ledger, and under `sent/`."""

    document: Document
    template: MessageTemplate
    name: str


@dataclass(frozen=True, kw_only=True)
class Sending(Means):
    """A send of an issue that is at hand: the issue too, and what makes its messages."""

    loaded: LoadedIssue
    issue: Issue
    sender: Sender  # in ASCII, as headers and servers take it
    list_id: str  # of the list that the mails go to
    tokens: Tokens | None
    mark: str  # before a test's subject
    attachment: Attachment | None  # goes with each
    hours: Hours | None
    _mails: dict[Hidden, Mail] = field(default_factory=dict)

    @property
    def leaves(self) -> datetime:
        """When its first message leaves."""
        return self.hours.due if self.hours else self.clock.now()

    @cached_property
    def variants(self) -> Variants:
        """The documents of the issue."""
        return Variants(self.issue, self.settings)

    @cached_property
    def parts(self) -> Fingerprint:
        """What tells its content from another."""
        return parts_of(self.issue, self.settings)

    @property
    def made(self) -> tuple[Mail, ...]:
        """The mails that were asked for so far."""
        return tuple(self._mails.values())

    def mail_for(self, audience: Audience) -> Mail:
        """Return the mail that recipients of an audience get, made when the first asks for it."""
        hidden = self.variants.hidden_from(audience)
        if hidden not in self._mails:
            document = self.variants.document_for(audience)
            template = prepare_message(
                document,
                self.settings,
                self.sender,
                language=self.issue.language or self.settings.language,
                mark=self.mark,
                list_id=self.list_id,
                attachment=self.attachment,
            )
            name = document.fingerprint
            if self.options.list_name:  # each list has its own
                name = hashlib.sha256(f"{name} {self.options.list_name}".encode()).hexdigest()
            self._mails[hidden] = Mail(document, template, name[:_NAME_DIGITS])
        return self._mails[hidden]

    def message_for(self, mail: Mail, recipient: Recipient, recipient_id: str) -> bytes:
        """Return the message that a recipient gets now."""
        addressee = addressed(
            recipient.values,
            recipient_id,
            self.tokens,
            sender=self.sender.email,
            issue_id=self.issue.id,
        )
        return self.sign(mail.template.for_recipient(addressee, date=self.clock.now()))

    def check(self, documents: Sequence[Document]) -> bool:
        """Run the checks on the mails as they are about to leave; tell them all, allow no error."""
        to_members = self.options.members is not None and self.options.outbox is None
        now = self.leaves.astimezone(self.settings.zone)
        found = run_checks(self.loaded, documents, self.settings, now=now, to_members=to_members)
        not_shown = frozenset() if isinstance(self.issue, PressRelease) else OF_RELEASES
        examples = settings_problems(self.settings, to_members=to_members, not_shown=not_shown)
        found = in_order([*examples, *found])
        others, left_over = examples_apart(found)
        self.terminal.show(others)
        if left_over:
            self.terminal.tell(left_over)
        if is_refused := fails(found, strict=False):
            self.terminal.tell(nothing_sent(found))
        return not is_refused


def new_id() -> str:
    """Return what a recipient is known as in a send."""
    return secrets.token_hex(8)


def nothing_sent(problems: Sequence[Problem]) -> str:
    """Return the last line of a send that errors forbid: how many, and where the first is."""
    message = _("nothing was sent: {problems}; the first error is in {place}")
    first = next(each for each in in_order(problems) if each.level is Level.ERROR)
    place = first.position.in_file(shown_path(first.path))
    return message.format(problems=in_numbers(problems), place=place)


def _attachment(means: Means, loaded: LoadedIssue) -> Attachment | None:
    """Return the PDF of a release where its list is sent it; raise where it cannot be made here."""
    name = means.options.list_name
    if not name or "pdf" not in means.settings.lists[name].attach:
        return None
    if not isinstance(loaded.issue, PressRelease):
        message = _("attach: [pdf] of the list '{name}' is for press releases: nothing is attached")
        means.terminal.warn(message.format(name=name))
        return None
    from newsletter.rendering.press import pdf_problems, render_release_pdf

    pdf = render_release_pdf(loaded.issue, means.settings)
    means.terminal.show(list(pdf_problems(pdf, means.settings, loaded.source)))
    return Attachment(f"{plain_name(loaded.issue.id)}.pdf", pdf.content)


def sending_of(means: Means, loaded: LoadedIssue, issue: Issue) -> Sending:
    """Return the send of an issue by some means."""
    settings, options = means.settings, means.options
    sender = sender_in_ascii(settings.senders[issue.sender])
    list_id = list_id_of(sender.email, options.list_name)
    mark = "" if options.members else TEST_MARK
    if mark and settings.asks_before_sending:  # whoever answers it names the content
        mark = f"[TEST {content_of(digests_of(issue, settings))}]"
    return Sending(
        **vars(means),
        loaded=loaded,
        issue=issue,
        sender=sender,
        list_id=list_id,
        tokens=tokens_for(list_id, settings, means.secret, means.old_secret),
        mark=mark,
        attachment=_attachment(means, loaded),
        hours=hours_typed(options.at, options.no_later_than, settings, means.clock.now()),
    )


class Outbox:
    """Writes each message of an issue into a file, in `DIR/<issue>/`; those of before give way."""

    def __init__(self, folder: Path, issue_id: str, workspace: Path) -> None:
        self.folder = folder / issue_id
        written_out = Path(os.path.normpath(folder.absolute()))  # "../outbox"; links stay links
        is_inside = written_out.is_relative_to(workspace)
        self._below = workspace if is_inside else folder  # DIR may be a link elsewhere
        self.written = 0

    def write(self, message: bytes) -> Path:
        """Write a message; return its file."""
        if not self.written:
            refuse_links(self.folder.absolute(), self._below.absolute())
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for old in self.folder.glob("*.eml"):
                if re.fullmatch(r"\d{6,}\.eml", old.name):
                    old.unlink()
        self.written += 1
        path = self.folder / f"{self.written:06}.eml"
        write_whole((path, message), mode=0o600)
        return path


def addressed(
    values: Mapping[str, str],
    recipient_id: str,
    tokens: Tokens | None,
    *,
    sender: str,
    issue_id: str,
    follows: str = "",
) -> Addressee:
    """Return whom a message is for; `follows` is the issue that it corrects, if it does."""
    own_id = message_id_for(issue_id, recipient_id, sender)
    corrected_id = message_id_for(follows, recipient_id, sender) if follows else ""
    token = tokens.token_for(recipient_id) if tokens else ""
    address = in_ascii(values["email"]) or values["email"]
    return Addressee(address, own_id, token, values, corrected_id)


def tokens_for(list_id: str, settings: Settings, secret: str, old_secret: str) -> Tokens | None:
    """Return what signs the words to leave a list, and reads all; None without a secret."""
    if not secret:
        return None
    addresses = [in_ascii(each.email) or "" for each in settings.senders.values()]
    others = [list_id_of(each, name) for each in addresses for name in ("", *settings.lists)]
    return Tokens(secret, list_id, *others, old_secret=old_secret)


def tokens_of(settings: Settings, environment: Mapping[str, str]) -> Tokens | None:
    """Return what reads the tokens of every sender and list; None without a secret."""
    sender = next(iter(settings.senders.values()))
    variables = unsubscribe.SECRET_VARIABLE, unsubscribe.OLD_SECRET_VARIABLE
    secrets = (environment.get(each, "") for each in variables)
    return tokens_for(list_id_of(in_ascii(sender.email) or ""), settings, *secrets)


def sender_in_ascii(sender: Sender) -> Sender:
    """Return a sender whose addresses have their domains in ASCII; raise where one cannot."""
    written = {"email": sender.email, "reply_to": sender.reply_to, "envelope": sender.envelope}
    return replaced(sender, **{name: _sendable(each) for name, each in written.items() if each})


def envelope_of(settings: Settings, sender: Sender) -> str:
    """Return the address in a sender's envelopes, with the place of a token where there is VERP."""
    if settings.bounces is None or not settings.bounces.verp:
        return sender.envelope or sender.email
    local, _sign, domain = _sendable(settings.bounces.address).rpartition("@")
    return f"{local}+{TOKEN_PLACE}@{domain}"


def _sendable(address: str) -> str:
    written = in_ascii(address)
    if written is None:
        message = _("no server accepts mail from '{address}'").format(address=address)
        hint = _("choose another address: senders: in {file}")
        raise NewsletterError(message, hint=hint.format(file=SETTINGS_FILE))
    return written
