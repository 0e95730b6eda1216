"""Lists and groups between brackets, over several lines perhaps: where they end, what is cut."""

import re
from collections.abc import Iterator, Sequence
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
# What is read as a whole, between quotes or brackets, is covered by these, sign for sign.
_FIRST, _REST = "\x01", "\x02"
_COVERED = re.compile(_FIRST)
_WHOLE = re.compile(f"{_FIRST}{_REST}*\\s*")
_INNERMOST = re.compile(r"[\[{][^\[\]{}]*[\]}]")
_COLON = re.compile(rf":(?=[\s{_FIRST}]|$)|(?<=[{_FIRST}{_REST}]):")
_SIGN = re.compile(rf"{_FIRST}|(?<=\s):|{_COLON.pattern}")  # none is in a text without quotes


class Brackets(NamedTuple):
    """How a bracket ends, if in these lines; rows count from that of the opening bracket."""

    ending: Literal["closed", "cut by a field", "too deep", ""]
    place: tuple[int, int]  # after the closing bracket, else of the bracket or quote left open
    hashes: Sequence[tuple[int, int]] = ()  # each that would cut a text in it
    covered: str = ""  # the lines up to its end, with what is between quotes covered


def read_brackets(lines: Sequence[str], column: int, parent: int) -> Brackets:
    """Return where the bracket that stands in the first of `lines` at `column` is closed."""
    # A line that can only be the next field, no deeper than `parent`, shows that it is not.
    hashes: list[tuple[int, int]] = []
    depth = row = start_of_line = 0
    covered = [" " * column]
    for token in _TOKEN.finditer("\n".join(lines), column):
        kind, here = token.lastgroup, (row, token.start() - start_of_line)
        breaks = token[0].count("\n")
        if kind == "hash":
            hashes.append(here)
        elif kind == "quote":
            return Brackets("", here)
        elif breaks:
            if any(begins_field(line, parent) for line in lines[row + 1 : row + breaks + 1]):
                place = here if kind == "quoted" else (0, column)
                return Brackets("cut by a field", place)
            row += breaks
            start_of_line = token.start() + token[0].rfind("\n") + 1
        covered.append(_covered(token) if kind in {"quoted", "comment"} else token[0])
        depth += _STEPS.get(kind, 0)
        if depth in (0, MAX_OPEN):
            place = row, token.end() - start_of_line
            return Brackets("too deep" if depth else "closed", place, hashes, "".join(covered))
    return Brackets("", (0, column))


def _covered(found: re.Match[str]) -> str:
    is_comment = found[0][0] == "#"
    return " " * len(found[0]) if is_comment else _FIRST + _REST * (len(found[0]) - 1)


class CutText(NamedTuple):
    """A text between brackets that only quotes would keep whole, by its offsets."""

    key: str  # "" where it has none
    start: int
    end: int  # as `start` where it lacks only the space after the colon of its key
    sign: int  # of what cuts it


class _Entry(NamedTuple):
    before: int  # the comma or bracket before it
    start: int
    end: int  # as `start` where there is nothing
    colon: int  # -1 where it has none
    value: int
    sign: int  # the first that no text without quotes may have, or -1


def cut_texts(typed: str, covered: str) -> list[CutText]:
    """Return the texts that would be cut between the brackets that `covered` has of `typed`."""
    # `{alt: A lock, the Marne}` has one, and so has `{alt: A lock : the Marne}`.
    cut: list[CutText] = []

    def cover(found: re.Match[str]) -> str:
        cut.extend(_cut_in(typed, found))
        return _covered(found)

    while covered[-1] in "]}":  # the brackets in brackets first
        covered = _INNERMOST.sub(cover, covered)
    told: list[CutText] = []
    for each in sorted(cut, key=lambda each: each.start):
        if not told or each.start >= told[-1].end:
            told.append(each)
    return told


def _cut_in(typed: str, brackets: re.Match[str]) -> Iterator[CutText]:
    entries, before, end = [], brackets.start(), brackets.end() - 1
    while before < end:
        comma = brackets.string.find(",", before + 1, end)
        entries.append(_entry(brackets.string, before, comma if comma >= 0 else end))
        before = comma if comma >= 0 else end
    if typed[end] == "}":
        yield from _joined(typed, entries, end + 1)
        return
    for each in entries:
        if each.sign >= 0:
            yield _cut(typed, [each])
        key = typed[each.start : each.colon].strip()
        if each.start < each.colon and not is_one_key(key):
            yield CutText("", each.start, each.end, each.colon)


def _entry(covered: str, before: int, after: int) -> _Entry:
    text = covered[before + 1 : after]
    start = after - len(text.lstrip())
    end = start + len(text.strip())
    found = _COLON.search(covered, start, end)
    colon = found.start() if found else -1
    value = end - len(covered[colon + 1 : end].lstrip()) if found else start
    sign = _sign(covered, start, colon, _COVERED) if found else -1
    sign = sign if sign >= 0 else _sign(covered, value, end, _SIGN)
    return _Entry(before, start, end, colon, value, sign)


def _sign(covered: str, start: int, end: int, signs: re.Pattern[str]) -> int:
    """Return the first of `signs` in a text, anything after what is whole; or -1."""
    if whole := _WHOLE.match(covered, start, end):
        return whole.end() if whole.end() < end else -1
    sign = signs.search(covered, start, end)
    return sign.start() if sign else -1


def _joined(typed: str, entries: Sequence[_Entry], end: int) -> Iterator[CutText]:
    """Yield the texts of a group; what has no colon belongs to the text before it, if any has."""
    opening = entries[0].before
    if typed[:opening].rstrip().endswith("for:"):
        return  # a list without brackets: newsletter.values.audiences says so
    if not any(each.colon >= 0 or GLUED.match(typed, each.start) for each in entries):
        if entries[0].start < entries[0].end:
            yield CutText("", opening, end, opening)
        return
    runs: list[list[_Entry]] = []
    for entry in (each for each in entries if each.start < each.end):
        glued = GLUED.match(typed, entry.start) if entry.colon < 0 else None
        if glued:
            yield CutText(glued["key"], glued.end(), glued.end(), glued.end() - 1)
        elif entry.colon < 0 and runs:
            runs[-1].append(entry)
        else:
            runs.append([entry])
    cut = (run for run in runs if len(run) > 1 or run[0].sign >= 0 or run[0].colon < 0)
    yield from (_cut(typed, run) for run in cut)


def _cut(typed: str, run: Sequence[_Entry]) -> CutText:
    first, start, key = run[0], run[0].start, ""
    values = [each for each in run if each.value < each.end]
    if first.colon >= 0 and values:
        start, key = values[0].value, typed[first.start : first.colon].strip()
    sign = run[1].before if len(run) > 1 else first.start
    return CutText(key, start, run[-1].end, first.sign if first.sign >= 0 else sign)
