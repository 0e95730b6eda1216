"""Rows of a members file that Excel saved as a workbook: their cells as Excel shows them."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile
from zlib import error as DeflateError  # noqa: N812 - its own name is lower-case

from newsletter.i18n import _, current_language
from newsletter.members.rows import ROWS_ABOVE_HEADINGS, Row, UnreadableMembersError, unreadable
from newsletter.problems.errors import needing
from newsletter.source.faults import quoted

# 100,000 rows of six cells unpack to 40 MB. A workbook of a few kilobytes can unpack to gigabytes,
# and openpyxl holds the texts that cells share in memory, at some three times their size.
MAX_UNPACKED_MEGABYTES = 150
_FIRST_ROWS = 1000
MAX_ROWS = 1_048_576  # of Excel
MAX_COLUMNS = 1000
# What openpyxl lets through of a workbook that is damaged (tried by cutting and changing bytes).
_DAMAGE = (
    OSError, ValueError, LookupError, TypeError, AttributeError, SyntaxError, EOFError,
    NotImplementedError, RuntimeError, BadZipFile, DeflateError,
)  # fmt: skip
_ESCAPED = re.compile("_x([0-9A-F]{4})_")  # a letter that XML has no way to write (22.9.2.19)


@dataclass
class _SheetLayout:
    """What Excel knows of rows (from 1) and columns (from 0)."""

    hidden: set[int] = field(default_factory=set)
    # Rows, first and last, and a column: Excel shows the first cell's value in all.
    merges: list[tuple[int, int, int]] = field(default_factory=list)
    not_computed: dict[int, set[int]] = field(default_factory=dict)  # by row, of formulas


def xlsx_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of the workbook's only sheet, the first with the headings, by their number.

    Raises `UnreadableMembersError` where the workbook is damaged, too large, or has several sheets;
    `NewsletterError` where the library that reads workbooks is not installed.
    """
    try:  # zipfile never reads more than it says
        with ZipFile(path) as archive:
            unpacked_bytes = sum(part.file_size for part in archive.infolist())
    except _DAMAGE as error:
        raise _damaged() from error
    if unpacked_bytes > MAX_UNPACKED_MEGABYTES * 1024**2:
        message = _("the unzipped workbook is far too large for a members file")
        raise unreadable(message, _("save only the members' sheet, as CSV UTF-8"))
    with path.open("rb") as file:
        cells, layout = _filled_sheet(file)
        rows = _rows(cells, layout)
        yield from _filled_down(rows, layout.merges) if layout.merges else rows


def _rows(rows: Iterable[tuple[Any, ...]], layout: _SheetLayout) -> Iterator[Row]:
    for number, cells in enumerate(rows, 1):
        # Asking for a number format takes time, and texts have no need of it.
        shown = [
            (_ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell.value or ""), True)
            if cell.value is None or isinstance(cell.value, str)
            else shown_value(cell.value, cell.number_format)
            for cell in cells
        ]
        texts = [text for text, _is_certain in shown]
        doubtful = [column for column, (_text, is_certain) in enumerate(shown) if not is_certain]
        for column in layout.not_computed.get(number, ()):
            if column < len(texts):
                texts[column] = "="
        yield Row(number, texts, is_hidden=number in layout.hidden, doubtful=doubtful)


def _filled_down(rows: Iterator[Row], merges: Iterable[tuple[int, int, int]]) -> Iterator[Row]:
    """Yield rows with the text of merged cells in each that they cover, as Excel shows it."""
    waiting, texts = deque(merges), dict[int, tuple[int, str]]()
    for row in rows:
        cells = list(row.cells)
        if any(cells):  # else nobody: the cells are merged further down than the list goes
            for column, (last, text) in texts.items():
                if row.line <= last:
                    cells[column] = cells[column] or text
        while waiting and waiting[0][0] <= row.line:
            _first, last, column = waiting.popleft()
            if column < len(cells):
                texts[column] = last, cells[column]
        yield replace(row, cells=cells)


