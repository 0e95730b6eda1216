"""What the two forms of a members file have in common: rows of cells, and files of another kind."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from newsletter.problems.problem import Fault, Position

ROWS_ABOVE_HEADINGS = 10  # a title, a date, who exported it


class UnreadableMembersError(Exception):
    """The file as a whole cannot be read: what is wrong, and the next thing to do."""

    def __init__(self, fault: Fault, position: Position) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.position = position


def unreadable(message: str, hint: str, line: int = 1) -> UnreadableMembersError:
    """Return the error of a file that is none of members."""
    return UnreadableMembersError(Fault("members-file", message, hint), Position(line, 1))


@dataclass(slots=True)
class Row:
    """The cells of a row as text, and the lines that it takes."""

    line: int  # the first
    cells: Sequence[str]
    lines: int = 1
    typed: str = ""  # as it stands in a text file; a place of a spreadsheet is a row and a column
    separator: str = ""
    is_hidden: bool = False
    doubtful: Collection[int] = ()  # the columns that Excel may show otherwise
    told: Fault | None = None  # what is to be said of the file

    def position(self, column: int) -> Position:
        """Return where the cell of this number, from 0, begins."""
        if not self.typed:
            return Position(self.line, column + 1)
        starts = list(islice(_cell_starts(self.typed, self.separator), column + 1))
        before = self.typed[: starts[-1]].replace("\r\n", "\n").replace("\r", "\n")
        return Position(self.line + before.count("\n"), len(before.rpartition("\n")[2]) + 1)

    def swallows_rows(self, width: int) -> bool:
        """Tell whether it holds lines that are rows of their own, for a quotation mark is open."""
        return self.lines > 1 and any(
            line.count(self.separator) == width - 1 and "@" in line
            for line in self.typed.splitlines()[1:]
        )


def _cell_starts(typed: str, separator: str) -> Iterator[int]:
    """Yield where each cell begins, reading quotation marks as Python's csv module does."""
    sign, offset = re.escape(separator), 0
    pattern = re.compile(rf'"[^"]*(?:""[^"]*)*(?:"[^{sign}\r\n]*)?|[^{sign}\r\n]*')
    while True:
        yield offset
        cell = pattern.match(typed, offset)
        offset = cell.end() if cell else len(typed)
        if not typed.startswith(separator, offset):
            return
        offset += 1
