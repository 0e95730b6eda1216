"""The head of a message: what everyone's has alike, made once, and what is each recipient's.

Its lines are folded, in ASCII, and never more than were meant. They are written by hand, because
Python's email package breaks what matters here: it encodes the long address of a List-Unsubscribe
(cpython #85725), and Gmail then shows no way to unsubscribe.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.quoprimime import header_encode
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote

from newsletter.i18n import _
from newsletter.mailing.message.unsubscribe import ONE_CLICK
from newsletter.problems.errors import NewsletterError
from newsletter.rendering import merge
from newsletter.settings.settings import Sender, Settings
from newsletter.workspace import SETTINGS_FILE

_TOKEN = merge.merge_field(merge.UNSUBSCRIBE_FIELD).token
# A header is one line of 998 characters: room is left for the token, and the mailto: beside it.
MAX_URL_LENGTH = 500
MAX_LINE = 76
_MAX_WORD = 75 - len("=?utf-8?q??=")  # RFC 2047, 2
_FITS = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
# Control signs, the line and paragraph separators of Unicode, and halves of letters.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
MAX_HEADER_LINE = 998  # RFC 5322, 2.1.1: without its line break


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom one message is for."""

    address: str  # in ASCII
    message_id: str
    token: str  # unsubscribes them
    values: Mapping[str, str]
    follows: str = ""  # the Message-ID of the mail that it corrects: programs show them together


def shared_headers(
    settings: Settings, sender: Sender, *, issue_id: str, list_id: str, language: str
) -> tuple[str, ...]:
    """Return the headers that are everyone's alike, cut where the token to unsubscribe stands."""
    headers = (
        address_header("From", sender.email, sender.name),
        address_header("Reply-To", sender.reply_to) if sender.reply_to else "",
        address_header("List-Id", list_id, settings.organisation.name),
        *_unsubscribe_headers(settings, _TOKEN),
        exact_header("Feedback-ID", _feedback_id(issue_id, list_id, sender.email)),
        exact_header("Content-Language", language),
        exact_header("MIME-Version", "1.0"),
    )
    return tuple("".join(headers).split(_TOKEN))


def own_headers(addressee: Addressee, subject: str, date: datetime) -> str:
    """Return the headers of one message that are not everyone's."""
    own = [
        address_header("To", addressee.address),
        text_header("Subject", subject),
        _date_header(date.replace(microsecond=0)),
        exact_header("Message-ID", addressee.message_id),
    ]
    if addressee.follows:  # RFC 5322, 3.6.4
        own += [exact_header(name, addressee.follows) for name in ("In-Reply-To", "References")]
    return "".join(own)


@lru_cache(maxsize=4)  # of thousands of messages a second
def _date_header(date: datetime) -> str:
    return exact_header("Date", format_datetime(date))


def _feedback_id(issue_id: str, list_id: str, address: str) -> str:
    """Return what Gmail counts complaints by: issue, list, "newsletter", sender (5 to 15 signs)."""
    sender = re.sub(r"[^a-z0-9]", "", domain_of(address))[:15].ljust(5, "0")
    issue = re.sub(r"[^A-Za-z0-9._-]+", "-", issue_id)[:60]
    return f"{issue}:{list_id}:newsletter:{sender}"


def _unsubscribe_headers(settings: Settings, token: str) -> Iterator[str]:
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
    return re.sub("  +", " ", _CONTROL.sub(" ", text)).strip()


@lru_cache(maxsize=100)  # most subjects are everyone's
def text_header(name: str, text: str) -> str:
    """Return the line, or folded lines, of a header that says `text`: Subject."""
    said = one_line(text)
    line = f"{name}: {said}"
    fits = not said or (_FITS.fullmatch(said) and "=?" not in said)
    if not fits or len(line) > MAX_LINE:
        line = f"{name}: {_encoded_words(said, indent=len(name) + 2)}"
    return f"{line}\r\n"


def address_header(name: str, address: str, title: str = "") -> str:
    """Return a header with one address in ASCII, after the name of whom it belongs to: From."""
    said = one_line(title)
    place = _checked(f"<{address}>")
    if not said:
        return f"{name}: {place}\r\n"
    if len(said) < MAX_LINE / 2 and said.isascii() and "=?" not in said:
        escaped = said.replace("\\", "\\\\").replace('"', '\\"')
        phrase = said if _ATOMS.fullmatch(said) else f'"{escaped}"'
    else:
        phrase = _encoded_words(said, indent=len(name) + 2)
    fold = " " if len(f"{name}: {phrase} {place}") <= MAX_LINE else "\r\n "
    return f"{name}: {phrase}{fold}{place}\r\n"


def exact_header(name: str, value: str) -> str:
    """Return a header with its value in one line, however long; `ValueError` if it cannot be."""
    line = f"{name}: {_checked(value)}"
    if len(line) > MAX_HEADER_LINE:
        raise ValueError(line)
    return f"{line}\r\n"


def _checked(value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise ValueError(value)
    return value


def _encoded_words(text: str, *, indent: int) -> str:
    """Return `text` as encoded words, each on a line of its own; letters are not cut in two."""
    words, most = [""], _MAX_WORD - indent
    for letter in map(_encoded, text):
        if len(words[-1]) + len(letter) > most:
            words.append("")
            most = _MAX_WORD
        words[-1] += letter
    return "\r\n ".join(f"=?utf-8?q?{word}?=" for word in words)


@lru_cache(maxsize=1000)
def _encoded(letter: str) -> str:
    return header_encode(letter.encode(), "utf-8").removeprefix("=?utf-8?q?").removesuffix("?=")


@lru_cache(maxsize=1000)
def in_ascii(address: str) -> str | None:
    """Return `address` as a server without SMTPUTF8 takes it; None where there is no such form.

    Its domain is then in ASCII; what is before the @ cannot be changed. Few servers take an address
    without such a form (RFC 6531), and none that a relay hands it on to has to.
    """
    if address.isascii():
        return address
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError:
        return None


def domain_of(address: str) -> str:
    """Return what is after the @, in lower case."""
    return address.rpartition("@")[2].lower()
