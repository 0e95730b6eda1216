"""Merge fields on their way through rendering: opaque words in, the recipient's values out.

A field becomes a token of lower-case letters before anything else reads the text: in a link's
address brackets would not parse, and typography, Markdown and the HTML steps leave a plain word
alone. In the finished document each value is escaped for where its token stands: a preview fills in
a document at once, a send cuts it into its parts first and joins them for each recipient.
"""

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypeVar, cast
from urllib.parse import quote, urlsplit

from newsletter.values.links import LINK_SCHEMES
from newsletter.values.merge_syntax import ESCAPED_BRACKETS, MERGE_FIELD, field_name
from newsletter.values.model import Model, replaced

# Given to each recipient when the mail is sent; no writer can type it (no column has this name).
UNSUBSCRIBE_FIELD = "unsubscribe address"
MAX_ADDRESS = 2000  # characters; servers refuse longer ones
TOKEN = re.compile(r"qzm[a-p]{16}mzq")
_TAG = re.compile(r"<[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_ADDRESS = re.compile(r"((?:href|src)\s*=\s*[\"'])([^\"']*)")
ValueType = TypeVar("ValueType")


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
        fallback = match["fallback"] and match["fallback"].strip()
        field = merge_field(field_name(match["name"]), fallback)
        found[field.token] = field
        return field.token

    def in_text(text: str) -> str:
        if "((" not in text:
            return text
        return ESCAPED_BRACKETS.sub("", MERGE_FIELD.sub(token_for, text))

    return change_texts(model, in_text)


def change_texts(value: ValueType, change: Callable[[str], str]) -> ValueType:
    """Return a value of the model with each of its texts changed."""
    changed: object = value
    if isinstance(value, str):
        changed = change(value)
    elif isinstance(value, tuple):
        changed = tuple(change_texts(each, change) for each in value)
    elif isinstance(value, Model):
        old = vars(value)
        new = {name: change_texts(each, change) for name, each in old.items()}
        if any(each is not old[name] for name, each in new.items()):
            changed = replaced(value, **new)
    return cast(ValueType, changed)


class Place(Enum):
    """What a token stands in: each takes another escaping."""

    PLAIN = "plain text"
    HTML = "the text of HTML, or an attribute"
    IN_ADDRESS = "a part of an address"
    WHOLE_ADDRESS = "an address that is nothing else, in HTML"

    def escaped(self, value: str) -> str:
        """Return `value` as it stands there."""
        match self:
            case Place.PLAIN:
                return value
            case Place.HTML:
                return html.escape(value)
            case Place.IN_ADDRESS:
                return quote(value, safe="")
            case Place.WHOLE_ADDRESS:
                return _whole_address(value)


def _whole_address(value: str) -> str:
    """Return an address that a mail can open; of any other, as javascript:, "#"."""
    try:
        known = urlsplit(value).scheme.lower() in LINK_SCHEMES
    except ValueError:  # "https://[1": not an address
        known = False
    return html.escape(value.replace(" ", "%20")) if known else "#"


@dataclass(frozen=True)
class Slot:
    """A token, and what it stands in."""

    token: str
    place: Place


def text_parts(text: str) -> Iterator[str | Slot]:
    """Yield plain text in order, cut at its tokens."""

    def place_at(start: int) -> Place:
        word = re.search(r"\S*$", text[max(0, start - MAX_ADDRESS) : start])
        return Place.IN_ADDRESS if word is not None and "://" in word[0] else Place.PLAIN

    return _cut(text, place_at)


def html_parts(document: str) -> Iterator[str | Slot]:
    """Yield HTML in order, cut at its tokens."""
    in_addresses: dict[int, Place] = {}
    for tag in _TAG.finditer(document):
        for address in _ADDRESS.finditer(tag[0]) if "qzm" in tag[0] else ():
            first = tag.start() + address.start(2)
            is_whole = TOKEN.fullmatch(address[2]) is not None
            place = Place.WHOLE_ADDRESS if is_whole else Place.IN_ADDRESS
            found = TOKEN.finditer(address[2])
            in_addresses |= {first + each.start(): place for each in found}
    return _cut(document, lambda start: in_addresses.get(start, Place.HTML))


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


def fill_for_everyone(text: str, fields: MergeFields) -> str:
    """Return plain text that is no one recipient's: each token gives its fallback, or nothing."""
    without_values = {each.token: each.fallback or "" for each in fields.values()}
    return TOKEN.sub(lambda match: without_values.get(match[0], match[0]), text)


def fill_html(document: str, fields: MergeFields, values: Mapping[str, str]) -> str:
    """Return HTML with each token replaced by its value, escaped for where it stands."""
    return _filled(html_parts(document), fields, values)


def _filled(parts: Iterable[str | Slot], fields: MergeFields, values: Mapping[str, str]) -> str:
    def filled(slot: Slot) -> str:
        field = fields.get(slot.token)
        return slot.place.escaped(field.value_for(values) if field else slot.token)

    return "".join(part if isinstance(part, str) else filled(part) for part in parts)
