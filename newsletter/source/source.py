"""Reading a file: its bytes, its text, its values and their places; its faults in our words."""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, cast

import yaml

from newsletter.problems.problem import Fault, Position, Problem, in_order
from newsletter.source import faults
from newsletter.source.lines import Draft
from newsletter.source.outline import Outline
from newsletter.source.tree import Extent, Found, GivenUpError, Spot, TreeBuilder, Value, YamlText

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
    ("could not find expected ':'", faults.LINE_WITHOUT_KEY),
    ("flow", faults.UNFINISHED_BRACKETS),
    ("any token|scanning an (alias|anchor)|tag|keys are not allowed", faults.UNEXPECTED_SIGN),
    ("entries are not allowed|parsing a block", faults.OUT_OF_LINE),
    ("", faults.UNREADABLE_LINE),
)
# Where the cause is where the library began to read, not where it stopped.
_BEGUN = (faults.UNFINISHED_QUOTES, faults.LINE_WITHOUT_KEY)


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
    _root: Extent | None = field(default=None, repr=False, compare=False)
    _original: Callable[[int, int], Position] = field(
        default=lambda row, column: Position(row + 1, column + 1), repr=False, compare=False
    )

    def position(self, loc: Sequence[str | int], *, key: bool = False) -> Position:
        """Return where the value at `loc` begins, or its key."""
        # A missing value has the place of what should contain it.
        place = self._place(loc)
        return self._original(*((key and place.key) or place.start)) if place else BEGINNING

    def names(self, loc: Sequence[str | int]) -> bool:
        """Tell whether the last of `loc` stands in the file, be it with nothing behind it."""
        parent = self._place(loc[:-1])
        return parent is not None and _child(parent, loc[-1]) is not None

    def find(self, loc: Sequence[str | int], snippet: str, occurrence: int = 0) -> Position:
        """Return where `snippet` stands for the nth time in the value at `loc`, else its start."""
        # Its spaces match any spaces and line breaks, its quotes those typed between quotes.
        place = self._place(loc)
        start, end = 0, len(self.text)
        if place is not None:
            start, end = self._offset(place.start), self._offset(place.end)
        words = r"\s+".join(map(re.escape, snippet.split()))
        pattern = re.compile(words.replace("'", "''?").replace('"', r'\\?"'))
        match = next(islice(pattern.finditer(self.text, start, end), occurrence, None), None)
        return Position.at(self.text, match.start()) if match else self.position(loc)

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
        place = self._place(loc)
        return [*place.children] if place and isinstance(place.children, dict) else []

    def rewritten(self, loc: Loc, typed: str) -> str:
        """Return the text of the file, comments too, with `typed` as the value at `loc`."""
        place = self._place(loc)
        if place is None or not self.names(loc):
            return self.text
        start, end = self._offset(place.start), self._offset(place.end)
        line_break = "\n" if self.text[start:end].endswith("\n") else ""
        return f"{self.text[:start]}{typed}{line_break}{self.text[end:]}"

    def _place(self, loc: Sequence[str | int]) -> Extent | None:
        place = self._root
        for step in loc:
            if place is not None:
                place = _child(place, step) or place
        return place

    def _offset(self, spot: Spot) -> int:
        line, column = self._original(*spot)
        before = self.text.split("\n", line - 1)[: line - 1]
        return sum(len(each) + 1 for each in before) + column - 1


def _child(place: Extent, step: str | int) -> Extent | None:
    children = place.children
    if isinstance(children, dict) and isinstance(step, str):
        return children.get(step)
    if isinstance(children, list) and isinstance(step, int) and -1 < step < len(children):
        return cast(Extent, children[step])
    return None


def _walk(value: Value, loc: Loc) -> Iterator[tuple[Loc, Value]]:
    yield loc, value
    entries: Iterable[tuple[str | int, Value]] = enumerate(value) if isinstance(value, list) else ()
    for step, child in value.items() if isinstance(value, dict) else entries:
        yield from _walk(child, (*loc, step))


def read_source(path: Path) -> Source:
    """Return what the file at `path` says; that it is missing or closed is a problem of it."""
    return _read(read_text(path), path)


def text_source(path: Path) -> Source:
    """Return a text file, in which words can be found."""
    return Source(path, with_plain_lines(path.read_text(encoding="utf-8")), None, ())


def parse_source(text: str, path: Path) -> Source:
    """Return what `text` says, as if it stood in the file at `path`."""
    if len(text) > MAX_BYTES:
        return _read(Decoded(None, faults.TOO_LARGE.of()), path)
    return _read(Decoded(with_plain_lines(text)), path)


def _read(decoded: Decoded, path: Path) -> Source:
    draft = Draft(path, decoded.text or "")
    if decoded.fault:
        draft.report(decoded.position.line - 1, decoded.position.column - 1, decoded.fault)
    if decoded.text is None:
        return Source(path, "", None, tuple(draft.problems))
    Outline(draft).mend()
    value, root = _built(draft) or (None, None)
    return Source(path, draft.text, value, tuple(in_order(draft.problems)), root, draft.original)


def _built(draft: Draft) -> Found | None:
    try:
        found = TreeBuilder(draft).root()
    except yaml.YAMLError as error:
        _report_unreadable(draft, error)
        return None
    except GivenUpError:
        return None
    if found is None or found[0] is None:
        if not draft.problems:
            draft.report(0, 0, faults.EMPTY_FILE.of())
        return None
    if not isinstance(found[0], dict):
        draft.report(*found[1].start, faults.NO_FIELDS.of())
    return found


def _report_unreadable(draft: Draft, error: yaml.YAMLError) -> None:
    said = f"{getattr(error, 'context', None) or ''}: {getattr(error, 'problem', None) or ''}"
    meaning = next(each for words, each in _MEANINGS if re.search(words, said))
    mark = getattr(error, "problem_mark", None)
    if meaning in _BEGUN:
        mark = getattr(error, "context_mark", None) or mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    values = {"typed": "\\"} if meaning is faults.BACKSLASH else {}
    draft.report(row, column, meaning.of(**values))
