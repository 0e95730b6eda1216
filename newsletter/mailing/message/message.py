"""A document as messages: encoded once for all, joined for each recipient.

What Python's email package makes in 7 ms, joining makes in 20 µs (measured 2026-11): the document
is cut at its merge fields, and its pieces are encoded before the first recipient is known.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from newsletter.mailing.message.addresses import domain_of
from newsletter.mailing.message.headers import address_header, exact_header, one_line, text_header
from newsletter.mailing.message.quoted_printable import SOFT_BREAK, encode_segment
from newsletter.mailing.message.unsubscribe import list_id_of, unsubscribe_headers
from newsletter.rendering.document import Document
from newsletter.rendering.merge import UNSUBSCRIBE_FIELD, MergeField, fill_text, merge_field
from newsletter.rendering.merge_places import Place, Slot, html_parts, text_parts
from newsletter.rendering.pictures.images import DocumentImage
from newsletter.settings.settings import Sender, Settings
from newsletter.values.suggestions import fold

_TOKEN = merge_field(UNSUBSCRIBE_FIELD).token
TEST_MARK = "[TEST]"
MAX_NAME_LENGTH = 60  # a header's line has 76 signs at best (RFC 5322, 2.1.1)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom one message is for; `address` in ASCII, `token` the word that unsubscribes them."""

    address: str
    message_id: str
    token: str
    values: Mapping[str, str]


class MessageTemplate:
    """The message of one variant, to be joined for each recipient.

    Built by `prepare_message`. `pieces` are bytes, and numbers of `slots` where values go.
    """

    def __init__(
        self,
        head: "_Head",
        pieces: Iterable[bytes | int],
        slots: Iterable[tuple[MergeField, Place]],
    ) -> None:
        self._head = head
        self._slots = tuple(slots)
        self._pieces: list[bytes] = [b""]  # the first is the head's
        self._holes: list[tuple[int, int]] = []
        for piece in pieces:
            if isinstance(piece, int):
                self._holes.append((len(self._pieces), piece))
            self._pieces.append(b"" if isinstance(piece, int) else piece)

    def for_recipient(self, addressee: Addressee, *, date: datetime) -> bytes:
        """Return the whole message in ASCII, with CRLF; no line begins with a dot."""
        values = {**addressee.values, UNSUBSCRIBE_FIELD: addressee.token}
        encoded = [
            encode_segment(place.escaped(field.value_for(values))) for field, place in self._slots
        ]
        pieces = self._pieces.copy()
        pieces[0] = self._head.for_recipient(addressee, values, date=date)
        for hole, slot in self._holes:
            pieces[hole] = encoded[slot]
        return b"".join(pieces)


class _Head:
    """The headers: those that are everyone's as bytes, the others as what they are made from."""

    def __init__(
        self, document: Document, settings: Settings, sender: Sender, *, language: str, mark: str
    ) -> None:
        self._subject = f"{mark} {document.subject}".strip()
        self._fields = document.merge_fields
        is_everyone_s = next(text_parts(self._subject)) == self._subject
        self._subject_line = text_header("Subject", self._subject) if is_everyone_s else None
        self._first = b"".join(_sender_headers(sender))
        self._last = b"".join(_list_headers(document, settings, sender, language=language))
        self._unsubscribe = b"".join(unsubscribe_headers(settings, _TOKEN)).split(_TOKEN.encode())

    def for_recipient(
        self, addressee: Addressee, values: Mapping[str, str], *, date: datetime
    ) -> bytes:
        """Return every header but Content-Type."""
        subject = self._subject_line
        if subject is None:
            subject = text_header("Subject", fill_text(self._subject, self._fields, values))
        own = (
            address_header("To", addressee.address),
            subject,
            _date_header(date.replace(microsecond=0)),
            exact_header("Message-ID", addressee.message_id),
            addressee.token.encode().join(self._unsubscribe),
        )
        return b"".join((self._first, *own, self._last))


@lru_cache(maxsize=4)  # of thousands of messages a second
def _date_header(date: datetime) -> bytes:
    return exact_header("Date", format_datetime(date))


def _sender_headers(sender: Sender) -> Iterator[bytes]:
    yield address_header("From", sender.email, sender.name)
    if sender.reply_to:
        yield address_header("Reply-To", sender.reply_to)


def _list_headers(
    document: Document, settings: Settings, sender: Sender, *, language: str
) -> Iterator[bytes]:
    list_id = list_id_of(sender.email)
    yield address_header("List-Id", list_id, settings.organisation.name)
    yield exact_header("Feedback-ID", _feedback_id(document.issue_id, sender.email))
    yield exact_header("Content-Language", language)
    yield exact_header("MIME-Version", "1.0")


def _feedback_id(issue_id: str, address: str) -> str:
    """Return what Gmail counts complaints by: issue, list, "newsletter", sender (5 to 15 signs)."""
    sender = re.sub(r"[^a-z0-9]", "", domain_of(address))[:15].ljust(5, "0")
    issue = re.sub(r"[^A-Za-z0-9._-]+", "-", issue_id)[:60]
    return f"{issue}:{list_id_of(address)}:newsletter:{sender}"


