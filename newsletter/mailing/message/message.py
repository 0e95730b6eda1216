"""A document as messages: encoded once for all, joined for each recipient.

What Python's email package makes in 7 ms, joining makes in 20 µs (measured 2026-11): the document
is cut at its merge fields, and its pieces are encoded before the first recipient is known.

A segment of quoted-printable (RFC 2045, 6.7) begins at the beginning of a line and ends with a line
break, mostly a soft one, which readers take away. So a value needs not know how long its neighbours
are; no line is longer than 76 signs, and none begins with a dot, which SMTP would have to double
(RFC 5321, 4.5.2).
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.quoprimime import body_encode
from functools import cached_property
from typing import Any, NamedTuple, Self

from newsletter.mailing.message.head import (
    MAX_LINE,
    Addressee,
    domain_of,
    one_line,
    own_headers,
    shared_headers,
)
from newsletter.mailing.message.unsubscribe import list_id_of
from newsletter.rendering import merge
from newsletter.rendering.document import Document
from newsletter.rendering.pictures.images import DocumentImage
from newsletter.settings.settings import Sender, Settings
from newsletter.values.suggestions import fold

TEST_MARK = "[TEST]"
_LONG_PIECE = 1000  # bytes
_TEXT_HEAD = (
    b"Content-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
)
_SOFT_BREAK = b"=\r\n"
_FIRST_DOT = re.compile(r"^\.", re.M)
_WIDTH = MAX_LINE - 3  # room for a dot that is encoded, and the "=" of a soft break
# Nearly every value: what stands for itself, on one line.
_PLAIN = re.compile(rf"(?![. ])[A-Za-z0-9 .@/:;,_'()&#%+!?*-]{{1,{_WIDTH}}}(?<! )")
MAX_NAME_LENGTH = 60  # a header's line has 76 signs at best (RFC 5322, 2.1.1)


class _Slot(NamedTuple):
    """Where a value stands."""

    field: merge.MergeField
    place: merge.Place

    def filled(self, values: Mapping[str, str]) -> bytes:
        return _segment(merge.ESCAPINGS[self.place](self.field.value_for(values)))


Pieces = list[bytes | _Slot]


class Attachment(NamedTuple):
    """A PDF that travels beside the words."""

    name: str
    content: bytes


@dataclass(frozen=True)
class MessageTemplate:
    """The message of one variant: its headers cut at the token, its body at merge fields."""

    subject: str
    fields: Mapping[str, merge.MergeField]
    head: tuple[str, ...]
    body: Pieces

    def for_recipient(self, addressee: Addressee, *, date: datetime) -> bytes:
        """Return the whole message in ASCII, with CRLF; no line begins with a dot."""
        values = {**addressee.values, merge.UNSUBSCRIBE_FIELD: addressee.token}
        subject = merge.fill_text(self.subject, self.fields, values)
        shared = addressee.token.join(self.head).replace("unsubscribe%20>", "unsubscribe>")
        slots, pieces = self._numbered
        filled = [each.filled(values) for each in slots]
        body = [each if isinstance(each, bytes) else filled[each] for each in pieces]
        return b"".join([f"{shared}{own_headers(addressee, subject, date)}".encode("ascii"), *body])

    @cached_property
    def _numbered(self) -> tuple[list[_Slot], list[bytes | int]]:
        """The slots, each once, and the body with their numbers: a value stands in many places."""
        slots = [*dict.fromkeys(each for each in self.body if isinstance(each, _Slot))]
        return slots, [each if isinstance(each, bytes) else slots.index(each) for each in self.body]

    def frozen(self, keep: Callable[[bytes], str]) -> str:
        """Return what makes it again, in JSON; `keep` takes a long piece, a picture, for a name."""

        def said_of(piece: bytes) -> object:
            return {"kept": keep(piece)} if len(piece) > _LONG_PIECE else piece.decode("ascii")

        parts = (self.subject, [*self.fields.values()], self.head, self.body)
        said = dict(zip(("subject", "fields", "head", "body"), parts, strict=True))
        return json.dumps(said, default=said_of, ensure_ascii=False)

    @classmethod
    def thawed(cls, frozen: str, kept: Callable[[str], bytes]) -> Self:
        """Return the template that `frozen` wrote; `kept` gives the piece of a name."""

        def piece(said: Any) -> bytes | _Slot:
            if isinstance(said, list):
                return _Slot(merge.MergeField(*said[0]), said[1])
            return kept(said["kept"]) if isinstance(said, dict) else said.encode("ascii")

        said = json.loads(frozen)
        fields = {each[0]: merge.MergeField(*each) for each in said["fields"]}
        return cls(said["subject"], fields, tuple(said["head"]), [*map(piece, said["body"])])


def message_id_for(issue_id: str, recipient_id: str, address: str) -> str:
    """Return the Message-ID of an issue for a recipient, the same at every try."""
    # Of the sender's domain: one of our machine's name would tell it to everyone.
    issue = re.sub(r"[^A-Za-z0-9-]+", "-", issue_id)[:60]
    if issue != issue_id:  # what was taken away may be all that tells it from another
        issue += f"-{hashlib.sha256(issue_id.encode()).hexdigest()[:8]}"
    return f"<{issue}.{recipient_id}@{domain_of(address)}>"


def prepare_message(
    document: Document,
    settings: Settings,
    sender: Sender,
    *,
    language: str,
    mark: str = "",
    list_id: str = "",
    attachment: Attachment | None = None,
) -> MessageTemplate:
    """Return the message that `document` becomes: text, HTML, and the pictures that it shows.

    `mark` stands before the subject of a test; `list_id` is the sender's own where there is none.
    Pictures travel inside, unless they are hosted.
    """
    list_id = list_id or list_id_of(sender.email)
    head = shared_headers(
        settings, sender, issue_id=document.issue_id, list_id=list_id, language=language
    )
    pictures = embedded_pictures(document, settings)
    boundary = f"=_{document.fingerprint[:24]}_"  # "=_" stands in no quoted-printable
    html, fields, files = document.html, document.merge_fields, []
    for picture in pictures:
        key = picture.name.rpartition("/")[2].partition(".")[0]
        content_id = f"{key}@{domain_of(sender.email)}"
        html = html.replace(picture.name, f"cid:{content_id}")
        name = f"{plain_name(picture.title)}.{picture.name.rpartition('.')[2]}"
        named = f'Content-ID: <{content_id}>\r\nContent-Disposition: inline; filename="{name}"'
        files.append(_file(picture.media_type, named, picture.content))
    plain = [_TEXT_HEAD % b"plain", *_encoded(merge.text_parts(document.text), fields)]
    shown = [_TEXT_HEAD % b"html", *_encoded(merge.html_parts(html), fields)]
    related = _joined("related", f"{boundary}r", shown, *files)
    whole = _joined("alternative", f"{boundary}a", plain, related)
    if attachment is not None:
        named = f'Content-Disposition: attachment; filename="{attachment.name}"'
        pdf = _file("application/pdf", named, attachment.content)
        whole = _joined("mixed", f"{boundary}m", whole, pdf)
    return MessageTemplate(f"{mark} {document.subject}".strip(), fields, head, whole)


def _joined(kind: str, boundary: str, first: Pieces, *others: Pieces) -> Pieces:
    """Return parts as one, each after a boundary; the first alone as it is."""
    if not others:
        return first
    related = '; type="text/html"' if kind == "related" else ""
    head = f'Content-Type: multipart/{kind}{related};\r\n boundary="{boundary}"\r\n\r\n'
    pieces = [f"{head}--{boundary}\r\n".encode(), *first]
    for part in others:
        # The line break before belongs to it (RFC 2046, 5.1.1); a head has ended its own.
        pieces += [f"\r\n--{boundary}\r\n".encode(), *part]
    return [*pieces, f"\r\n--{boundary}--\r\n".encode()]


def _file(media_type: str, head: str, content: bytes) -> Pieces:
    encoding = "Content-Transfer-Encoding: base64"
    whole_head = f"Content-Type: {media_type}\r\n{encoding}\r\n{head}\r\n\r\n".encode()
    return [whole_head, base64.encodebytes(content).rstrip(b"\n").replace(b"\n", b"\r\n")]


def _encoded(parts: Iterable[str | merge.Slot], fields: Mapping[str, merge.MergeField]) -> Pieces:
    """Return the literals encoded, and where values go between them."""
    pieces: Pieces = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(_segment(part))
        elif part.token in fields:
            pieces.append(_Slot(fields[part.token], part.place))
        else:
            pieces.append(_segment(part.token))
    # Nothing follows that a soft break could go on with.
    if pieces and isinstance(pieces[-1], bytes):
        pieces[-1] = pieces[-1].removesuffix(_SOFT_BREAK)
    return pieces


def _segment(text: str) -> bytes:
    """Return `text` as lines of quoted-printable that end with a soft break; "" stays empty."""
    if _PLAIN.fullmatch(text):
        return text.encode() + _SOFT_BREAK
    octets = text.encode().decode("latin-1")  # as body_encode takes them
    lines = _FIRST_DOT.sub("=2E", body_encode(octets, _WIDTH, "\r\n")).encode("ascii")
    return lines if not lines or lines.endswith(b"\r\n") else lines + _SOFT_BREAK


def embedded_pictures(document: Document, settings: Settings) -> tuple[DocumentImage, ...]:
    """Return the pictures that travel in the message: those that are not hosted."""
    if settings.site is None or settings.site.images_url is None:
        return document.images
    # A release under embargo carries its own.
    return tuple(each for each in document.images if f'src="{each.name}"' in document.html)


def plain_name(title: str) -> str:
    """Return what a file is called in a list of attachments, without its ending: in ASCII."""
    return re.sub("[^a-z0-9]+", "-", fold(title))[:MAX_NAME_LENGTH].strip("-") or "image"


def shown_subject(document: Document, values: Mapping[str, str]) -> str:
    """Return the subject as its recipient reads it."""
    return one_line(merge.fill_text(document.subject, document.merge_fields, values))
