"""Merge fields on their way through rendering: opaque words in, the recipient's values out."""

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Literal, NamedTuple
from urllib.parse import quote, urlsplit

from newsletter.values.links import LINK_SCHEMES
from newsletter.values.merge_syntax import ESCAPED_BRACKETS, MERGE_FIELD, field_name
from newsletter.values.model import ValueType, rewritten

# Given to each recipient when the mail is sent; no writer can type it (no column has this name).
UNSUBSCRIBE_FIELD = "unsubscribe address"
MAX_ADDRESS = 2000  # characters; servers refuse longer ones
# It parses in a link's address; typography, Markdown and the HTML steps leave it alone.
TOKEN = re.compile(r"qzm[a-p]{16}mzq")
_TAG = re.compile(r"<[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_ADDRESS = re.compile(r"((?:href|src)\s*=\s*[\"'])([^\"']*)")


class MergeField(NamedTuple):
    """A field as it was typed, and the token that stands for it."""

    token: str
    name: str
    fallback: str | None = None

    def value_for(self, values: Mapping[str, str]) -> str:
        """Return the recipient's value, else the fallback, else the field as it was typed."""
        return values.get(self.name) or self.fallback or f"(({self.name}))"


MergeFields = Mapping[str, MergeField]  # by their tokens


def merge_field(name: str, fallback: str | None = None) -> MergeField:
    """Return the field; equal name and fallback give the same token on every run."""
    digest = hashlib.sha256(f"{name}|{fallback}".encode()).hexdigest()[:16]
    letters = "".join(chr(ord("a") + int(figure, 16)) for figure in digest)
    return MergeField(f"qzm{letters}mzq", name, fallback)


def replace_merge_fields(model: ValueType, found: dict[str, MergeField]) -> ValueType:
    """Return `model` with tokens for the merge fields in its texts; note each in `found`."""

    def token_for(match: re.Match[str]) -> str:
        fallback = None if match["fallback"] is None else fallback_of(match)
        field = merge_field(field_name(match["name"]), fallback)
        found[field.token] = field
        return field.token

    return rewritten(model, str, lambda text, _loc: _with(token_for, text))


def with_fallbacks(model: ValueType) -> ValueType:
    """Return `model` with what its merge fields fall back on: what it says to no one recipient."""
    return rewritten(model, str, lambda text, _loc: _with(fallback_of, text))


def fallback_of(field: re.Match[str]) -> str:
    """Return what a field that was typed falls back on, "" where that is nothing."""
    return (field["fallback"] or "").strip()


def _with(replacement: Callable[[re.Match[str]], str], text: str) -> str:
    return ESCAPED_BRACKETS.sub("", MERGE_FIELD.sub(replacement, text)) if "((" in text else text


def _whole_address(value: str) -> str:
    """Return an address that a mail can open; of any other, as javascript:, "#"."""
    try:
        known = urlsplit(value).scheme.lower() in LINK_SCHEMES
    except ValueError:  # "https://[1": not an address
        known = False
    return html.escape(value.replace(" ", "%20")) if known else "#"


# What a token stands in: a text, HTML or an attribute of it, a part of an address, or an address in
# HTML that is nothing else. Each takes another escaping.
Place = Literal["PLAIN", "HTML", "IN_ADDRESS", "WHOLE_ADDRESS"]
ESCAPINGS: Mapping[Place, Callable[[str], str]] = {
    "PLAIN": str,
    "HTML": html.escape,
    "IN_ADDRESS": partial(quote, safe=""),
    "WHOLE_ADDRESS": _whole_address,
}


class Slot(NamedTuple):
    """A token, and what it stands in."""

    token: str
    place: Place


def text_parts(text: str) -> Iterator[str | Slot]:
    """Yield plain text in order, cut at its tokens."""

    def place_at(start: int) -> Place:
        word = re.search(r"\S*$", text[max(0, start - MAX_ADDRESS) : start])
        return "IN_ADDRESS" if word is not None and "://" in word[0] else "PLAIN"

    return _cut(text, place_at)


def html_parts(document: str) -> Iterator[str | Slot]:
    """Yield HTML in order, cut at its tokens."""
    in_addresses: dict[int, Place] = {}
    for tag in _TAG.finditer(document):
        for address in _ADDRESS.finditer(tag[0]) if "qzm" in tag[0] else ():
            first = tag.start() + address.start(2)
            place: Place = "WHOLE_ADDRESS" if TOKEN.fullmatch(address[2]) else "IN_ADDRESS"
            in_addresses |= {first + each.start(): place for each in TOKEN.finditer(address[2])}
    return _cut(document, lambda start: in_addresses.get(start, "HTML"))


def _cut(text: str, place_at: Callable[[int], Place]) -> Iterator[str | Slot]:
    end = 0
    for found in TOKEN.finditer(text):
        yield text[end : found.start()]
        yield Slot(found[0], place_at(found.start()))
        end = found.end()
    yield text[end:]


def fill_text(text: str, fields: MergeFields, values: Mapping[str, str]) -> str:
    """Return plain text with each token replaced by its value, encoded inside an address."""
    return _filled(text_parts(text), fields, values)


def fill_html(document: str, fields: MergeFields, values: Mapping[str, str]) -> str:
    """Return HTML with each token replaced by its value, escaped for where it stands."""
    return _filled(html_parts(document), fields, values)


def _filled(parts: Iterable[str | Slot], fields: MergeFields, values: Mapping[str, str]) -> str:
    def filled(slot: Slot) -> str:
        field = fields.get(slot.token)
        return ESCAPINGS[slot.place](field.value_for(values) if field else slot.token)

    return "".join(part if isinstance(part, str) else filled(part) for part in parts)
