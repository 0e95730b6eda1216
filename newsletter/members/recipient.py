"""From a row of the members file to a recipient, or to what is wrong in its cells."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from newsletter.i18n import _, counted
from newsletter.members.addresses import read_address
from newsletter.members.columns import Columns
from newsletter.members.rows import Row, has_lost_accents
from newsletter.problems.problem import Fault, Level
from newsletter.source.decoding import composed
from newsletter.source.faults import shown
from newsletter.values.audiences import (
    Audience,
    audience_of,
    spelt_as_known,
    unknown_value,
    values_in,
)

# What Excel shows of a long number in a narrow column, and saves so: 1,99E+08.
_SHORTENED = re.compile(r"\d+(?:[.,]\d+)?[eE]\+\d+")
_FORMULA_ERROR = re.compile(r"#(?:N/A|[A-Z0/]+[!?])")  # #REF!, #NOM?, #DIV/0!…
# Around a value these do not show: spaces, no-break spaces (U+00A0, U+2007, U+202F), ZERO WIDTH
# SPACE, BYTE ORDER MARK.
UNSEEN = " \t\r\n\v\f\u00a0\u2007\u202f\u200b\ufeff"
_KNOWN_AUDIENCES = 10_000


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone whom an issue may go to: the line of their row, their values by merge field."""

    line: int
    values: Mapping[str, str]
    audience: Audience

    @property
    def address(self) -> str:
        """Their email address."""
        return self.values["email"]


class RowFault(NamedTuple):
    """What is wrong in the cell of a column, numbered from 0."""

    column: int
    fault: Fault
    level: Level = Level.ERROR


class RowReader:
    """Reads rows that have the same columns; what an audience's cells mean is looked up once."""

    def __init__(self, columns: Columns, audiences: Audience, *, needed: Collection[str]) -> None:
        self._columns = columns
        self._audiences = audiences
        self._needed = frozenset(needed)
        self._audience_of = lru_cache(_KNOWN_AUDIENCES)(self._read_audience)

    def read(self, row: Row) -> tuple[Recipient | None, list[RowFault]]:
        """Return the recipient of the row, None where an error forbids it, and all its faults."""
        faults = list(_shape_faults(row, self._columns.width))
        if any(fault.level is Level.ERROR for fault in faults):
            return None, faults
        cells = [*row.cells, *[""] * (self._columns.width - len(row.cells))]
        values: dict[str, str] = {}
        for name, column in self._columns.numbers.items():
            read = self._value(name, cells[column])
            if isinstance(read, Fault):
                faults.append(RowFault(column, read))
            elif read:
                values[name] = read
        if any(fault.level is Level.ERROR for fault in faults):
            return None, faults
        audience, unknown = self._audience_of(tuple(values.get(key, "") for key in self._audiences))
        return Recipient(row.line, values, audience), [*faults, *unknown]

    def _value(self, name: str, cell: str) -> str | Fault:
        """Return the text of a cell, or why it cannot be what was meant."""
        text = cell.strip(UNSEEN)
        if fault := _spoilt_by_excel(text):
            return fault
        if name == "email" and text:
            return read_address(text)  # as typed: a mailbox may have its accents apart
        text = composed(text)
        if not text and name in self._needed:
            message = _("this row has no '{name}'").format(name=name)
            return Fault("missing-value", message, _("fill it in, or remove the row"))
        # A cell may hold lines; a value stands inside a sentence, or in a header of the mail.
        return text if text.isprintable() else " ".join(text.splitlines())

    def _read_audience(self, cells: tuple[str, ...]) -> tuple[Audience, list[RowFault]]:
        """Return what a recipient with these cells is, and what the settings do not know of it."""
        values = dict(zip(self._audiences, cells, strict=True))
        return audience_of(values, self._audiences), list(self._unknown(cells))

    def _unknown(self, cells: Sequence[str]) -> Iterator[RowFault]:
        """Yield the values of an audience that the settings lack: they hide what is `for` it."""
        for (key, possible), cell in zip(self._audiences.items(), cells, strict=True):
            for value in values_in(cell):
                if spelt_as_known(value, possible) is None:
                    fault = unknown_value(value, key, self._audiences)
                    column = self._columns.numbers[key]
                    yield RowFault(column, fault, Level.WARNING)


def _shape_faults(row: Row, width: int) -> Iterator[RowFault]:
    """Yield what is wrong with a row as a whole; its cells then mean nothing."""
    if row.swallows_rows(width):
        message = counted(
            "a quotation mark opened here is only closed {count} line further down",
            "a quotation mark opened here is only closed {count} lines further down",
            row.lines - 1,
        )
        hint = _("remove it, or close it at the end of its cell")
        yield RowFault(0, Fault("quotation-mark", message.format(count=row.lines - 1), hint))
    elif len(row.cells) < width or any(cell.strip() for cell in row.cells[width:]):
        message = counted(
            "the row has {count} cell, but there are {width} headings",
            "the row has {count} cells, but there are {width} headings",
            len(row.cells),
        ).format(count=len(row.cells), width=width)
        if len(row.cells) < width:
            # Excel leaves the last cells of a row out where they are empty.
            hint = _("the missing cells are read as empty")
            fault = Fault("cell-count", message, hint)
            yield RowFault(len(row.cells) - 1, fault, Level.WARNING)
        else:
            hint = _("put quotation marks around a cell that contains the separator")
            yield RowFault(width, Fault("cell-count", message, hint))


def _spoilt_by_excel(text: str) -> Fault | None:
    if _SHORTENED.fullmatch(text):
        message = _("'{text}' is a number shortened by Excel").format(text=shown(text))
        hint = _("format the column as Text in Excel, and type the number again")
        return Fault("spoilt-number", message, hint)
    if _FORMULA_ERROR.fullmatch(text):
        message = _("'{text}' is a formula that failed").format(text=shown(text))
        return Fault("formula", message, _("fix the formula in Excel"))
    if has_lost_accents(text):
        message = _("'{text}' has lost its accents").format(text=shown(text))
        hint = _("export the members again, as .xlsx or CSV UTF-8")
        return Fault("accents", message, hint)
    return None
