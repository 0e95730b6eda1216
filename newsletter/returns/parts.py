"""The parts of a message that came back: what it says itself, without what it returns."""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from html import unescape

_MAX_TEXT = 64_000  # bytes of a part: a report is short, what it returns may not be
_RETURNED = {
    "message/rfc822", "message/global", "message/partial",
    "text/rfc822", "text/rfc822-headers", "message/global-headers",
}  # fmt: skip
# Where a report without parts goes over to the message that it returns.
_RETURNED_FROM = re.compile(
    r"^(received: ?|return-path: ?"
    r"|[ \t>]*[-=_*]{2,80}.*(original|copy of the|copy of your|unsent|returned|bounced) (e-?)?mail"
    r"|[ \t>]*[-=_*]{2,80}.*(original|copy of the|copy of your|unsent|returned|bounced) message"
    r"|[ \t>]*[-=_*]{2,80} ?message (header|text)"
    r"|(message headers|the original message|bounced e-mail) ?(follows?|headers)?[.:]? ?$)",
    re.I | re.M,
)
# Escapes that a terminal would obey, and signs that turn the direction of writing (bidi).
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
GLOBAL_STATUS = "message/global-delivery-status"
_ADDRESS = re.compile(
    r"(?:[^\s<>()\[\]\"':;,|@：，。（）]|\b'\b){1,64}@[^\s<>()\[\]\"':;,|@：，。（）]{0,254}\w"
)


def own_parts(message: Message) -> Iterator[Message]:
    """Yield a message and its parts, not what it returns; a report handed on is its own."""
    yield message
    for part in inner(message) if message.get_content_maintype() == "multipart" else ():
        is_returned = part.get_content_type() in _RETURNED
        for each in inner(part) if is_returned else [part]:
            if not is_returned or each.get_content_type() == "multipart/report":
                yield from own_parts(each)


def inner(part: Message) -> list[Message]:
    """Return the messages inside a part: of a report, its blocks of fields."""
    payload = part.get_payload() if part.is_multipart() else []
    return [each for each in payload if isinstance(each, Message)]


def own_text(parts: list[Message]) -> str:
    """Return what a message itself says, in words."""
    # email splits the blocks of message/delivery-status, but not those of RFC 6533.
    blocks = [inner(each) for each in parts if each.get_content_type() == GLOBAL_STATUS]
    own = [each for each in parts if not each.is_multipart()]
    text = "\n\n".join(map(_decoded, [*own, *(each for block in blocks for each in block)]))
    text = text.replace("\r\n", "\n")
    cut = _RETURNED_FROM.search(text)
    return text[: cut.start()] if cut else text


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload[:_MAX_TEXT] if isinstance(payload, bytes) else b""
    try:
        text = content.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):  # no such charset, or no name of one
        text = content.decode("utf-8", "replace")
    if part.get_content_type() == "text/html":
        text = unescape(re.sub(r"<[^@<>]*>", " ", text))
    return _CONTROL.sub(" ", text)


def header(message: Message, name: str) -> str:
    """Return a header on one line, decoded; "" where there is none. UTF-8 is read (RFC 6532)."""
    said = next((text for each, text in message.raw_items() if each.lower() == name.lower()), "")
    text = " ".join(str(said).encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())
    if "=?" in text:
        with suppress(MessageError, LookupError, ValueError):
            text = str(make_header(decode_header(text)))
    return _CONTROL.sub(" ", text)


def addresses_in(text: str) -> list[str]:
    """Return the addresses in a text, in lower case; xtext (RFC 3461, 4) is undone."""
    return [_undone(each) for each in _ADDRESS.findall(text)]


def place_after(address: str, addresses: Collection[str], text: str, start: int) -> int:
    """Return where another of some addresses stands in a text, after `start`; -1 for nowhere."""
    for each in _ADDRESS.finditer(text, start):
        if _undone(each[0]) != address and _undone(each[0]) in addresses:
            return each.start()
    return -1


def address_in(text: str) -> str:
    """Return the first address in a text, "" for none."""
    return _undone(found[0]) if (found := _ADDRESS.search(text)) else ""


def _undone(text: str) -> str:
    plain = re.sub(r"\+([2-7][0-9A-F])", lambda met: chr(int(met[1], 16)), text)
    return plain.strip("'.").lower().removeprefix("smtp=")  # X.400 has it so
