"""The head of a message: what everyone's has alike, made once, and what is each recipient's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, Self

from newsletter.mailing.message.headers import address_header, domain_of, exact_header, text_header
from newsletter.mailing.message.unsubscribe import unsubscribe_headers
from newsletter.rendering import merge
from newsletter.rendering.document import Document
from newsletter.settings.settings import Sender, Settings

_TOKEN = merge.merge_field(merge.UNSUBSCRIBE_FIELD).token


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom one message is for."""

    address: str  # in ASCII
    message_id: str
    token: str  # unsubscribes them
    values: Mapping[str, str]
    follows: str = ""  # the Message-ID of the mail that it corrects: programs show them together


@dataclass(frozen=True)
class Head:
    """The headers: those that are everyone's as text, the others as what they are made from."""

    subject: str
    subject_line: str | None
    first: str
    last: str
    unsubscribe: tuple[str, ...]
    fields: Mapping[str, merge.MergeField]

    @classmethod
    def of(
        cls,
        document: Document,
        settings: Settings,
        sender: Sender,
        *,
        list_id: str,
        language: str,
        mark: str,
    ) -> Self:
        """Return the headers of a document."""
        subject = f"{mark} {document.subject}".strip()
        is_everyone_s = next(merge.text_parts(subject)) == subject
        last = (
            address_header("List-Id", list_id, settings.organisation.name),
            exact_header("Feedback-ID", _feedback_id(document.issue_id, list_id, sender.email)),
            exact_header("Content-Language", language),
            exact_header("MIME-Version", "1.0"),
        )
        from_sender = address_header("From", sender.email, sender.name)
        if sender.reply_to:
            from_sender += address_header("Reply-To", sender.reply_to)
        unsubscribe = b"".join(unsubscribe_headers(settings, _TOKEN)).decode("ascii")
        return cls(
            subject,
            text_header("Subject", subject).decode("ascii") if is_everyone_s else None,
            from_sender.decode("ascii"),
            b"".join(last).decode("ascii"),
            tuple(unsubscribe.split(_TOKEN)),
            document.merge_fields,
        )

    def as_values(self) -> dict[str, object]:
        """Return what JSON can say; `of_values` reads it."""
        return {**vars(self), "fields": [*self.fields.values()]}

    @classmethod
    def of_values(cls, said: Mapping[str, Any]) -> Self:
        """Return the headers that `as_values` wrote."""
        fields = {token: merge.MergeField(token, *rest) for token, *rest in said["fields"]}
        return cls(**{**said, "unsubscribe": tuple(said["unsubscribe"]), "fields": fields})

    def for_recipient(
        self, addressee: Addressee, values: Mapping[str, str], *, date: datetime
    ) -> bytes:
        """Return every header but Content-Type."""
        subject = self.subject_line
        if subject is None:
            filled = merge.fill_text(self.subject, self.fields, values)
            subject = text_header("Subject", filled).decode("ascii")
        # Of a mail that follows another (RFC 5322, 3.6.4).
        names = ("In-Reply-To", "References") if addressee.follows else ()
        own = (
            self.first,
            address_header("To", addressee.address).decode("ascii"),
            subject,
            _date_header(date.replace(microsecond=0)).decode("ascii"),
            exact_header("Message-ID", addressee.message_id).decode("ascii"),
            *(exact_header(name, addressee.follows).decode("ascii") for name in names),
            addressee.token.join(self.unsubscribe).replace("unsubscribe%20>", "unsubscribe>"),
            self.last,
        )
        return "".join(own).encode("ascii")


@lru_cache(maxsize=4)  # of thousands of messages a second
def _date_header(date: datetime) -> bytes:
    return exact_header("Date", format_datetime(date))


def _feedback_id(issue_id: str, list_id: str, address: str) -> str:
    """Return what Gmail counts complaints by: issue, list, "newsletter", sender (5 to 15 signs)."""
    sender = re.sub(r"[^a-z0-9]", "", domain_of(address))[:15].ljust(5, "0")
    issue = re.sub(r"[^A-Za-z0-9._-]+", "-", issue_id)[:60]
    return f"{issue}:{list_id}:newsletter:{sender}"
