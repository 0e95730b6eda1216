"""The rows of a members file that could not be used: written beside it, to mend and give back."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from newsletter.i18n import _, current_language
from newsletter.members.rows import Row
from newsletter.workspace import write_whole

REJECTED_FILE = "rejets.csv"
# What a spreadsheet would compute, or take the zeros of: written as a formula that is this text.
_CHANGED_BY_EXCEL = re.compile(r"[=+\-@\t\r].*|0\d+|\d{12,}", re.DOTALL)


class RejectedRows:
    """The rows with the columns of their file, and before them why they were not used."""

    def __init__(self, headings: Sequence[str]) -> None:
        self._given_back = list(headings[:1]) == [_("reason")]
        self._text = io.StringIO()
        separator = ";" if current_language() == "fr" else ","
        self._writer = csv.writer(self._text, delimiter=separator, lineterminator="\r\n")
        self._write(_("reason"), headings)

    def add(self, row: Row, width: int, why: str) -> None:
        """Note a row, or each of those that a quotation mark has swallowed."""
        if not row.swallows_rows(width):
            self._write(why, row.cells)
            return
        for line in row.typed.splitlines():
            self._write(why, line.replace('"', "").split(row.separator))

    def _write(self, why: str, cells: Sequence[str]) -> None:
        shown = [why, *cells[self._given_back :]]
        self._writer.writerow([_kept_as_typed(each) for each in shown])

    def write_beside(self, members: Path) -> Path:
        """Write them to a file that only its owner reads; return it.

        Raises:
            OSError: the folder or the disk does not allow it.
        """
        name = REJECTED_FILE if members.name != REJECTED_FILE else f"{members.stem}-2.csv"
        path = members.with_name(name)
        write_whole((path, self._text.getvalue().encode("utf-8-sig")), mode=0o600)
        return path


def _kept_as_typed(cell: str) -> str:
    if not _CHANGED_BY_EXCEL.fullmatch(cell):
        return cell
    quoted = cell.replace('"', '""')
    return f'="{quoted}"'
