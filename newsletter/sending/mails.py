"""A mail, its message to one of its readers, and the addresses that it leaves by."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from newsletter.i18n import _
from newsletter.mailing.message.head import Addressee, in_ascii
from newsletter.mailing.message.message import MessageTemplate, message_id_for
from newsletter.mailing.message.unsubscribe import (
    OLD_SECRET_VARIABLE,
    SECRET_VARIABLE,
    TOKEN_PLACE,
    Tokens,
    list_id_of,
)
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.document import Document
from newsletter.settings.settings import Sender, Settings
from newsletter.values.model import replaced
from newsletter.workspace import SETTINGS_FILE, refuse_links, write_whole

_OURS = re.compile(r"\d{6,}\.eml")


class Mail(NamedTuple):
    """A mail that several recipients get alike; its name in the ledger, and under `sent/`."""

    document: Document
    template: MessageTemplate
    name: str


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
                if _OURS.fullmatch(old.name):
                    old.unlink()
        self.written += 1
        path = self.folder / f"{self.written:06}.eml"
        write_whole((path, message), mode=0o600)
        return path


def addressed(
    values: Mapping[str, str], recipient_id: str, tokens: Tokens | None, sender: str, *issues: str
) -> Addressee:
    """Return whom a message is for; of the `issues`, the second is what the first corrects."""
    ids = [message_id_for(each, recipient_id, sender) if each else "" for each in issues]
    token = tokens.token_for(recipient_id) if tokens else ""
    address = in_ascii(values["email"]) or values["email"]
    return Addressee(address, ids[0], token, values, *ids[1:])


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
    secrets = (environment.get(each, "") for each in (SECRET_VARIABLE, OLD_SECRET_VARIABLE))
    return tokens_for(list_id_of(in_ascii(sender.email) or ""), settings, *secrets)


def sender_in_ascii(sender: Sender) -> Sender:
    """Return a sender whose addresses have their domains in ASCII; raise where one cannot."""
    written = {"email": sender.email, "reply_to": sender.reply_to, "envelope": sender.envelope}
    changed = {name: _sendable(each) for name, each in written.items() if each}
    return replaced(sender, **changed)


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
