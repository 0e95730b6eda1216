"""The text of a file while it is read: the lines as typed, the lines as fixed, the problems.

A fault is reported once and mended in memory, so that reading goes on and every problem of a file
comes out in one pass. Mending keeps the number of lines; where it moves columns, it remembers by
how many.
"""

import re
from pathlib import Path

from newsletter.problems.problem import Fault, Position, Problem
from newsletter.source.faults import shown
from newsletter.source.lines import SEEMINGLY_BLANK
from newsletter.source.text_faults import stray_character

# A file with a hundred faults is not an issue file; saying them all would take longer than reading.
MAX_PROBLEMS = 100

# Stand-ins for the ASCII characters that YAML would take for signs, one for one, so that columns
# hold. The end of the last private plane: no font has anything there, nobody types it.
_STAND_IN = 0x10FF00
_BACK = {_STAND_IN + code: code for code in range(128)}

# What YAML refuses anywhere in a file (YAML 1.1, section 5.1), and what it takes for a line break
# though no editor shows one there (NEL, line separator, paragraph separator).
REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_TOLERATED = {0x85: " ", 0x2028: " ", 0x2029: " ", 0xFEFF: "\u2060"}  # U+2060: word joiner


class Draft:
    """The lines of one file and what was found in them; rows and columns count from 0."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.problems: list[Problem] = []
        self.is_mended = False
        self._shifts: dict[int, list[tuple[int, int]]] = {}
        self._typed = text.split("\n")
        self.lines = self._readable(text).split("\n")

    @property
    def is_full(self) -> bool:
        """Whether so much is wrong that nothing more will be said."""
        return len(self.problems) >= MAX_PROBLEMS

    @property
    def readable_text(self) -> str:
        """The mended lines, ended by a line break."""
        return "\n".join(self.lines) + "\n"

    def report(self, row: int, column: int, fault: Fault) -> None:
        """Add a problem at a place of the mended lines."""
        if not self.is_full:
            self.problems.append(fault.at(self.path, self.original(row, column)))

    def disguise(self, row: int, *columns: int) -> None:
        """Make the characters at `columns` mere text."""
        characters = list(self.lines[row])
        for column in columns:
            characters[column] = chr(_STAND_IN + ord(characters[column]))
        self.lines[row] = "".join(characters)
        self.is_mended = True

    def undisguised(self, text: str) -> str:
        """Return `text` with the characters that were typed."""
        return text.translate(_BACK) if self.is_mended else text

    def drop(self, row: int, column: int = 0) -> None:
        """Read the line only up to `column`."""
        self.lines[row] = self.lines[row][:column]

    def replace(self, row: int, start: int, end: int, new: str) -> None:
        """Read `new` instead of what stands between two columns."""
        line = self.lines[row]
        self.lines[row] = line[:start] + new + line[end:]
        if moved := len(new) - (end - start):
            self._shifts.setdefault(row, []).append((start + len(new), moved))

    def original(self, row: int, column: int) -> Position:
        """Return the place, in the text as typed, of a place in the mended lines."""
        for edge, moved in reversed(self._shifts.get(row, ())):
            if column >= edge:
                column -= moved
        row = min(row, len(self._typed) - 1)
        return Position(row + 1, min(max(column, 0), len(self._typed[row])) + 1)

    def _readable(self, text: str) -> str:
        if REFUSED.search(text):
            text = text.translate(_TOLERATED)
            for row, line in enumerate(text.split("\n")):
                if not self.is_full and (match := REFUSED.search(line)):
                    before = shown(line[: match.start()][-20:])
                    self.report(row, match.start(), stray_character(match[0], before))
            text = REFUSED.sub(" ", text)
        return SEEMINGLY_BLANK.sub("", text)
