"""The mails of an issue, each made once, and their messages."""

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from newsletter.content.loading import Issue
from newsletter.i18n import _
from newsletter.mailing.message.head import Addressee
from newsletter.mailing.message.headers import in_ascii
from newsletter.mailing.message.message import (
    Attachment,
    MessageTemplate,
    message_id_for,
    prepare_message,
)
from newsletter.mailing.message.unsubscribe import (
    OLD_SECRET_VARIABLE,
    SECRET_VARIABLE,
    TOKEN_PLACE,
    Tokens,
    list_id_of,
)
from newsletter.members.recipient import Recipient
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.document import Document
from newsletter.rendering.variants import Hidden, Variants
from newsletter.settings.settings import Sender, Settings
from newsletter.values.audiences import Audience
from newsletter.workspace import SETTINGS_FILE, refuse_links, write_whole

_NAME_DIGITS = 12  # hexadecimal, of its fingerprint, name a mail
_OURS = re.compile(r"\d{6,}\.eml")


@dataclass(frozen=True)
class Mail:
    """A mail that several recipients get alike."""

    document: Document
    template: MessageTemplate
    list_name: str = ""

    @cached_property
    def name(self) -> str:
        """Its name in the ledger, and its folder's under `sent/`: each list has its own."""
        said = self.document.fingerprint
        if self.list_name:
            said = hashlib.sha256(f"{said} {self.list_name}".encode()).hexdigest()
        return said[:_NAME_DIGITS]


class Mails:
    """Makes the messages of one issue, each mail once, when the first recipient asks for it.

    `mark` stands before a test's subject, `sign` signs. `list_id` is the list that they go to,
    `list_name` what the settings call it, `attachment` what goes with them.
    """

    def __init__(
        self,
        issue: Issue,
        settings: Settings,
        *,
        tokens: Tokens | None,
        sign: Callable[[bytes], bytes],
        mark: str = "",
        list_id: str = "",
        list_name: str = "",
        attachment: Attachment | None = None,
    ) -> None:
        self.issue = issue
        self.tokens = tokens
        self.variants = Variants(issue, settings)
        self._settings = settings.for_sender(issue.sender)
        self._sign = sign
        self._mark = mark
        self.list_name = list_name
        self.attachment = attachment
        self.list_id = list_id or list_id_of(self.sender.email)
        self._mails: dict[Hidden, Mail] = {}

    @cached_property
    def sender(self) -> Sender:
        """Whom the mails are from, as headers and servers take it: in ASCII."""
        return sender_in_ascii(self._settings.senders[self.issue.sender])

    @property
    def made(self) -> tuple[Mail, ...]:
        """Those that were asked for so far."""
        return tuple(self._mails.values())

    def mail_for(self, audience: Audience) -> Mail:
        """Return the mail that recipients of an audience get."""
        hidden = self.variants.hidden_from(audience)
        if hidden not in self._mails:
            document = self.variants.document_for(audience)
            template = prepare_message(
                document,
                self._settings,
                self.sender,
                language=self.issue.language or self._settings.language,
                mark=self._mark,
                list_id=self.list_id,
                attachment=self.attachment,
            )
            self._mails[hidden] = Mail(document, template, self.list_name)
        return self._mails[hidden]

    def maker(
        self, mail: Mail, recipient: Recipient, recipient_id: str
    ) -> Callable[[datetime], bytes]:
        """Return what makes the message of a recipient, given the hour."""
        message_id = message_id_for(self.issue.id, recipient_id, self.sender.email)

        address = in_ascii(recipient.address) or recipient.address

        def make(now: datetime) -> bytes:
            token = self.tokens.token_for(recipient_id) if self.tokens else ""
            addressee = Addressee(address, message_id, token, recipient.values)
            return self._sign(mail.template.for_recipient(addressee, date=now))

        return make


class Outbox:
    """Writes each message of an issue into a file of its own, in `DIR/<issue>/`.

    They are numbered in the order of the recipients; those of the time before give way. No link of
    the workspace is followed: DIR may be one elsewhere.
    """

    def __init__(self, folder: Path, issue_id: str, workspace: Path) -> None:
        self.folder = folder / issue_id
        written_out = Path(os.path.normpath(folder.absolute()))  # "../outbox"; links stay links
        is_inside = written_out.is_relative_to(workspace)
        self._below = workspace if is_inside else folder
        self.written = 0

    def write(self, message: bytes) -> Path:
        """Write a message; return its file."""
        if not self.written:
            self._make_room()
        self.written += 1
        path = self.folder / f"{self.written:06}.eml"
        write_whole((path, message), mode=0o600)
        return path

    def _make_room(self) -> None:
        refuse_links(self.folder.absolute(), self._below.absolute())
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self.folder.glob("*.eml"):
            if _OURS.fullmatch(path.name):
                path.unlink()


def tokens_for(
    list_id: str, settings: Settings, secret: str, old_secret: str = ""
) -> Tokens | None:
    """Return what signs the words that unsubscribe from a list; None without a secret.

    It reads those of every sender and list.
    """
    if not secret:
        return None
    addresses = [in_ascii(each.email) or "" for each in settings.senders.values()]
    others = [list_id_of(each, name) for each in addresses for name in ("", *settings.lists)]
    return Tokens(secret, list_id, *others, old_secret=old_secret)


def tokens_of(settings: Settings, environment: Mapping[str, str]) -> Tokens | None:
    """Return what reads the tokens of every sender and list; None without a secret."""
    sender = next(iter(settings.senders.values()))
    secrets = (environment.get(each, "") for each in (SECRET_VARIABLE, OLD_SECRET_VARIABLE))
    return tokens_for(list_id_of(in_ascii(sender.email) or ""), settings, *secrets)


def sender_in_ascii(sender: Sender) -> Sender:
    """Return a sender whose addresses have their domains in ASCII.

    Raises:
        NewsletterError: an accent stands before the @ of one of them.
    """
    written = {"email": sender.email, "reply_to": sender.reply_to, "envelope": sender.envelope}
    changed = {name: _sendable(each) for name, each in written.items() if each}
    return sender.model_copy(update=changed)


def envelope_of(settings: Settings, sender: Sender) -> str:
    """Return the address in the envelope of a sender's mails, with the place of a token in it.

    Each mail has one of its own where the settings say so (VERP): it alone comes back to it.
    """
    if settings.bounces is None or not settings.bounces.verp:
        return sender.envelope or sender.email
    local, _sign, domain = _sendable(settings.bounces.address).rpartition("@")
    return f"{local}+{TOKEN_PLACE}@{domain}"


def _sendable(address: str) -> str:
    written = in_ascii(address)
    if written is None:
        message = _("no server accepts mail from '{address}'").format(address=address)
        hint = _("choose an address without accents before the @: senders: in {file}").format(
            file=SETTINGS_FILE
        )
        raise NewsletterError(message, hint=hint)
    return written