def message_id_for(issue_id: str, recipient_id: str, address: str) -> str:
    """Return the Message-ID of an issue for a recipient: the same at every try.

    `address` is the sender's: an id of our machine's name would tell it to everyone.
    """
    issue = re.sub(r"[^A-Za-z0-9-]+", "-", issue_id)[:60]
    if issue != issue_id:  # what was taken away may be all that tells it from another
        issue += f"-{hashlib.sha256(issue_id.encode()).hexdigest()[:8]}"
    return f"<{issue}.{recipient_id}@{domain_of(address)}>"


def prepare_message(
    document: Document, settings: Settings, sender: Sender, *, language: str, mark: str = ""
) -> MessageTemplate:
    """Return the message that `document` becomes: text, HTML, and the pictures that it shows.

    `mark` stands before the subject of a test. Pictures travel inside, unless they are hosted.
    """
    head = _Head(document, settings, sender, language=language, mark=mark)
    slots: dict[tuple[MergeField, Place], int] = {}
    pictures = embedded_pictures(document, settings)
    boundary = f"=_{document.fingerprint[:24]}_"  # "=_" stands in no quoted-printable
    html = with_content_ids(document.html, pictures, sender)
    pieces = [
        _part_head("multipart/alternative", boundary=f"{boundary}a"),
        _boundary_line(f"{boundary}a", first=True) + _TEXT_HEAD % b"plain",
        *_encoded(text_parts(document.text), document.merge_fields, slots),
        _boundary_line(f"{boundary}a"),
    ]
    if pictures:
        pieces += [
            _part_head("multipart/related", boundary=f"{boundary}r"),
            _boundary_line(f"{boundary}r", first=True),
        ]
    pieces += [_TEXT_HEAD % b"html", *_encoded(html_parts(html), document.merge_fields, slots)]
    for picture, name in zip(pictures, _file_names(pictures), strict=True):
        pieces.append(_picture_part(picture, name, sender, f"{boundary}r"))
    if pictures:
        pieces.append(_boundary_line(f"{boundary}r", last=True))
    pieces.append(_boundary_line(f"{boundary}a", last=True))
    return MessageTemplate(head, pieces, slots)


_TEXT_HEAD = (
    b"Content-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
)


def _part_head(kind: str, *, boundary: str) -> bytes:
    related = '; type="text/html"' if kind.endswith("related") else ""
    return f'Content-Type: {kind}{related};\r\n boundary="{boundary}"\r\n\r\n'.encode()


def _boundary_line(boundary: str, *, first: bool = False, last: bool = False) -> bytes:
    # The line break before a boundary belongs to it (RFC 2046, 5.1.1); a head has ended its own.
    return f"{'' if first else chr(13) + chr(10)}--{boundary}{'--' if last else ''}\r\n".encode()


def _encoded(
    parts: Iterable[str | Slot],
    fields: Mapping[str, MergeField],
    slots: dict[tuple[MergeField, Place], int],
) -> Iterator[bytes | int]:
    """Yield the literals encoded, and the slots as numbers; note each slot in `slots`."""
    pieces: list[bytes | int] = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(encode_segment(part))
        elif part.token in fields:
            pieces.append(slots.setdefault((fields[part.token], part.place), len(slots)))
        else:
            pieces.append(encode_segment(part.token))
    # Nothing follows that a soft break could go on with.
    if pieces and isinstance(pieces[-1], bytes):
        pieces[-1] = pieces[-1].removesuffix(SOFT_BREAK)
    yield from pieces


def embedded_pictures(document: Document, settings: Settings) -> tuple[DocumentImage, ...]:
    """Return the pictures that travel in the message: none where they are hosted."""
    hosted = settings.site is not None and settings.site.images_url is not None
    return () if hosted else document.images


def with_content_ids(html: str, pictures: Iterable[DocumentImage], sender: Sender) -> str:
    """Return HTML that shows the pictures which travel with it."""
    for picture in pictures:
        html = html.replace(picture.name, f"cid:{_content_id(picture, sender)}")
    return html


def _content_id(picture: DocumentImage, sender: Sender) -> str:
    key = picture.name.rpartition("/")[2].partition(".")[0]
    return f"{key}@{domain_of(sender.email)}"


def _file_names(pictures: Iterable[DocumentImage]) -> list[str]:
    """Return what lists of attachments call each picture: its own name in ASCII, none twice."""
    names: list[str] = []
    for picture in pictures:
        plain = re.sub("[^a-z0-9]+", "-", fold(picture.title))[:MAX_NAME_LENGTH].strip("-")
        ending = picture.name.rpartition(".")[2]
        number, name = 1, f"{plain or 'image'}.{ending}"
        while name in names:
            number += 1
            name = f"{plain or 'image'}-{number}.{ending}"
        names.append(name)
    return names


def _picture_part(picture: DocumentImage, name: str, sender: Sender, boundary: str) -> bytes:
    head = (
        f"\r\n--{boundary}\r\n"
        f"Content-Type: {picture.media_type}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-ID: <{_content_id(picture, sender)}>\r\n"
        f'Content-Disposition: inline; filename="{name}"\r\n\r\n'
    )
    content = base64.encodebytes(picture.content).rstrip(b"\n")
    return head.encode() + content.replace(b"\n", b"\r\n")


def shown_subject(document: Document, values: Mapping[str, str]) -> str:
    """Return the subject as its recipient reads it."""
    return one_line(fill_text(document.subject, document.merge_fields, values))
