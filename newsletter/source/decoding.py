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
        return Decoded(None, faults.MISSING_FILE.of(name=path.name))
    except IsADirectoryError:
        return Decoded(None, faults.FOLDER_INSTEAD_OF_FILE.of(name=path.name))
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return Decoded(None, faults.UNREADABLE_FILE.of(name=path.name))
    return decode(content) if len(content) <= MAX_BYTES else Decoded(None, faults.TOO_LARGE.of())


def decode(content: bytes) -> Decoded:
    """Return the text of `content`, in whatever encoding an editor may have saved it."""
    has_mark = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # Without its mark: in Latin letters every other byte is NUL.
    start = content[:64]
    if has_mark or (len(start) > 3 and not (any(start[1::2]) and any(start[::2]))):
        without_mark = "utf-16-le" if not content[1] else "utf-16-be"
        text = _decoded(content, "utf-16" if has_mark else without_mark)
        fault = faults.NOT_TEXT if text is None else faults.SAVED_AS_UTF_16
        return Decoded(text, fault.of())
    if content.startswith(b"{\\rtf"):  # as TextEdit saves a text
        return Decoded(None, faults.NOT_TEXT.of())
    try:
        return Decoded(with_plain_lines(content.decode("utf-8")))
    except UnicodeDecodeError as error:
        before = with_plain_lines(content[: error.start].decode("utf-8"))
    text = _decoded(content, "cp1252") if b"\0" not in content else None
    fault = faults.NOT_TEXT if text is None else faults.SAVED_AS_WINDOWS_1252
    return Decoded(text, fault.of(), Position.at(before, len(before)))


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return with_plain_lines(content.decode(encoding))
    except UnicodeDecodeError:
        return None


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
