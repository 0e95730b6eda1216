"""The lines of a file while it is read, as typed and as fixed; and how each of them is read."""

import re
from collections.abc import Collection, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple, cast

from newsletter.problems.problem import Fault, Position, Problem
from newsletter.source.faults import shown, stray_character

# What looks like a space, or like several, and is none: Tab, no-break space, Ogham space, spaces
# by their width (en, em, thin…), narrow no-break space, mathematical space, ideographic space.
ODD_SPACES = frozenset(
    "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
BLANKS = " " + "".join(sorted(ODD_SPACES))
_BLANK = f"[{BLANKS}]"
# A line that looks blank, and is none for YAML.
SEEMINGLY_BLANK = re.compile(f"^(?! *$){_BLANK}++$", re.MULTILINE)
# Dashes of a list, then a key and its colon; any of the two may be missing. A key is between
# quotes, or begins with none of the signs of YAML and ends at the first colon before a space.
# (?>(?:…)*), not (?:…)*+: Debian 12's Python 3.11.2 gives back too much of that (gh-106052).
_LINE = re.compile(
    rf"""
    [ ]*+
    (?P<dashes> (?: - (?: {_BLANK}+ | $ ) )* )
    (?: (?P<key> " (?> (?: [^"\\] | \\. )* ) "
               | ' (?> (?: [^'] | '' )* ) '
               | (?: [^{BLANKS}"'\[\]{{}}\#&*!|>%@`,?:-] | [?-] [^{BLANKS}:] )
                 (?> (?: [^{BLANKS}:] | : (?! {_BLANK} | $ )
                     | {_BLANK}++ (?! : (?: {_BLANK} | $ ) ) )* )
        )
        {_BLANK}* : (?: {_BLANK}+ | $ )
    )?
    """,
    re.VERBOSE,
)
# A key as the model has them, `kind` or `first name`, and not the beginning of a sentence.
_PLAUSIBLE = re.compile(r"[a-z_][a-z0-9_-]*(?:[ ][a-z0-9_-]+){0,2}")
# A key that touches its text, `title:Salon`; not `https://…`, not `mailto:…`, not `12:30`.
GLUED = re.compile(
    r"[ ]*(?:-[ ]+)*(?!(?:mailto|tel|sms|data|urn|https?)\b)(?P<key>[^\W\d][\w-]*):(?=[^\s/:])"
)
# The dash of an item that touches its first key, `-title: Salon`, or is Word's, `– title: Salon`.
GLUED_DASH = re.compile(r"[ ]*(?P<sign>-|[–—•·][ \xa0]?)(?P<key>[a-z_]+):(?:[ ]|$)")
_SENTENCE = frozenset(".,;!?…«»“”()")
# Whole-line comments that are not a hashtag: `# …`, `## …`, `#!`, `#---`, `#key: …`, `#- …`.
COMMENT = re.compile(r"#+(?:[\s!]|$|[#=*_~-]{2,}|-\s|[a-z_][\w-]*(?:[ ][\w-]+)?:(?:\s|$))")
# The taught form of a comment: two spaces, the sign, a space.
TAUGHT_COMMENT = re.compile(r"(?:(?<=[ ]{2})|(?<=\t))#(?=[ \t]|$)")
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


class Nesting(NamedTuple):
    """The fields of one indentation, or the items of a list."""

    indent: int
    is_list: bool


class Start(NamedTuple):
    """Where a value begins, and the indentation that its further lines exceed."""

    row: int
    column: int
    parent: int


def parse_line(line: str) -> re.Match[str]:
    """Return the `dashes` and the `key` of a line, any of the two perhaps missing."""
    return cast(re.Match[str], _LINE.match(line))  # there is no line that it does not match


def indent_of(line: str) -> int:
    """Return the number of spaces at the start of `line`."""
    return len(line) - len(line.lstrip(" "))


def is_content(line: str) -> bool:
    """Tell whether `line` is more than a comment."""
    return line.lstrip(" ")[:1] not in {"", "#"}


def is_plausible(key: str) -> bool:
    """Tell whether `key` looks like the keys of an issue, rather than the start of a sentence."""
    return key[0] in "\"'" or _PLAUSIBLE.fullmatch(key) is not None


def is_spaced(match: re.Match[str]) -> bool:
    """Tell whether a space stands before the colon, as in French sentences."""
    return match.string[match.end("key")] != ":"


def is_sentence(key: str) -> bool:
    """Tell whether `key` can only be the beginning of a sentence that has a colon."""
    if key[0] in "\"'" or len(key) < 4:
        return False
    is_long = len(key) > 60 or len(key.split()) > 4  # "Pays de la Loire" is none
    return is_long or not _SENTENCE.isdisjoint(key) or " #" in key


def is_certain_field(line: str) -> bool:
    """Tell whether `line` can be nothing but a field: one word, or a key in quotes, and a colon."""
    match = parse_line(line)
    key = match["key"]
    if key is None or is_spaced(match) or not is_plausible(key):
        return False
    return " " not in key or key[0] in "\"'"


def next_row(lines: Sequence[str], row: int) -> int:
    """Return the next row that is more than a comment; the number of lines after the last."""
    rest = range(row + 1, len(lines))
    return next((each for each in rest if is_content(lines[each])), len(lines))


def parsed_at(lines: Sequence[str], row: int) -> re.Match[str]:
    """Return the parts of the line at `row`, of an empty one after the last."""
    return parse_line("".join(lines[row : row + 1]))


def begins_field(line: str, parent: int) -> bool:
    """Tell whether `line` is the next field or item, indented by `parent` spaces at most."""
    is_near = indent_of(line) <= parent
    return is_near and (bool(parse_line(line)["dashes"]) or is_certain_field(line))


def has_field_at(lines: Sequence[str], row: int, column: int) -> bool:
    """Tell whether the line after `row` is a field, not an item, that begins at `column`."""
    after = _next_line(lines, row)
    return _is_plain(after) and after.start("key") == column


def nests(lines: Sequence[str], row: int, level: Nesting) -> bool:
    """Tell whether fields or items follow that belong to the key or dash of `level`."""
    after = _next_line(lines, row)
    indent = after.start("dashes")
    if after.end() == indent:
        return False
    is_item_beside = indent == level.indent and bool(after["dashes"]) and not level.is_list
    return indent > level.indent or is_item_beside


def is_item_text(lines: Sequence[str], row: int, match: re.Match[str]) -> bool:
    """Tell whether an item is a text with a colon, `- IA : les enjeux`."""
    key, column = match["key"], match.start("key")
    if is_plausible(key) and not (is_spaced(match) and " " in key):
        return False
    is_empty = match.end() == len(match.string)
    is_key = is_empty and nests(lines, row, Nesting(column, is_list=False))
    return not (is_key or has_field_at(lines, row, column))


def is_field(lines: Sequence[str], row: int, levels: Collection[Nesting]) -> bool:
    """Tell whether a line to the left of a text is a field rather than a pasted paragraph."""
    line = lines[row].lstrip(BLANKS)
    indent = len(lines[row]) - len(line)
    match, key = parse_line(line), parse_line(line)["key"]
    is_fellow_item = Nesting(indent, is_list=True) in levels
    if key is None:
        return (line.startswith("-") and is_fellow_item) or GLUED.match(line) is not None
    if is_plausible(key) or match["dashes"]:
        return is_plausible(key) or is_fellow_item
    has_fellows = Nesting(indent, is_list=False) in levels
    if is_sentence(key) or is_spaced(match) or match.end() < len(line) or not has_fellows:
        return False
    # A name, "Bretagne:", has its own fields below.
    below = _next_line(lines, row)
    return _is_plain(below) and is_plausible(below["key"]) and below.start("key") > indent


def _next_line(lines: Sequence[str], row: int) -> re.Match[str]:
    return parsed_at(lines, next_row(lines, row))


def _is_plain(match: re.Match[str]) -> bool:
    return match["key"] is not None and not match["dashes"]


class Draft:
    """The lines of one file and what was found in them; rows and columns count from 0."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.problems: list[Problem] = []
        self.is_mended = False
        self._shifts: dict[int, list[tuple[int, int]]] = {}
        # The offset of each line, and of one after the last.
        self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self.lines = self._readable(text).split("\n")

    @property
    def is_full(self) -> bool:
        """Whether so much is wrong that nothing more will be said."""
        return len(self.problems) >= MAX_PROBLEMS

    def report(self, row: int, column: int, fault: Fault) -> None:
        """Add a problem at a place of the mended lines."""
        self.report_at(self.offset(row, column), fault)

    def report_at(self, offset: int, fault: Fault) -> None:
        """Add a problem at a place of the text as typed."""
        if not self.is_full:
            self.problems.append(fault.at(self.path, Position.at(self.text, offset)))

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

    def offset(self, row: int, column: int) -> int:
        """Return where, in the text as typed, a place of the mended lines is."""
        for edge, moved in reversed(self._shifts.get(row, ())):
            if column >= edge:
                column -= moved
        if row + 1 == len(self._starts):
            return len(self.text)
        start, after = self._starts[row : row + 2]
        return start + min(max(column, 0), after - start - 1)

    def _readable(self, text: str) -> str:
        if REFUSED.search(text):
            text = text.translate(_TOLERATED)
            for row, line in enumerate(text.split("\n")):
                if not self.is_full and (match := REFUSED.search(line)):
                    before = shown(line[: match.start()][-20:])
                    self.report(row, match.start(), stray_character(match[0], before))
            text = REFUSED.sub(" ", text)
        return SEEMINGLY_BLANK.sub("", text)
