"""Rows of a members file that Excel saved as a workbook."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile
from zlib import error as DeflateError  # noqa: N812 - its own name is lower-case

from newsletter.i18n import _
from newsletter.members.rows import ROWS_ABOVE_HEADINGS, Row, UnreadableMembersError
from newsletter.members.sheet_layout import Merge, SheetLayout, layout_of
from newsletter.members.shown_values import shown_value
from newsletter.packaged import how_to_add
from newsletter.problems.errors import NewsletterError

# 100,000 rows of six cells unpack to 40 MB. A workbook of a few kilobytes can unpack to gigabytes,
# and openpyxl holds the texts that cells share in memory, at some three times their size.
MAX_UNPACKED_MEGABYTES = 150
_ROWS_AT_ONCE = 1000
MAX_ROWS = 1_048_576  # of Excel
MAX_COLUMNS = 1000
# What openpyxl lets through of a workbook that is damaged (tried by cutting and changing bytes).
_DAMAGE = (
    OSError, ValueError, LookupError, TypeError, AttributeError, SyntaxError, EOFError,
    NotImplementedError, RuntimeError, BadZipFile, DeflateError,
)  # fmt: skip


def xlsx_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of the workbook's only sheet, the first with the headings, by their number.

    Raises:
        UnreadableMembersError: the workbook is damaged, too large, or has several sheets.
        NewsletterError: the library that reads workbooks is not installed.
    """
    _refuse_what_unpacks_too_large(path)
    with path.open("rb") as file:
        cells, layout = _filled_sheet(file)
        rows = _rows(cells, layout)
        yield from _filled_down(rows, layout.merges) if layout.merges else rows


def _rows(rows: Iterator[tuple[Any, ...]], layout: SheetLayout) -> Iterator[Row]:
    batches = iter(lambda: _next_rows(rows), [])
    for number, cells in enumerate(chain.from_iterable(batches), 1):
        shown = [shown_value(cell.value, _format(cell)) for cell in cells]
        texts = [text for text, _is_certain in shown]
        doubtful = [column for column, (_text, is_certain) in enumerate(shown) if not is_certain]
        for column in layout.not_computed.get(number, ()):
            if column < len(texts):
                texts[column] = "="
        yield Row(number, texts, is_hidden=number in layout.hidden, doubtful=doubtful)


def _filled_down(rows: Iterator[Row], merges: Iterable[Merge]) -> Iterator[Row]:
    """Yield rows with the text of merged cells in each that they cover, as Excel shows it."""
    waiting, texts = deque(merges), dict[int, tuple[int, str]]()
    for row in rows:
        cells = list(row.cells)
        if any(cells):  # else nobody: the cells are merged further down than the list goes
            for column, (last, text) in texts.items():
                if row.line <= last:
                    cells[column] = cells[column] or text
        while waiting and waiting[0].first <= row.line:
            merge = waiting.popleft()
            if merge.column < len(cells):
                texts[merge.column] = merge.last, cells[merge.column]
        yield replace(row, cells=cells)


def _format(cell: Any) -> str:
    """Return the number format of a cell; asking takes time, and texts have no need of it."""
    return "" if cell.value is None or isinstance(cell.value, str) else cell.number_format


def _filled_sheet(file: BinaryIO) -> tuple[Iterator[tuple[Any, ...]], SheetLayout]:
    """Return the rows of the only visible sheet that has some; of an empty workbook, none."""
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        message = _("Excel workbooks cannot be read here: openpyxl is missing")
        hint = _("save the file as CSV UTF-8, or run: {command}")
        hint = hint.format(command=how_to_add("openpyxl"))
        raise NewsletterError(message, hint=hint) from error
    try:
        workbook = load_workbook(file, read_only=True, data_only=True)
        sheets = [each for each in workbook.worksheets if each.sheet_state == "visible"]
        filled = [(sheet, width) for sheet in sheets if (width := _width(sheet))]
        layouts = [_layout(sheet) for sheet, _width in filled[:1]]
    except _DAMAGE as error:
        raise _damaged() from error
    if len(filled) > 1:
        names = ", ".join(f"'{sheet.title}'" for sheet, _width in filled)
        raise UnreadableMembersError(
            _("the workbook has several sheets: {names}").format(names=names),
            _("save only the members' sheet, as CSV UTF-8 or as a separate workbook"),
        )
    return (_cells(*filled[0]), layouts[0]) if filled else (iter(()), SheetLayout())


def _layout(sheet: Any) -> SheetLayout:
    with sheet._get_source() as source:  # openpyxl has no public name for it
        return layout_of(source)


def _width(sheet: Any) -> int:
    """Return how many cells the first rows have that are not empty, 0 where all are.

    The headings are among them: a title may stand above.
    """
    rows = islice(_cells(sheet, MAX_COLUMNS), _ROWS_AT_ONCE)
    filled = (each for each in map(_filled, rows) if each)
    return max(islice(filled, ROWS_ABOVE_HEADINGS), default=0)


def _filled(row: tuple[Any, ...]) -> int:
    return max((number for number, cell in enumerate(row, 1) if cell.value is not None), default=0)


def _cells(sheet: Any, width: int) -> Iterator[tuple[Any, ...]]:
    """Return the sheet's rows, of one cell more than `width`: what stands there is too much.

    The size that a sheet says it has is not asked: it may be the largest that Excel knows, and in
    a damaged one a row may say that it is the billionth.
    """
    return iter(sheet.iter_rows(max_row=MAX_ROWS, max_col=width + 1))


def _next_rows(rows: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    try:
        return list(islice(rows, _ROWS_AT_ONCE))
    except _DAMAGE as error:
        raise _damaged() from error


def _refuse_what_unpacks_too_large(path: Path) -> None:
    """Give up on a workbook that would fill the memory; zipfile never reads more than it says."""
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
    except _DAMAGE as error:
        raise _damaged() from error
    if sum(part.file_size for part in parts) > MAX_UNPACKED_MEGABYTES * 1024**2:
        raise UnreadableMembersError(
            _("the unzipped workbook is far too large for a members file"),
            _("save only the members' sheet, as CSV UTF-8"),
        )


def _damaged() -> UnreadableMembersError:
    return UnreadableMembersError(
        _("the workbook cannot be read: it is damaged or not an Excel workbook"),
        _("open it in Excel and save it again as .xlsx, or as CSV UTF-8"),
    )
