"""What a sheet says of its rows beside their values: hidden, merged, computed but not saved."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

_BLOCK_BYTES = 1024 * 1024
# Any prefix may stand before a name: <x:row>. A bare > never stands in the attributes of these.
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb'\br="(\d{1,7})"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_MERGED = re.compile(
    rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"'
)
_NOT_COMPUTED = re.compile(
    rb'<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)  # fmt: skip
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


class Merge(NamedTuple):
    """Cells of a column merged from a row to another: Excel shows the first one's value in all."""

    first: int
    last: int
    column: int


@dataclass
class SheetLayout:
    """Which rows are hidden, by number; merges in order; formulas that have no value yet."""

    hidden: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    not_computed: dict[int, set[int]] = field(default_factory=dict)


def layout_of(source: BinaryIO) -> SheetLayout:
    """Return what the XML of a sheet says; openpyxl tells it only of a sheet that it holds whole.

    Rows are numbered from 1, columns from 0.
    """
    layout, row = SheetLayout(), 0
    for text in _pieces(source):
        for found in _ROW.finditer(text):
            number = _NUMBER.search(found[1])
            row = int(number[1]) if number else row + 1
            if _HIDDEN.search(found[1]):
                layout.hidden.add(row)
        for found in _NOT_COMPUTED.finditer(text):
            # A text without signs is a result: LibreOffice writes it so.
            if b't="str"' not in found[1] and (place := _PLACE.search(found[1])):
                layout.not_computed.setdefault(int(place[2]), set()).add(_column(place[1]))
        for found in _MERGED.finditer(text):
            first, last = int(found[2]), int(found[3])
            if last > first:
                layout.merges.append(Merge(first, last, _column(found[1])))
    layout.merges.sort()
    return layout


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    """Yield the XML in pieces that part no row and no merge."""
    rest = b""
    while block := source.read(_BLOCK_BYTES):
        piece, end, rest = (rest + block).rpartition(b"row>")
        yield piece + end
    yield rest


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
