"""Rows of a members file that is text: as Excel in France saves it, or anyone else."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from newsletter.i18n import _
from newsletter.members.rows import ROWS_ABOVE_HEADINGS, Row, UnreadableMembersError, unreadable
from newsletter.problems.problem import Fault, Position

SEPARATORS = ";,\t|"
# In France, Excel saves Windows-1252; Excel of an old Mac its own, "CSV (MS-DOS)" code page 850.
_OLD = ("cp1252", "mac_roman", "cp850")
_MAX_WORDS = 10_000  # more change nothing, and take time
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
# Letters as French words have them: a small one begins few words and follows no two capitals; a
# capital begins a word or stands among its like. In another encoding é is É, Ç, Ž or ‚.
_FRENCH = re.compile(
    "(?<![A-ZÀ-Þ][A-ZÀ-Þ])(?:[éàâôœ’]|(?<=[A-Za-zß-ÿœ])[äçèêëîïöùûüÿæ])"
    "|(?<![A-Za-zÀ-ÿ])[ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒ]|(?<=[A-ZÀ-Þ])[ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒ](?![a-zß-ÿ])"
    "|(?<![^ ])[«€–—°\u00a0]+(?![^ ])"
)
# csv.field_size_limit() of Python, the most that one cell may hold; a line may hold several.
_MAX_LINE_CHARACTERS = 1024 * 1024


def csv_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of the file, each with its line; or raise `UnreadableMembersError`."""
    encoding = _encoding(path)
    told = _told(path, encoding)
    with path.open(encoding=encoding, newline="") as file:
        lines = _lines(file)
        opening: list[str] = []
        for line in lines:
            opening.append(line)
            if line.strip():
                break
        # Excel writes and reads a first line that names the separator: "sep=;".
        named = re.fullmatch(r'"?sep=([;,\t|])"?\s*', opening[-1] if opening else "")
        if named:
            yield from _rows(lines, named[1], len(opening) + 1, told)
        else:
            opening += islice(lines, ROWS_ABOVE_HEADINGS)
            yield from _rows(chain(opening, lines), _separator(opening), 1, told)


def _encoding(path: Path) -> str:
    """Return UTF-8, what Excel calls "Unicode text", or else what the file's words look like."""
    with path.open("rb") as file:
        is_utf_16 = file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    for encoding in ["utf-16"] if is_utf_16 else ["utf-8-sig", *_likeliest(path)]:
        if _is_text_in(path, encoding):
            return encoding
    message = _("the file is not readable text")
    raise unreadable(message, _("save it again as CSV UTF-8, or as .xlsx"))


def _told(path: Path, encoding: str) -> Fault | None:
    """Return what is to be said of an encoding that may have been mistaken for another."""
    if encoding not in _OLD[1:]:
        return None
    with path.open("rb") as file:
        word = next(word for line in file for word in _accented(line))
    message = _("the file was saved with the accents of {system}: '{word}'")
    system = _("an old Mac") if encoding == "mac_roman" else "MS-DOS"
    hint = _("if a letter of this word is wrong, save the file again as CSV UTF-8, or as .xlsx")
    return Fault("encoding", message.format(system=system, word=word.decode(encoding)), hint)


def _likeliest(path: Path) -> list[str]:
    """Return the old encodings in which the words of the file are French, the best one first.

    Windows's goes first where they are as French in another; the others, which find a sign in
    every byte, are none where they make more nonsense than words.
    """
    with path.open("rb") as file:
        lines = iter(partial(file.readline, _MAX_LINE_CHARACTERS), b"")
        words = set(islice(chain.from_iterable(map(_accented, lines)), _MAX_WORDS))
    scores = {encoding: sum(_score(word, encoding) for word in words) for encoding in _OLD}
    good = [each for each in _OLD if each == "cp1252" or scores[each] > 0]
    return sorted(good, key=lambda encoding: -scores[encoding])


def _accented(line: bytes) -> list[bytes]:
    return [] if line.isascii() else [word for word in _WORD.findall(line) if not word.isascii()]


def _score(word: bytes, encoding: str) -> int:
    """Return 1 for each letter that French words have at its place, -1 for each other sign."""
    text = word.decode(encoding, errors="replace")
    good = sum(len(found) for found in _FRENCH.findall(text))
    return good - (sum(not each.isascii() for each in text) - good)


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


def _rows(lines: Iterable[str], separator: str, line: int, told: Fault | None) -> Iterator[Row]:
    taken: list[str] = []

    def noted() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    try:
        for cells in csv.reader(noted(), delimiter=separator):
            shown = [_without_formula(each) for each in cells]
            yield Row(line, shown, len(taken), "".join(taken), separator, told=told)
            line += len(taken)
            taken.clear()
    except csv.Error as error:  # a cell larger than csv.field_size_limit()
        message = _("a quotation mark opened here is never closed")
        fault = Fault("quotation-mark", message, _("remove it, or close it at the end of its cell"))
        raise UnreadableMembersError(fault, Position(line, 1)) from error


def _without_formula(cell: str) -> str:
    """Return the text that a cell shows, which keeps its zeros as a formula: ="0601"."""
    if not cell.startswith('="'):
        return cell
    found = re.fullmatch(r'="((?:[^"]|"")*)"\s*', cell)
    return found[1].replace('""', '"') if found else cell
