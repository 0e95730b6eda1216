"""From the bytes of a file to its text."""

import codecs
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from newsletter.problems.problem import Fault, Position
from newsletter.source import faults

# The longest issue known to us has 60 kB. What is larger is a mistake, or an attack on the reader.
MAX_BYTES = 1024 * 1024
_APART = re.compile("[^\\W\\d_][\u0300-\u036f]+")  # a letter, and its accents on their own

# U+2011 is the hyphen at which no line breaks, U+00AD that of a line's end alone.
_HYPHENS_OF_WORD = {0x1E: "\u2011", 0x1F: "\u00ad"}


class Decoded(NamedTuple):
    """The text of a file, None when it has none, and what was wrong on the way to it."""

    text: str | None
    fault: Fault | None = None
    position: Position = Position(1, 1)


def read_text(path: Path) -> Decoded:
    """Return the text of the file at `path`, its lines ended by line feeds only."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Decoded(None, faults.missing_file(path.name))
    except IsADirectoryError:
        return Decoded(None, faults.folder_instead_of_file(path.name))
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return Decoded(None, faults.unreadable_file(path.name))
    if len(content) > MAX_BYTES:
        return Decoded(None, faults.too_large())
    return decode(content)


def decode(content: bytes) -> Decoded:
    """Return the text of `content`, in whatever encoding an editor may have saved it."""
    if _is_utf_16(content):
        return _decode_utf_16(content)
    try:
        return Decoded(with_plain_lines(content.decode("utf-8")))
    except UnicodeDecodeError as error:
        before = with_plain_lines(content[: error.start].decode("utf-8"))
    return _decode_windows_1252(content, Position.at(before, len(before)))


def with_plain_lines(text: str) -> str:
    """Return `text` without byte order mark, composed (NFC), its lines ended by line feeds only.

    Names and PDFs of a Mac have é as e and an accent: to a search that is another word. Hyphens
    that only Word knows become Unicode's.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return composed(text.translate(_HYPHENS_OF_WORD))


def composed(text: str) -> str:
    """Return `text` with each letter and its accents as one sign, where Unicode has it (NFC).

    Nothing else is touched: NFC alone would also change signs that stand alone.
    """
    return _APART.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


def _is_utf_16(content: bytes) -> bool:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    # Without its mark: in Latin letters every other byte is NUL.
    start = content[:64]
    return len(start) > 3 and (not any(start[1::2]) or not any(start[::2]))


def _decode_utf_16(content: bytes) -> Decoded:
    has_mark = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    without_mark = "utf-16-le" if not content[1] else "utf-16-be"
    try:
        text = content.decode("utf-16" if has_mark else without_mark)
    except UnicodeDecodeError:
        return Decoded(None, faults.not_text())
    return Decoded(with_plain_lines(text), faults.saved_as_utf_16())


def _decode_windows_1252(content: bytes, position: Position) -> Decoded:
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return Decoded(None, faults.not_text(), position)
    if "\0" in text:
        return Decoded(None, faults.not_text(), position)
    return Decoded(with_plain_lines(text), faults.saved_as_windows_1252(), position)
