"""The head of a message: what everyone's has alike, made once, and what is each recipient's.

Its lines are folded, in ASCII, and never more than were meant. They are written by hand, because
Python's email package breaks what matters here: it encodes the long address of a List-Unsubscribe
(cpython #85725), and Gmail then shows no way to unsubscribe.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Self
from urllib.parse import quote

from newsletter.i18n import _
from newsletter.mailing.message.unsubscribe import ONE_CLICK
from newsletter.problems.errors import NewsletterError
from newsletter.rendering import merge
from newsletter.rendering.document import Document
from newsletter.settings.settings import Sender, Settings
from newsletter.workspace import SETTINGS_FILE

_TOKEN = merge.merge_field(merge.UNSUBSCRIBE_FIELD).token
# A header is one line of 998 characters: room is left for the token, and the mailto: beside it.
MAX_URL_LENGTH = 500
MAX_LINE = 76
# What an encoded word may hold as it is wherever it stands: RFC 2047, 5 (3).
_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"
_ENCODED = [chr(byte) if chr(byte) in _PLAIN else f"={byte:02X}" for byte in range(256)]
_ENCODED[ord(" ")] = "_"
_START, _END = "=?utf-8?q?", "?="
_MAX_WORD = 75  # RFC 2047, 2
_FITS = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
# Control signs, the line and paragraph separators of Unicode, and halves of letters.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SPACES = re.compile("  +")
MAX_HEADER_LINE = 998  # RFC 5322, 2.1.1: without its line break


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
        line = text_header("Subject", subject).decode("ascii") if is_everyone_s else None
        last = (
            address_header("List-Id", list_id, settings.organisation.name),
            exact_header("Feedback-ID", _feedback_id(document.issue_id, list_id, sender.email)),
            exact_header("Content-Language", language),
            exact_header("MIME-Version", "1.0"),
        )
        from_sender = address_header("From", sender.email, sender.name)
        if sender.reply_to:
            from_sender += address_header("Reply-To", sender.reply_to)
        unsubscribe = b"".join(_unsubscribe_headers(settings, _TOKEN)).decode("ascii")
        first, end = from_sender.decode("ascii"), b"".join(last).decode("ascii")
        parts = tuple(unsubscribe.split(_TOKEN))
        return cls(subject, line, first, end, parts, document.merge_fields)

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


def _unsubscribe_headers(settings: Settings, token: str) -> Iterator[bytes]:
    """Yield the headers by which a mail program offers to unsubscribe.

    One click works with an address on the web alone, and only where it is private (RFC 8058, 3.1).
    """
    url, mailto = settings.unsubscribe.url, settings.unsubscribe.mailto
    ways = []
    if url:
        # A header has every sign in ASCII.
        address = quote(url.replace("{token}", token), safe="!#$%&'()*+,/:;=?@[]~")
        if len(address) > MAX_URL_LENGTH:
            message = _("the unsubscribe address is too long for an email: {count} characters")
            hint = _(
                "write a shorter url: under unsubscribe: in {file}, of at most {most} characters"
            )
            hint = hint.format(file=SETTINGS_FILE, most=MAX_URL_LENGTH)
            raise NewsletterError(message.format(count=len(address)), hint=hint)
        ways.append(f"<{address}>")
    if mailto:
        # The token too: a forwarded reader's mail comes from an address that we do not know.
        ways.append(f"<mailto:{quote(mailto, safe='@+')}?subject=unsubscribe%20{token}>")
    if ways:
        yield exact_header("List-Unsubscribe", ", ".join(ways))
    if url and url.startswith("https://"):
        yield exact_header("List-Unsubscribe-Post", ONE_CLICK)


def one_line(text: str) -> str:
    """Return `text` without signs that could begin a header of their own: as single spaces."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", text)).strip()


def text_header(name: str, text: str) -> bytes:
    """Return the line, or folded lines, of a header that says `text`: Subject."""
    said = one_line(text)
    line = f"{name}: {said}"
    fits = not said or (_FITS.fullmatch(said) and "=?" not in said)
    if fits and len(line) <= MAX_LINE:
        return f"{line}\r\n".encode()
    return f"{name}: {_encoded_words(said, indent=len(name) + 2)}\r\n".encode()


def address_header(name: str, address: str, title: str = "") -> bytes:
    """Return a header with one address in ASCII, after the name of whom it belongs to: From."""
    said = one_line(title)
    place = _checked(f"<{address}>")
    if not said:
        return f"{name}: {place}\r\n".encode()
    if len(said) < MAX_LINE / 2 and said.isascii() and "=?" not in said:
        escaped = said.replace("\\", "\\\\").replace('"', '\\"')
        phrase = said if _ATOMS.fullmatch(said) else f'"{escaped}"'
    else:
        phrase = _encoded_words(said, indent=len(name) + 2)
    fold = " " if len(f"{name}: {phrase} {place}") <= MAX_LINE else "\r\n "
    return f"{name}: {phrase}{fold}{place}\r\n".encode()


def exact_header(name: str, value: str) -> bytes:
    """Return a header with its value in one line, however long; `ValueError` if it cannot be."""
    line = f"{name}: {_checked(value)}"
    if len(line) > MAX_HEADER_LINE:
        raise ValueError(line)
    return f"{line}\r\n".encode()


def _checked(value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise ValueError(value)
    return value


def _encoded_words(text: str, *, indent: int) -> str:
    """Return `text` as encoded words, each on a line of its own; letters are not cut in two."""
    words: list[str] = []
    current = ""
    width = _MAX_WORD - indent - len(_START) - len(_END)
    for letter in text:
        encoded = "".join(_ENCODED[byte] for byte in letter.encode())
        if len(current) + len(encoded) > width:
            words.append(current)
            current, width = "", _MAX_WORD - len(_START) - len(_END)
        current += encoded
    return "\r\n ".join(f"{_START}{word}{_END}" for word in [*words, current])


def in_ascii(address: str) -> str | None:
    """Return `address` as a server without SMTPUTF8 takes it; None where there is no such form.

    Its domain is then in ASCII; what is before the @ cannot be changed. Few servers take an address
    without such a form (RFC 6531), and none that a relay hands it on to has to.
    """
    return address if address.isascii() else _converted(address)


def domain_of(address: str) -> str:
    """Return what is after the @, in lower case."""
    return address.rpartition("@")[2].lower()


@lru_cache(maxsize=1000)
def _converted(address: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError:
        return None
