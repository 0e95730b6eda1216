"""Rows of a members file; how they are read where it is text, as Excel in France saves it."""

import codecs
import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from newsletter.i18n import _
from newsletter.problems.problem import Fault, Position

ROWS_ABOVE_HEADINGS = 10  # a title, a date, who exported it
SEPARATORS = ";,\t|"
_OLDER = ("mac_roman", "cp850")  # of Excel on an old Mac, and of its "CSV (MS-DOS)"
# What names of Europe have beyond ASCII, in Windows-1252. Read in another of these encodings, é is
# É, È, Ž or ‚: what is a capital in one is mostly a small letter, seldom a sign, in its own.
_USUAL = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒÁÍÑÓÚØÅŠ’«»€–—°\u00a0")
# csv.field_size_limit() of Python, the most that one cell may hold; a line may hold several.
_MAX_LINE_CHARACTERS = 1024 * 1024


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


def csv_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of the file, each with its line; or raise `UnreadableMembersError`."""
    with path.open(encoding=_encoding(path), newline="") as file:
        lines = _lines(file)
        opening: list[str] = []
        for line in lines:
            opening.append(line)
            if line.strip():
                break
        # Excel writes and reads a first line that names the separator: "sep=;".
        if named := re.fullmatch(r'"?sep=([;,\t|])"?\s*', opening[-1] if opening else ""):
            yield from _rows(lines, named[1], len(opening) + 1)
        else:
            opening += islice(lines, ROWS_ABOVE_HEADINGS)
            yield from _rows(chain(opening, lines), _separator(opening), 1)


def _encoding(path: Path) -> str:
    """Return UTF-8, what Excel calls "Unicode text", or what it saves in France."""
    with path.open("rb") as file:
        is_utf_16 = file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    encodings = ["utf-16"] if is_utf_16 else ["utf-8-sig", "cp1252"]
    encoding = next((each for each in encodings if _is_text_in(path, each)), "")
    is_older = not is_utf_16 and encoding != "utf-8-sig" and _is_older(path)
    if encoding and not is_older:
        return encoding
    message = _("the file is not readable text")
    if is_older:
        message = _("the file has the accents of an old Mac or MS-DOS")
    raise unreadable(message, _("save it again as CSV UTF-8, or as .xlsx"))


def _is_older(path: Path) -> bool:
    """Tell whether the names of the file are in another encoding rather than in Windows's.

    The others find a sign in every byte: they are none where they make more nonsense than names.
    """
    with path.open("rb") as file:
        signs = file.read(_MAX_LINE_CHARACTERS).translate(None, bytes(range(0x80)))
    best, *older = (
        sum(1 if sign in _USUAL else -1 for sign in signs.decode(code, "replace"))
        for code in ("cp1252", *_OLDER)
    )
    return max(older) > max(best, 0)


def _is_text_in(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while block := file.read(_MAX_LINE_CHARACTERS):
                if "\0" in block:
                    message = _("the file contains something that is not text (a NUL character)")
                    raise unreadable(message, _("save it again as CSV UTF-8, or as .xlsx"))
    except UnicodeError:  # UnicodeDecodeError, and UTF-16's without its mark
        return False
    return True


def _lines(file: TextIO) -> Iterator[str]:
    """Yield the lines of the file; one without end would fill the memory."""
    for number, line in enumerate(iter(partial(file.readline, _MAX_LINE_CHARACTERS), ""), 1):
        if len(line) == _MAX_LINE_CHARACTERS:
            message = _("this line is too long to be a member's row")
            raise unreadable(message, _("save the file again as CSV UTF-8, or as .xlsx"), number)
        yield line


def _separator(opening: Iterable[str]) -> str:
    """Return what parts the cells of the first line that has some: its most frequent sign."""
    for line in opening:
        bare = re.sub(r'"[^"]*"', "", line)
        found = max(SEPARATORS, key=bare.count)
        if found in bare:
            return found
    return SEPARATORS[0]


def _rows(lines: Iterable[str], separator: str, line: int) -> Iterator[Row]:
    taken: list[str] = []

    def noted() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    try:
        for cells in csv.reader(noted(), delimiter=separator):
            shown = [_without_formula(each) if each.startswith('="') else each for each in cells]
            yield Row(line, shown, len(taken), "".join(taken), separator)
            line += len(taken)
            taken.clear()
    except csv.Error as error:  # a cell larger than csv.field_size_limit()
        message = _("a quotation mark opened here is never closed")
        fault = Fault("quotation-mark", message, _("remove it, or close it at the end of its cell"))
        raise UnreadableMembersError(fault, Position(line, 1)) from error


def _without_formula(cell: str) -> str:
    """Return the text that a cell shows, which keeps its zeros as a formula: ="0601"."""
    found = re.fullmatch(r'="((?:[^"]|"")*)"\s*', cell)
    return found[1].replace('""', '"') if found else cell
