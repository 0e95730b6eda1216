"""Tables that spreadsheets open as they are."""

import csv
import io
from collections.abc import Sequence

from newsletter.i18n import current_language

# Excel takes a cell that begins so for a formula, and would run it.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")
# Excel reads a file as UTF-8 by this sign, and splits its lines as the country does.
BYTE_ORDER_MARK = "\ufeff"
_SEPARATORS = {"fr": ";"}


def row_of(cells: Sequence[str | int]) -> str:
    """Return a line that shows cells as they are: their words may be a stranger's."""
    line = io.StringIO()
    separator = _SEPARATORS.get(current_language(), ",")
    csv.writer(line, delimiter=separator, lineterminator="").writerow(map(_harmless, cells))
    return line.getvalue()


def _harmless(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value
