"""Reading a file: its bytes, its text, its values and their places; its faults in our words."""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml

from newsletter.problems.problem import Fault, Position, Problem, in_order
from newsletter.source import faults
from newsletter.source.lines import Draft
from newsletter.source.outline import Outline
from newsletter.source.tree import Extent, Found, GivenUpError, TreeBuilder, Value, YamlText

# The longest issue known to us has 60 kB. What is larger is a mistake, or an attack on the reader.
MAX_BYTES = 1024 * 1024
# A letter, and its accents on their own; the last digit of an escape, \U000249de, is no letter.
_APART = re.compile(
    r"(?<!\\x[\da-fA-F])(?<!\\u[\da-fA-F]{3})(?<!\\U[\da-fA-F]{7})[^\W\d_][\u0300-\u036f]+"
)
# U+2011 is the hyphen at which no line breaks, U+00AD that of a line's end alone.
_HYPHENS_OF_WORD = {0x1E: "\u2011", 0x1F: "\u00ad"}
Loc: TypeAlias = tuple[str | int, ...]  # the way to a value: keys, and indexes of lists
BEGINNING = Position(1, 1)
# What libyaml and PyYAML say, and what it means to a writer. The first that occurs counts.
_MEANINGS = (
    ("escape", faults.BACKSLASH),
    ("scanning a quoted scalar: found unexpected", faults.UNFINISHED_QUOTES),
    ("mapping values are not allowed|found unexpected ':'", faults.UNEXPECTED_COLON),
    ("flow", faults.UNFINISHED_BRACKETS),
    ("any token|scanning an (alias|anchor)|tag|keys are not allowed", faults.UNEXPECTED_SIGN),
    ("entries are not allowed|parsing a block", faults.OUT_OF_LINE),
    ("", faults.UNREADABLE_LINE),
)


class Decoded(NamedTuple):
    """The text of a file, None when it has none, and what was wrong on the way to it."""

    text: str | None
    fault: Fault | None = None
    position: Position = BEGINNING


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
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _decoded(content, "utf-16")
        return Decoded(text, _saved_as("UTF-16 (Unicode)", text))
    # As TextEdit saves a text; and UTF-16 without its mark, or no text at all.
    if content.startswith(b"{\\rtf") or b"\0" in content[:2]:
        return Decoded(None, faults.NOT_TEXT.of())
    try:
        return Decoded(with_plain_lines(content.decode("utf-8")))
    except UnicodeDecodeError as error:
        before = with_plain_lines(content[: error.start].decode("utf-8"))
    text = _decoded(content, "cp1252") if b"\0" not in content else None
    fault = _saved_as("Windows-1252 (ANSI)", text)
    return Decoded(text, fault, Position.at(before, len(before)))


def _saved_as(encoding: str, text: str | None) -> Fault:
    return faults.NOT_TEXT.of() if text is None else faults.SAVED_OTHERWISE.of(encoding=encoding)


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return with_plain_lines(content.decode(encoding))
    except UnicodeDecodeError:
        return None


def with_plain_lines(text: str) -> str:
    """Return `text` without byte order mark, composed (NFC), its lines ended by line feeds only."""
    # Names and PDFs of a Mac have é as e and an accent: to a search that is another word.
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return composed(text.translate(_HYPHENS_OF_WORD))


def composed(text: str) -> str:
    """Return `text` with each letter and its accents as one sign, where Unicode has it (NFC)."""
    # Nothing else is touched: NFC alone would also change signs that stand alone.
    return _APART.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


