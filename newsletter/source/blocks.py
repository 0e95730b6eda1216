"""Texts under `|` and `>`: where they end, and the paragraphs pasted without indentation."""

import re
from collections.abc import Callable
from typing import NamedTuple

from newsletter.problems.problem import Fault
from newsletter.source import faults, text_faults
from newsletter.source.draft import Draft
from newsletter.source.lines import BLANKS, ODD_SPACES, indent_of, is_certain_field

_HEADER = re.compile(r"[|>](?:([1-9])[+-]?|[+-]([1-9])?)?[ \t]*(?:[ \t]#.*)?$")


class Block(NamedTuple):
    """A text under `|` or `>`: the row of its sign, the indentation and the name of its key.

    `indent` is that of the text, 0 when its first line decides.
    """

    row: int
    parent: int
    name: str
    indent: int


def block_at(line: str, column: int, *, row: int, parent: int, name: str) -> Block | None:
    """Return the text that the sign in `line` at `column` opens, None when it is no such sign."""
    header = _HEADER.match(line, column)
    if header is None:
        return None
    digit = header[1] or header[2]
    return Block(row, parent, name, max(parent, 0) + int(digit) if digit else 0)


def skip_block(draft: Draft, block: Block, is_field: Callable[[int], bool]) -> int:
    """Report and mend the lines of `block` that stand too far left; return the row after it.

    `is_field` tells whether the line of a row can be the next field rather than a paragraph.
    """
    return _Text(draft, block, is_field).skip()


class _Text:
    def __init__(self, draft: Draft, block: Block, is_field: Callable[[int], bool]) -> None:
        self._draft = draft
        self._block = block
        self._is_field = is_field
        self._indent = block.indent
        self._said = ""  # what was reported of the paragraph at hand
        self._next_row = block.row  # the next one that has more than a comment

    def skip(self) -> int:
        lines = self._draft.lines
        row = after = self._block.row + 1
        while row < len(lines):
            line = lines[row]
            if not line or line.isspace():
                self._said = ""
            elif self._belongs(line) or self._is_mended(row):
                after = row + 1
            else:
                break
            row += 1
        return after

    def _belongs(self, line: str) -> bool:
        indent = indent_of(line)
        if not self._indent and indent > self._block.parent:
            self._indent = indent
        return 0 < self._indent <= indent

    def _is_mended(self, row: int) -> bool:
        line = self._draft.lines[row].lstrip(" ")
        if line[0] == "#" or line.startswith(("---", "...")):
            return self._goes_on(row) and self._refuse_interruption(row, line)
        if self._is_field(row) and (not self._said or is_certain_field(line.lstrip(BLANKS))):
            return False
        if line[0] in ODD_SPACES:
            return self._indent_properly(row)
        self._refuse_paragraph(row)
        return True

    def _goes_on(self, row: int) -> bool:
        """Tell whether the text continues, properly indented, after a comment or a rule."""
        while self._next_row <= row or self._is_skipped(self._next_row):
            self._next_row += 1
        if self._next_row == len(self._draft.lines):
            return False
        return 0 < self._indent <= indent_of(self._draft.lines[self._next_row])

    def _is_skipped(self, row: int) -> bool:
        if row == len(self._draft.lines):
            return False
        text = self._draft.lines[row].lstrip(" ")
        return not text or text[0] == "#"

    def _refuse_interruption(self, row: int, line: str) -> bool:
        column = len(self._draft.lines[row]) - len(line)
        if line[0] == "#":
            self._draft.report(row, column, text_faults.comment_inside_text(line))
        else:
            self._draft.report(row, column, faults.second_document())
        self._draft.drop(row)
        return True

    def _indent_properly(self, row: int) -> bool:
        line = self._draft.lines[row]
        text = line.lstrip(BLANKS)
        blanks = line[: len(line) - len(text)]
        odd = blanks.strip(" ")[0]
        if "\t" in blanks:
            fault = faults.tab_indentation(text, self._wanted)
        else:
            fault = faults.no_break_indentation(text, odd)
        self._say_once(row, blanks.index(odd), fault)
        self._indent = self._wanted
        self._draft.replace(row, 0, len(blanks), " " * self._wanted)
        return True

    def _refuse_paragraph(self, row: int) -> None:
        line = self._draft.lines[row]
        fault = faults.paragraph_not_indented(line, self._block.name, self._wanted)
        self._say_once(row, indent_of(line), fault)
        self._draft.drop(row)

    def _say_once(self, row: int, column: int, fault: Fault) -> None:
        if self._said != fault.rule:
            self._draft.report(row, column, fault)
        self._said = fault.rule

    @property
    def _wanted(self) -> int:
        return self._indent or max(self._block.parent, 0) + 2
