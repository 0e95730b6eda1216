"""Lists and groups between brackets, which may run over several lines: where they end."""

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from newsletter.source.lines import begins_field

# Quotes count only where a value begins: an apostrophe inside a word is eaten with its word, and a
# quote at the start of a line with the text that goes on there.
TOKEN = re.compile(
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


class Ending(Enum):
    """How a bracket ends."""

    CLOSED = "closed"
    CUT = "cut by the next field"
    TOO_DEEP = "with more brackets inside than MAX_OPEN"
    NONE = "not in these lines"


class Brackets(NamedTuple):
    """How a bracket ends, and each `#` that would cut a text in it, by row and column.

    `place` is that after the closing bracket, or that of the bracket or quote that is not closed.
    Rows count from that of the opening bracket.
    """

    ending: Ending
    place: tuple[int, int]
    hashes: list[tuple[int, int]]


def read_brackets(lines: Sequence[str], column: int, parent: int) -> Brackets:
    """Return where the bracket that stands in the first of `lines` at `column` is closed.

    A line that can only be the next field, no deeper than `parent`, shows that it is not.
    """
    hashes: list[tuple[int, int]] = []
    depth = row = 0
    start_of_line = -column
    for token in TOKEN.finditer("\n".join([lines[0][column:], *lines[1:]])):
        kind, here = token.lastgroup, (row, token.start() - start_of_line)
        breaks = token[0].count("\n")
        if kind == "hash":
            hashes.append(here)
        elif kind == "quote":
            return Brackets(Ending.NONE, here, hashes)
        elif breaks:
            if any(begins_field(line, parent) for line in lines[row + 1 : row + breaks + 1]):
                return Brackets(Ending.CUT, here if kind == "quoted" else (0, column), hashes)
            row += breaks
            start_of_line = token.start() + token[0].rfind("\n") + 1
        depth += _STEPS.get(kind, 0)
        if depth in (0, MAX_OPEN):
            ending = Ending.TOO_DEEP if depth else Ending.CLOSED
            return Brackets(ending, (row, token.end() - start_of_line), hashes)
    return Brackets(Ending.NONE, (0, column), hashes)