def _filled_sheet(file: BinaryIO) -> tuple[Iterator[tuple[Any, ...]], _SheetLayout]:
    """Return the rows of the only visible sheet that has some; of an empty workbook, none."""
    with needing(_("Excel workbooks cannot be read here: {module} is missing"), "openpyxl"):
        from openpyxl import load_workbook
    layout = _SheetLayout()
    try:
        workbook = load_workbook(file, read_only=True, data_only=True)
        sheets = [each for each in workbook.worksheets if each.sheet_state == "visible"]
        filled = [(sheet, width) for sheet in sheets if (width := _width(sheet))]
        for sheet, _number in filled[:1]:
            with sheet._get_source() as source:  # openpyxl has no public name for it
                layout = _layout_of(source)
    except _DAMAGE as error:
        raise _damaged() from error
    if len(filled) > 1:
        names = ", ".join(quoted(sheet.title) for sheet, _number in filled)
        message = _("the workbook has several sheets: {names}").format(names=names)
        hint = _("save only the members' sheet, as CSV UTF-8 or as a separate workbook")
        raise unreadable(message, hint)
    return (_cells(*filled[0]) if filled else iter(())), layout


def _width(sheet: Any) -> int:
    """Return how many cells the first rows, the headings among them, fill; 0 for none."""
    rows = (
        max((number for number, cell in enumerate(row, 1) if cell.value is not None), default=0)
        for row in islice(_cells(sheet, MAX_COLUMNS), _FIRST_ROWS)
    )
    return max(islice(filter(None, rows), ROWS_ABOVE_HEADINGS), default=0)


def _cells(sheet: Any, width: int) -> Iterator[tuple[Any, ...]]:
    """Yield the sheet's rows, of one cell more than `width`: what stands there is too much.

    The size that a sheet says it has is not asked: it may be the largest that Excel knows, and in
    a damaged one a row may say that it is the billionth.
    """
    try:
        yield from sheet.iter_rows(max_row=MAX_ROWS, max_col=width + 1)
    except _DAMAGE as error:
        raise _damaged() from error


def _damaged() -> UnreadableMembersError:
    message = _("the workbook cannot be read: it is damaged or not an Excel workbook")
    return unreadable(message, _("open it in Excel and save it again as .xlsx, or as CSV UTF-8"))


def _layout_of(source: BinaryIO) -> _SheetLayout:
    """Return what the XML of a sheet says: openpyxl tells it only of one that it holds whole."""
    from lxml.etree import QName, iterparse
    from openpyxl.utils import range_boundaries

    layout, row, formulas = _SheetLayout(), 0, list[Any]()
    tags = ("{*}f", "{*}row", "{*}mergeCell")
    for _event, element in iterparse(source, tag=tags, resolve_entities=False):
        match QName(element).localname:
            case "f":
                formulas.append(element.getparent())
            case "row":
                row = int(element.get("r") or row + 1)
                height = element.get("ht") or "1"
                if element.get("hidden") in {"1", "true"} or not height.strip("0."):
                    layout.hidden.add(row)
                for cell in filter(_lacks_result, formulas):
                    columns = layout.not_computed.setdefault(row, set())
                    columns.add(range_boundaries(cell.get("r"))[0] - 1)
                formulas.clear()
                element.clear()
                while element.getprevious() is not None:  # what was read is not kept
                    del element.getparent()[0]
            case _:
                column, first, _column, last = range_boundaries(element.get("ref"))
                if last > first:
                    layout.merges.append((first, last, column - 1))
    layout.merges.sort()
    return layout


def _lacks_result(cell: Any) -> bool:
    # A text without signs is a result: LibreOffice writes it so.
    return bool(cell.get("r") and cell.get("t") != "str" and not cell.findtext("{*}v"))


# Number formats of dates (ECMA-376 18.8.31); the last is Excel's "as this computer shows them".
_USUAL_DATES = {
    "yyyy-mm-dd": "%Y-%m-%d", "dd/mm/yyyy": "%d/%m/%Y", "[$-40C]dd/mm/yyyy": "%d/%m/%Y",
    "mm-dd-yy": "%d/%m/%Y",
}  # fmt: skip


def shown_value(value: object, number_format: str) -> tuple[str, bool]:
    """Return the text of a cell, and whether Excel shows just that."""
    form = number_format.partition(";")[0]
    if isinstance(value, bool):
        return _("TRUE") if value else _("FALSE"), True
    if isinstance(value, date) and form in _USUAL_DATES:
        return value.strftime(_USUAL_DATES[form]), True
    if not isinstance(value, int | float):
        return str(value), False
    if value % 1:
        text = f"{value:.10g}".replace(".", "," if current_language() == "fr" else ".")
        return text, form == "General"
    digits = str(int(value))
    if value >= 0 and set(form) == {"0"}:  # a post code in 00000 keeps its first 0
        return digits.zfill(len(form)), True
    return digits, form in {"General", "@"}
