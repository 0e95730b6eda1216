"""The messages of an issue: each variant made once, when the first recipient asks for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from newsletter.content.loading import Issue
from newsletter.content.visible import visible
from newsletter.i18n import _
from newsletter.mailing.message.addresses import in_ascii
from newsletter.mailing.message.message import (
    Addressee,
    MessageTemplate,
    message_id_for,
    prepare_message,
)
from newsletter.mailing.message.unsubscribe import Tokens, list_id_of
from newsletter.members.recipient import Recipient
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.document import Document, render_document
from newsletter.sending.sent_folder import variant_name
from newsletter.settings.settings import Sender, Settings
from newsletter.source import Loc
from newsletter.values.audiences import Audience
from newsletter.workspace import SETTINGS_FILE


@dataclass(frozen=True)
class Variant:
    """A mail that several recipients get alike; `name` is its folder's under `sent/`."""

    document: Document
    template: MessageTemplate

    @cached_property
    def name(self) -> str:
        """The variant's name in the ledger and under `sent/`."""
        return variant_name(self.document)


class Mails:
    """Makes the messages of one issue: `mark` stands before a test's subject, `sign` signs."""

    def __init__(
        self,
        issue: Issue,
        settings: Settings,
        *,
        tokens: Tokens | None,
        sign: Callable[[bytes], bytes],
        mark: str = "",
    ) -> None:
        self.issue = issue
        self.tokens = tokens
        self._settings = settings
        self._sign = sign
        self._mark = mark
        self._variants: dict[tuple[Loc, ...], Variant] = {}
        self._hidden: dict[tuple[object, ...], tuple[Loc, ...]] = {}

    @cached_property
    def sender(self) -> Sender:
        """Whom the mails are from, as headers and servers take it: in ASCII."""
        return sender_in_ascii(self._settings.senders[self.issue.sender])

    @property
    def language(self) -> str:
        """The issue's language."""
        return self.issue.language or self._settings.language

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Those that were asked for so far."""
        return tuple(self._variants.values())

    def hidden_from(self, audience: Audience) -> tuple[Loc, ...]:
        """Return what recipients of an audience do not see: their variant's mark."""
        key = tuple(sorted(audience.items()))
        if key not in self._hidden:
            self._hidden[key] = visible(self.issue, audience).hidden
        return self._hidden[key]

    def variant_for(self, audience: Audience) -> Variant:
        """Return the variant that recipients of an audience get."""
        hidden = self.hidden_from(audience)
        if hidden not in self._variants:
            document = render_document(self.issue, self._settings, audience)
            template = prepare_message(
                document, self._settings, self.sender, language=self.language, mark=self._mark
            )
            self._variants[hidden] = Variant(document, template)
        return self._variants[hidden]

    def maker(
        self, variant: Variant, recipient: Recipient, address: str, recipient_id: str
    ) -> Callable[[datetime], bytes]:
        """Return what makes the message of a recipient, given the hour."""
        message_id = message_id_for(self.issue.id, recipient_id, self.sender.email)

        def make(now: datetime) -> bytes:
            token = self.tokens.token_for(recipient_id) if self.tokens else ""
            addressee = Addressee(address, message_id, token, recipient.values)
            return self._sign(variant.template.for_recipient(addressee, date=now))

        return make


def tokens_for(issue: Issue, settings: Settings, secret: str) -> Tokens | None:
    """Return what signs the words that unsubscribe from the list of an issue's sender.

    It reads those of every sender: who says no to one of them says no to all.
    """
    if not secret:
        return None
    others = (list_id_of(in_ascii(each.email) or "") for each in settings.senders.values())
    own = sender_in_ascii(settings.senders[issue.sender])
    return Tokens(secret, list_id_of(own.email), *others)


def sender_in_ascii(sender: Sender) -> Sender:
    """Return a sender whose addresses have their domains in ASCII.

    Raises:
        NewsletterError: an accent stands before the @ of one of them.
    """
    written = {"email": sender.email, "reply_to": sender.reply_to, "envelope": sender.envelope}
    changed = {name: _sendable(each) for name, each in written.items() if each}
    return sender.model_copy(update=changed)


def _sendable(address: str) -> str:
    written = in_ascii(address)
    if written is None:
        message = _("no server accepts mail from '{address}'").format(address=address)
        hint = _("choose an address without accents before the @: senders: in {file}").format(
            file=SETTINGS_FILE
        )
        raise NewsletterError(message, hint=hint)
    return written


def not_signed(message: bytes) -> bytes:
    """Return the message as it is: the server signs, or nobody."""
    return message
