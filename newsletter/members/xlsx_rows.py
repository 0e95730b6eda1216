"""Rows of a members file that Excel saved as a workbook: their cells as Excel shows them."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile
from zlib import error as DeflateError  # noqa: N812 - its own name is lower-case

from newsletter.i18n import _, current_language
from newsletter.members.rows import ROWS_ABOVE_HEADINGS, Row, UnreadableMembersError, unreadable
from newsletter.packaged import how_to_add
from newsletter.problems.errors import NewsletterError
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
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        message = _("Excel workbooks cannot be read here: openpyxl is missing")
        hint = _("save the file as CSV UTF-8, or run: {command}")
        raise NewsletterError(message, hint=hint.format(command=how_to_add("openpyxl"))) from error
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


# Number formats (ECMA-376 18.8.31).
_PLAIN = {"General", "@", "0"}
_COLOUR_OR_PLACE = re.compile(r"\[(?:\$-[0-9A-Fa-f]+|[A-Za-z]+)\]")  # [Red], [$-40C]
_DECIMAL = re.compile(r"(?P<groups>#,##)?0(?:\.(?P<places>0+))?(?P<percent>%)?")
_SIGN = re.compile(r'"(?P<text>[^"]*)"|\\(?P<one>.)|(?P<digit>[0#])|(?P<own>[ /()+-])')
_DATE_SIGN = re.compile(r'"[^"]*"|\\.|y+|:mm|m+|d+|h+|s+|[-/:., ]')
# A date as the system writes it, which is said so and saved as an American one.
_DATE_OF_THE_SYSTEM = "mm-dd-yy"
_MAX_DIGITS_KEPT = 1e15  # of Excel: what is longer ends in zeros
_MAX_FORMAT = 255  # characters, of Excel
_GROUP_SPACE = "\u202f"  # NARROW NO-BREAK SPACE


def shown_value(value: object, number_format: str) -> tuple[str, bool]:
    """Return the text of a cell, and whether Excel shows just that."""
    form = _COLOUR_OR_PLACE.sub("", number_format[: _MAX_FORMAT + 1].partition(";")[0])
    text: str | None = None
    bare = str(value)
    if isinstance(value, bool):
        text = _("TRUE") if value else _("FALSE")
    elif isinstance(value, int | float):
        text, bare = _number(value, form), _general(value)
    elif isinstance(value, date):
        text = _date(value, form)
    return (bare, False) if text is None else (text, True)


def _general(value: float) -> str:
    if value % 1 == 0:
        return str(int(value))
    return _localised(f"{value:.10g}")


def _number(value: float, number_format: str) -> str | None:
    """Return a number in a format, None where that is not one of those of lists of people."""
    if number_format in _PLAIN:
        return _general(value)
    if abs(value) < _MAX_DIGITS_KEPT and (found := _DECIMAL.fullmatch(number_format)):
        shown = Decimal(repr(value)) * (100 if found["percent"] else 1)
        step = Decimal(1).scaleb(-len(found["places"] or ""))
        rounded = shown.quantize(step, ROUND_HALF_UP)
        return _localised(f"{rounded:{',' if found['groups'] else ''}f}{found['percent'] or ''}")
    if value < 0 or value % 1:
        return None
    return _masked(str(int(value)), number_format)


def _masked(digits: str, number_format: str) -> str | None:
    """Return digits in their places, from the last: a post code in 00000, a telephone number."""
    signs = list(_SIGN.finditer(number_format))
    places = [each["digit"] for each in signs if each["digit"]]
    if "".join(each[0] for each in signs) != number_format or "0" not in places:
        return None
    after_zero = len(places) - places.index("0")  # from the first 0 on, all are written
    padded = digits.rjust(after_zero, "0").rjust(len(places))
    shown, rest = "", padded[: len(padded) - len(places)]
    waiting = iter(padded[len(rest) :])
    for sign in signs:
        if sign["digit"]:
            shown, rest = shown + rest + next(waiting), ""
        else:
            shown += sign["text"] or sign["one"] or sign["own"] or ""
    return " ".join(shown.split())


def _date(value: date, number_format: str) -> str | None:
    """Return a date or moment in a format, None where it is not made of the usual signs."""
    if number_format == _DATE_OF_THE_SYSTEM:
        number_format = "dd/mm/yyyy"
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    numbers = {
        "yyyy": f"{moment:%Y}", "yy": f"{moment:%y}", "mm": f"{moment:%m}", "m": f"{moment.month}",
        "dd": f"{moment:%d}", "d": f"{moment.day}", "hh": f"{moment:%H}", "h": f"{moment.hour}",
        "ss": f"{moment:%S}", ":mm": f":{moment:%M}",
    }  # fmt: skip
    signs = [each[0] for each in _DATE_SIGN.finditer(number_format.lower())]
    names = [each for each in signs if each[-1].isalpha() and each[0] not in '"\\']
    if len("".join(signs)) != len(number_format) or not numbers.keys() >= set(names):
        return None
    return "".join(numbers.get(each, each.strip('"').removeprefix("\\")) for each in signs)


def _localised(number: str) -> str:
    """Return a number with the signs of the reader's Excel."""
    if current_language() != "fr":
        return number
    return number.replace(",", _GROUP_SPACE).replace(".", ",")
