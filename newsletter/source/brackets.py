"""Lists and groups between brackets, over several lines perhaps: where they end, what is cut."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from newsletter.source.lines import GLUED, begins_field, is_one_key

# Quotes count only where a value begins: an apostrophe inside a word is eaten with its word, and a
# quote at the start of a line with the text that goes on there.
_TOKEN = re.compile(
    r"""
    (?P<break> \n )
    | (?P<comment> (?: (?<= [ ]{2} ) | (?<= [\t\n] ) ) \# (?= [ \t\n] | \Z ) [^\n]* )
    | (?P<hash> \# )
    | [ \t]+
    | (?P<quoted> " (?> (?: [^"\\]++ | \\. )* ) " | ' (?> (?: [^']++ | '' )* ) ' )
    | (?P<quote> ["'] )
    | (?P<opening> [\[{] )
    | (?P<closing> [\]}] )
    | [,:]
    | [^ \t\n\[\]{},]
      (?> (?: [^ \t\n\[\]{},:] | : (?! [ \t\n,\[\]{}] ) | [ \t]+ (?= [^ \t\n\[\]{},\#:] )
        | [ \t]* \n [ \t\n]* (?= ["'] ) )* )
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
MAX_OPEN = 64  # more than the tree allows; it says so
_STEPS: dict[str | None, int] = {"opening": 1, "closing": -1}


class Brackets(NamedTuple):
    """How a bracket ends, if in these lines; rows count from that of the opening bracket."""

    ending: Literal["closed", "cut by a field", "too deep", ""]
    place: tuple[int, int]  # after the closing bracket, else of the bracket or quote left open
    hashes: list[tuple[int, int]]  # each that would cut a text in it


def read_brackets(lines: Sequence[str], column: int, parent: int) -> Brackets:
    """Return where the bracket that stands in the first of `lines` at `column` is closed."""
    # A line that can only be the next field, no deeper than `parent`, shows that it is not.
    hashes: list[tuple[int, int]] = []
    depth = row = 0
    start_of_line = -column
    for token in _TOKEN.finditer("\n".join([lines[0][column:], *lines[1:]])):
        kind, here = token.lastgroup, (row, token.start() - start_of_line)
        breaks = token[0].count("\n")
        if kind == "hash":
            hashes.append(here)
        elif kind == "quote":
            return Brackets("", here, hashes)
        elif breaks:
            if any(begins_field(line, parent) for line in lines[row + 1 : row + breaks + 1]):
                place = here if kind == "quoted" else (0, column)
                return Brackets("cut by a field", place, hashes)
            row += breaks
            start_of_line = token.start() + token[0].rfind("\n") + 1
        depth += _STEPS.get(kind, 0)
        if depth in (0, MAX_OPEN):
            place = row, token.end() - start_of_line
            return Brackets("too deep" if depth else "closed", place, hashes)
    return Brackets("", (0, column), hashes)


class CutText(NamedTuple):
    """A text between brackets that only quotes would keep whole, by its offsets."""

    key: str  # "" where it has none
    start: int
    end: int  # as `start` where it lacks only the space after the colon of its key
    sign: int  # of what cuts it


@dataclass
class _Entry:
    comma: int  # the sign before it
    start: int = -1
    end: int = -1
    colon: int = -1
    value: int = -1
    sign: int = -1  # the first that no text without quotes may have
    is_whole: bool = False  # nothing may follow a bracket or quote that is closed

    def add(self, start: int, end: int, *, is_whole: bool = False) -> None:
        if self.is_whole:
            self.add_sign(start)
        if self.start < 0:
            self.start = start
        if self.colon >= 0 and self.value < 0:
            self.value = start
        self.end, self.is_whole = end, is_whole

    def add_sign(self, start: int) -> None:
        self.sign = start if self.sign < 0 else self.sign


def cut_texts(typed: str, column: int) -> list[CutText]:
    """Return the texts that would be cut between the brackets that `typed` has at `column`."""
    # `{alt: A lock, the Marne}` has one, and so has `{alt: A lock : the Marne}`.
    reader = _Reader(typed)
    for token in _TOKEN.finditer(typed, column):
        if not token[0].isspace() and token.lastgroup != "comment":
            reader.add(token)
        if len(reader.groups) == 1:
            break
    found: list[CutText] = []
    for each in sorted(reader.found, key=lambda each: each.start):
        if not found or each.start >= found[-1].end:
            found.append(each)
    return found


class _Reader:
    def __init__(self, typed: str) -> None:
        self._typed = typed
        self._brackets_in_text = 0
        self.found: list[CutText] = []
        self.groups = [[_Entry(0)]]

    def add(self, token: re.Match[str]) -> None:
        kind, sign, start, end = token.lastgroup, token[0], token.start(), token.end()
        entry = self.groups[-1][-1]
        is_begun = entry.value >= 0 or entry.start >= 0 > entry.colon
        if self._brackets_in_text or (kind == "opening" and is_begun and len(self.groups) > 1):
            self._brackets_in_text += (kind == "opening") - (kind == "closing")
            entry.add_sign(start)
            entry.add(start, end)
        elif kind == "opening":
            entry.add(start, end)
            self.groups.append([_Entry(start)])
        elif kind == "closing":
            self._close(end)
        elif sign == ",":
            self.groups[-1].append(_Entry(start))
        elif sign == ":" and entry.colon < 0:
            entry.colon, entry.is_whole = start, False
        else:
            if sign == ":":
                entry.add_sign(start)
            entry.add(start, end, is_whole=kind == "quoted")

    def _close(self, end: int) -> None:
        entries = self.groups.pop()
        if self._typed[end - 1] == "}":
            self.found += _joined(self._typed, entries, end)
        else:
            for each in entries:
                if each.sign >= 0:
                    self.found.append(_cut(self._typed, [each]))
                key = self._typed[each.start : each.colon].strip()
                if 0 <= each.start < each.colon and not is_one_key(key):
                    self.found.append(CutText("", each.start, each.end, each.colon))
        self.groups[-1][-1].add(end - 1, end, is_whole=True)


def _joined(typed: str, entries: Sequence[_Entry], end: int) -> Iterator[CutText]:
    """Yield the texts of a group; what has no colon belongs to the text before it, if any has."""
    opening = entries[0].comma
    if typed[:opening].rstrip().endswith("for:"):
        return  # a list without brackets: newsletter.values.audiences says so
    if not any(each.colon >= 0 or GLUED.match(typed, each.start) for each in entries):
        if entries[0].start >= 0:
            yield CutText("", opening, end, opening)
        return
    runs: list[list[_Entry]] = [[]]
    for entry in entries:
        is_bare = entry.colon < 0 <= entry.start
        glued = GLUED.match(typed, entry.start) if is_bare else None
        if glued:
            yield CutText(glued["key"], glued.end(), glued.end(), glued.end() - 1)
            runs.append([])
        elif is_bare and runs[-1]:
            runs[-1].append(entry)
        else:
            runs.append([entry] if entry.start >= 0 else [])
    cut = (run for run in runs if run and (len(run) > 1 or run[0].sign >= 0 or run[0].colon < 0))
    yield from (_cut(typed, run) for run in cut)


def _cut(typed: str, run: Sequence[_Entry]) -> CutText:
    first, start, key = run[0], run[0].start, ""
    values = [each for each in (first.value, *(each.start for each in run[1:])) if each >= 0]
    if first.colon >= 0 and values:
        start, key = values[0], typed[first.start : first.colon].strip()
    sign = run[1].comma if len(run) > 1 else first.start
    return CutText(key, start, run[-1].end, first.sign if first.sign >= 0 else sign)
