"""Where in a document each merge field stands, and how a value is escaped for that place.

The one truth about it: a preview fills in a document at once, a send cuts it into its parts first
and joins them for each recipient.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote, urlsplit

from newsletter.values.fields import LINK_SCHEMES

MAX_ADDRESS = 2000  # characters; servers refuse longer ones
TOKEN = re.compile(r"qzm[a-p]{16}mzq")
_TAG = re.compile(r"<[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_ADDRESS = re.compile(r"((?:href|src)\s*=\s*[\"'])([^\"']*)")


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
    """Return an address that a mail can open; of any other, "#".

    A value from a members file must not bring in javascript: either.
    """
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
    end = 0
    for found in TOKEN.finditer(text):
        yield text[end : found.start()]
        word = re.search(r"\S*$", text[max(0, found.start() - MAX_ADDRESS) : found.start()])
        in_address = word is not None and "://" in word[0]
        yield Slot(found[0], Place.IN_ADDRESS if in_address else Place.PLAIN)
        end = found.end()
    yield text[end:]


def html_parts(document: str) -> Iterator[str | Slot]:
    """Yield HTML in order, cut at its tokens."""
    places = _places_in_addresses(document)
    end = 0
    for found in TOKEN.finditer(document):
        yield document[end : found.start()]
        yield Slot(found[0], places.get(found.start(), Place.HTML))
        end = found.end()
    yield document[end:]


def _places_in_addresses(document: str) -> dict[int, Place]:
    """Return the offsets of the tokens that stand in the address of a tag."""
    places: dict[int, Place] = {}
    for tag in _TAG.finditer(document):
        if "qzm" not in tag[0]:
            continue
        for address in _ADDRESS.finditer(tag[0]):
            first = tag.start() + address.start(2)
            is_whole = TOKEN.fullmatch(address[2]) is not None
            place = Place.WHOLE_ADDRESS if is_whole else Place.IN_ADDRESS
            found = TOKEN.finditer(address[2])
            places |= {first + each.start(): place for each in found}
    return places
