"""What was pasted with another indentation: texts under `|` and `>`, and items."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from newsletter.problems.problem import Fault
from newsletter.source import faults, text_faults
from newsletter.source.lines import (
    BLANKS,
    ODD_SPACES,
    Draft,
    Start,
    indent_of,
    is_certain_field,
    is_content,
    parse_line,
)

FIRST_KEY = "kind"
_HEADER = re.compile(r"[|>](?:([1-9])[+-]?|[+-]([1-9])?)?[ \t]*(?:[ \t]#.*)?$")


def skip_block(
    draft: Draft, start: Start, name: str, is_field: Callable[[int], bool]
) -> int | None:
    """Report and mend the lines of the text under a `|` or `>` that stand too far left.

    Returns the row after it; None when no such sign is at `start`. `name` is its key; `is_field`
    tells whether the line of a row can be the next field rather than a paragraph.
    """
    header = _HEADER.match(draft.lines[start.row], start.column)
    if header is None:
        return None
    digit = header[1] or header[2]
    return _Block(draft, start, name, is_field, start.parent + int(digit) if digit else 0).skip()


@dataclass
class _Block:
    draft: Draft
    start: Start
    name: str
    is_field: Callable[[int], bool]
    indent: int  # 0 while its first line has not decided
    said: str = ""  # what was reported of the paragraph at hand
    next_row: int = 0  # the next one that has more than a comment

    def skip(self) -> int:
        lines = self.draft.lines
        row = after = self.start.row + 1
        while row < len(lines):
            indent = indent_of(lines[row])
            if not lines[row] or lines[row].isspace():
                self.said = ""
            elif indent >= (self.indent or self.start.parent + 1):
                self.indent = self.indent or indent
                after = row + 1
            elif self._is_mended(row):
                after = row + 1
            else:
                break
            row += 1
        return after

    def _is_mended(self, row: int) -> bool:
        draft, line = self.draft, self.draft.lines[row]
        text, words = line.lstrip(" "), line.lstrip(BLANKS)
        column, wanted = len(line) - len(text), self.indent or self.start.parent + 2
        if text[0] == "#" or text.startswith(("---", "...")):
            if not self._goes_on(row):
                return False
            phrase = faults.COMMENT_INSIDE_TEXT if text[0] == "#" else faults.SECOND_DOCUMENT
            draft.report(row, column, phrase.about(text))
            draft.drop(row)
        elif self.is_field(row) and (not self.said or is_certain_field(words)):
            return False
        elif text[0] in ODD_SPACES:
            blanks = line[: len(line) - len(words)]
            self._say_once(row, column, text_faults.odd_indentation(blanks, words, wanted))
            self.indent = wanted
            draft.replace(row, 0, len(blanks), " " * wanted)
        else:
            start = faults.start_with(wanted)
            fault = faults.PARAGRAPH_NOT_INDENTED.about(
                line, key=faults.shown(self.name), start=start
            )
            self._say_once(row, column, fault)
            draft.drop(row)
        return True

    def _goes_on(self, row: int) -> bool:
        """Tell whether the text continues, properly indented, after a comment or a rule."""
        lines = self.draft.lines
        rest = range(max(self.next_row, row + 1), len(lines))
        self.next_row = next((each for each in rest if is_content(lines[each])), len(lines))
        return self.next_row in rest and 0 < self.indent <= indent_of(lines[self.next_row])

    def _say_once(self, row: int, column: int, fault: Fault) -> None:
        if self.said != fault.rule:
            self.draft.report(row, column, fault)
        self.said = fault.rule


def mend_item(draft: Draft, row: int, wanted: int, columns: Collection[int]) -> bool:
    """Report and move what of the item at `row` is not where it is `wanted`; tell if it was."""
    # The fields around it are in `columns`.
    lines = draft.lines
    item = parse_line(lines[row])
    column, own_column = item.start("dashes"), item.start("key")
    after = next((each for each in range(row + 1, len(lines)) if is_content(lines[each])), row)
    below = parse_line(lines[after])
    indent = below.start("dashes")
    is_field = after > row and below["key"] is not None and not below["dashes"]
    if column != wanted:
        first, spaces = row, wanted - column
        is_rest_right = is_field and indent == own_column + spaces
        last = row if is_rest_right else _last(lines, row, column + 1)
    elif is_field and indent not in {own_column, *columns} and item.end() < len(lines[row]):
        first, last, spaces = after, _last(lines, after, indent), own_column - indent
    else:
        return False
    fault = text_faults.misplaced_item(first + 1, last + 1, spaces)
    column = indent_of(lines[first])
    if first == last:
        fault = text_faults.not_lined_up(parse_line(lines[first])["key"], column + spaces)
    draft.report(first, column, fault)
    for each in range(first, last + 1):
        if lines[each].strip():
            indent = indent_of(lines[each])
            draft.replace(each, 0, indent, " " * (indent + spaces))
    return True


def _last(lines: Sequence[str], first: int, edge: int) -> int:
    """Return the last row, from `first` on, before what is further left or another item."""
    last = first
    for row in range(first + 1, len(lines)):
        if not is_content(lines[row]):
            continue
        match, indent = parse_line(lines[row]), indent_of(lines[row])
        is_item = match["dashes"] and (indent == edge or match["key"] == FIRST_KEY)
        if indent < edge or is_item:
            break
        last = row
    return last