@dataclass(frozen=True)
class Source:
    """A file of `key: value` lines as plain values that know their places."""

    path: Path
    text: str  # its lines end with line feeds only
    value: Value | None  # None when the file could not be read at all or is empty
    problems: tuple[Problem, ...]
    _root: Extent = field(repr=False, compare=False)

    def position(self, loc: Sequence[str | int], *, key: bool = False) -> Position:
        """Return where the value at `loc` begins, or its key."""
        # A missing value has the place of what should contain it.
        place = self._place(loc)
        return Position.at(self.text, place.key if key else place.start)

    def names(self, loc: Sequence[str | int]) -> bool:
        """Tell whether the last of `loc` stands in the file, be it with nothing behind it."""
        return loc[-1] in self._place(loc[:-1]).children

    def find(self, loc: Sequence[str | int], snippet: str, occurrence: int = 0) -> Position:
        """Return where `snippet` stands for the nth time in the value at `loc`, else its start."""
        # Its spaces match any spaces and line breaks, its quotes those typed between quotes.
        place = self._place(loc)
        words = r"\s+".join(map(re.escape, snippet.split()))
        pattern = re.compile(words.replace("'", "''?").replace('"', r'\\?"'))
        found = pattern.finditer(self.text, place.start, place.end)
        match = next(islice(found, occurrence, None), None)
        return Position.at(self.text, match.start() if match else place.start)

    def value_at(self, loc: Sequence[str | int]) -> Any:
        """Return the value at `loc`; of what the file does not have, what should contain it."""
        value: Any = self.value
        for step in loc:
            with suppress(KeyError, IndexError, TypeError):
                value = value[step]
        return value

    def walk(self) -> Iterator[tuple[Loc, Value]]:
        """Yield every value of the file with its loc, in the order of the file."""
        return _walk(self.value, ()) if self.value is not None else iter(())

    def texts(self) -> Iterator[tuple[Loc, YamlText]]:
        """Yield every text of the file with its loc, in the order of the file."""
        return ((loc, value) for loc, value in self.walk() if isinstance(value, YamlText))

    def empty_keys(self) -> Iterator[Loc]:
        """Yield the loc of every key that has nothing behind it: `value` does not have these."""
        for loc, value in self.walk():
            if isinstance(value, dict):
                yield from ((*loc, key) for key in self.keys(loc) if key not in value)

    def keys(self, loc: Loc) -> list[str]:
        """Return the keys of what stands at `loc`, those with nothing behind them too."""
        return [step for step in self._place(loc).children if isinstance(step, str)]

    def rewritten(self, loc: Loc, typed: str) -> str:
        """Return the text of the file, comments too, with `typed` as the value at `loc`."""
        if not self.names(loc):
            return self.text
        start, end, *_rest = self._place(loc)
        line_break = "\n" if self.text[start:end].endswith("\n") else ""
        return f"{self.text[:start]}{typed}{line_break}{self.text[end:]}"

    def _place(self, loc: Sequence[str | int]) -> Extent:
        place = self._root
        for step in loc:
            place = place.children.get(step, place)
        return place


def _walk(value: Value, loc: Loc) -> Iterator[tuple[Loc, Value]]:
    yield loc, value
    entries: Iterable[tuple[str | int, Value]] = enumerate(value) if isinstance(value, list) else ()
    for step, child in value.items() if isinstance(value, dict) else entries:
        yield from _walk(child, (*loc, step))


def read_source(path: Path) -> Source:
    """Return what the file at `path` says; that it is missing or closed is a problem of it."""
    return _read(read_text(path), path)


def text_source(path: Path, text: str = "") -> Source:
    """Return a text file, in which words can be found; its text may have been read already."""
    text = text or with_plain_lines(path.read_text(encoding="utf-8"))
    return Source(path, text, None, (), _whole(text))


def parse_source(text: str, path: Path) -> Source:
    """Return what `text` says, as if it stood in the file at `path`."""
    if len(text) > MAX_BYTES:
        return _read(Decoded(None, faults.TOO_LARGE.of()), path)
    return _read(Decoded(with_plain_lines(text)), path)


def _read(decoded: Decoded, path: Path) -> Source:
    draft = Draft(path, decoded.text or "")
    if decoded.fault:
        draft.report(decoded.position.line - 1, decoded.position.column - 1, decoded.fault)
    value, root = _read_draft(draft) if decoded.text is not None else (None, _whole(""))
    return Source(path, draft.text, value, tuple(in_order(draft.problems)), root)


def _read_draft(draft: Draft) -> Found:
    Outline(draft).mend()
    nothing = None, _whole(draft.text)
    try:
        value, place = TreeBuilder(draft).root() or nothing
    except yaml.MarkedYAMLError as error:
        _report_unreadable(draft, error)
        return nothing
    except GivenUpError:
        return nothing
    if value is None and not draft.problems:
        draft.report(0, 0, faults.EMPTY_FILE.of())
    if value is not None and not isinstance(value, dict):
        draft.report_at(place.start, faults.NO_FIELDS.of())
    return value, place


def _whole(text: str) -> Extent:
    return Extent(0, len(text), 0, {})


def _report_unreadable(draft: Draft, error: yaml.MarkedYAMLError) -> None:
    said = f"{error.context}: {error.problem}"
    meaning = next(each for words, each in _MEANINGS if re.search(words, said))
    # What is wrong with a quote is where it begins, not where the library stopped.
    mark = error.context_mark if meaning is faults.UNFINISHED_QUOTES else error.problem_mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    values = {"typed": "\\"} if meaning is faults.BACKSLASH else {}
    draft.report(row, column, meaning.of(**values))
