"""What was pasted with another indentation: texts under `|` and `>`, and items."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from newsletter.problems.problem import Fault
from newsletter.source import faults
from newsletter.source.lines import (
    BLANKS,
    ODD_SPACES,
    Draft,
    Nesting,
    Start,
    indent_of,
    is_certain_field,
    is_content,
    is_field,
    next_row,
    parse_line,
    parsed_at,
)

FIRST_KEY = "kind"
_HEADER = re.compile(r"[|>](?:([1-9])[+-]?|[+-]([1-9])?)?[ \t]*(?:[ \t]#.*)?$")

# A value that the line does not close: what follows may be no field, `f: 0}`.
_GOES_ON = re.compile(r"""[|>]|\[(?!.*\]$)|\{(?!.*\}$)|"(?!.*"$)|'(?!.*'$)""")


def skip_block(draft: Draft, start: Start, name: str, levels: Collection[Nesting]) -> int | None:
    """Mend what stands too far left of a text under `|` or `>`; return the row after it."""
    header = _HEADER.match(draft.lines[start.row], start.column)
    if header is None:
        return None
    digit = header[1] or header[2]
    return _Block(draft, start, name, levels, start.parent + int(digit) if digit else 0).skip()


@dataclass
class _Block:
    draft: Draft
    start: Start
    name: str
    levels: Collection[Nesting]
    indent: int  # 0 while its first line has not decided
    said: str = ""  # what was reported of the paragraph at hand
    next_row: int = 0  # the next one that has more than a comment

    def skip(self) -> int:
        lines = self.draft.lines
        after = self.start.row + 1
        for row in range(after, len(lines)):
            indent = indent_of(lines[row])
            if not lines[row].strip():
                self.said = ""
                continue
            if indent >= (self.indent or self.start.parent + 1):
                self.indent = self.indent or indent
            elif not self._is_mended(row):
                break
            after = row + 1
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
        elif is_field(draft.lines, row, self.levels) and (not self.said or is_certain_field(words)):
            return False
        elif text[0] in ODD_SPACES:
            blanks = line[: len(line) - len(words)]
            self._say_once(row, column, faults.odd_indentation(blanks, words, wanted))
            self.indent = wanted
            draft.replace(row, 0, len(blanks), " " * wanted)
        else:
            said = {"key": faults.shown(self.name), "start": faults.start_with(wanted)}
            self._say_once(row, column, faults.PARAGRAPH_NOT_INDENTED.about(line, **said))
            draft.drop(row)
        return True

    def _goes_on(self, row: int) -> bool:
        """Tell whether the text continues, properly indented, after a comment or a rule."""
        lines = self.draft.lines
        self.next_row = next_row(lines, max(self.next_row - 1, row))
        return 0 < self.indent <= parsed_at(lines, self.next_row).start("dashes")

    def _say_once(self, row: int, column: int, fault: Fault) -> None:
        if self.said != fault.rule:
            self.draft.report(row, column, fault)
        self.said = fault.rule


def mend_item(draft: Draft, row: int, wanted: int, columns: Collection[int]) -> bool:
    """Report and move what is misplaced of the item at `row`; tell whether anything was."""
    # Its fellows begin at column `wanted`; the fields around it are in `columns`.
    lines, after = draft.lines, next_row(draft.lines, row)
    item, below, third = (parsed_at(lines, each) for each in (row, after, next_row(lines, after)))
    column, own_column, indent = item.start("dashes"), item.start("key"), below.start("dashes")
    spaces, first, last = indent - own_column, row, row
    is_field = _is_beside(item, below) and not (indent <= column and indent in columns)
    is_alone = bool(third["key"]) and not third["dashes"] and third.start("key") == own_column
    is_dash_off = is_field and not is_alone and _is_dash_off(lines, row, spaces, columns)
    if column != wanted and not is_dash_off:
        spaces = wanted - column
        if not is_field or indent != own_column + spaces:
            last = _last_misplaced(lines, row, own_column, own_column + spaces)
    elif not is_field or not spaces:
        return False
    elif not (is_dash_off or is_alone) and (indent == column + 2 or indent in columns):
        gap = indent - column - 1
        said = {"name": faults.shown(item["key"]), "spaces": faults.spaces(gap)}
        draft.report(row, own_column, faults.GAP_AFTER_HYPHEN.of(**said))
        draft.replace(row, column + 1, own_column, " " * gap)
        return True
    elif not is_dash_off:
        first, last, spaces = after, after if is_alone else _last(lines, after, indent), -spaces
    _move(draft, first, last, spaces)
    return True


def _move(draft: Draft, first: int, last: int, spaces: int) -> None:
    phrase = faults.ITEM_TOO_FAR_LEFT if spaces > 0 else faults.ITEM_TOO_FAR_RIGHT
    fault = phrase.of(first=first + 1, last=last + 1, spaces=faults.spaces(abs(spaces)))
    column = indent_of(draft.lines[first])
    if first == last:
        name = faults.shown(parse_line(draft.lines[first])["key"])
        fault = faults.NOT_LINED_UP.of(name=name, start=faults.start_with(column + spaces))
    draft.report(first, column, fault)
    for each in range(first, last + 1):
        if draft.lines[each].strip():
            indent = indent_of(draft.lines[each])
            draft.replace(each, 0, indent, " " * (indent + spaces))


def _is_beside(item: re.Match[str], below: re.Match[str]) -> bool:
    """Tell whether the line below an item's first can be a field of it, not one of its value."""
    is_field = not below["dashes"] and is_certain_field(below.string)
    if not is_field or _GOES_ON.match(item.string, item.end()):
        return False
    return below.start("key") <= item.start("key") or item.end() < len(item.string)


def _last_misplaced(lines: Sequence[str], row: int, column: int, meant: int) -> int:
    """Return the last row of the item at `row` before a field that stands where it is `meant`."""
    # Its fields stand at `column`; what is below one without a value on its line may be its value.
    last, has_value = row, False
    for each in range(row + 1, _last(lines, row, indent_of(lines[row]) + 1) + 1):
        if not is_content(lines[each]):
            continue
        line = parse_line(lines[each])
        start = line.start("dashes")
        if has_value and start == meant and not line["dashes"] and is_certain_field(line.string):
            break
        if start == column:
            value = line.string[line.end() :].strip()
            has_value = bool(value) and not _GOES_ON.match(line.string, line.end())
        last = each
    return last


def _is_dash_off(lines: Sequence[str], row: int, spaces: int, columns: Collection[int]) -> bool:
    """Tell whether not the fields of an item are misplaced but its dash, by one space."""
    # The next item shows it, or else the key above, whose items begin two spaces further right.
    if abs(spaces) != 1:
        return False
    column = indent_of(lines[row])
    meant = column + spaces
    fellow = parsed_at(lines, next_row(lines, _last(lines, row, min(column, meant) + 1)))
    if fellow["dashes"] and fellow.start("dashes") in (column, meant):
        return fellow.start("dashes") == meant
    return meant - 2 in columns


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
