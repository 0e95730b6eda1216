"""What follows a line, where the line alone does not say what it is."""

import re
from collections.abc import Collection, Sequence

from newsletter.source.lines import (
    BLANKS,
    GLUED,
    LINE,
    Nesting,
    indent_of,
    is_plausible,
    is_sentence,
    is_spaced,
)


class Lookahead:
    """Questions about the lines of a file and those after them."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._field_row = 0  # the next one known to be a field

    def nests(self, row: int, level: Nesting) -> bool:
        """Tell whether fields or items follow that belong to the key or dash of `level`."""
        after = self._next_line(row)
        match = LINE.match(after)
        indent = indent_of(after)
        if match is None or match.end() == indent:
            return False
        is_item_beside = indent == level.indent and bool(match["dashes"]) and not level.is_list
        return indent > level.indent or is_item_beside

    def is_glued_item(self, row: int, match: re.Match[str]) -> bool:
        """Tell whether an item is `- title:Salon`, followed by the other fields of that item."""
        glued = match["key"] is None and GLUED.match(match.string)
        return bool(glued) and self._has_field_at(row, match.end())

    def is_item_text(self, row: int, match: re.Match[str]) -> bool:
        """Tell whether an item is a text with a colon, `- IA : les enjeux`."""
        key = match["key"]
        if is_plausible(key) and not (is_spaced(match) and " " in key):
            return False
        column = match.start("key")
        if match.end() == len(match.string) and self.nests(row, Nesting(column, is_list=False)):
            return False
        return not self._has_field_at(row, column)

    def is_only_text(self, row: int, match: re.Match[str]) -> bool:
        """Tell whether the first line under a key is a text with a colon, alone of its kind."""
        is_text = " " in match["key"] and is_spaced(match)
        return is_text and not self._has_field_at(row, match.start("key"))

    def is_field(self, row: int, levels: Collection[Nesting]) -> bool:
        """Tell whether a line to the left of a text is a field rather than a pasted paragraph."""
        line = self._lines[row].lstrip(BLANKS)
        indent = len(self._lines[row]) - len(line)
        match = LINE.match(line)
        if match is None or match["key"] is None:
            is_item = line.startswith("-") and Nesting(indent, is_list=True) in levels
            return is_item or GLUED.match(line) is not None
        if is_plausible(match["key"]):
            return True
        if match["dashes"]:
            return Nesting(indent, is_list=True) in levels
        has_fellows = Nesting(indent, is_list=False) in levels
        if is_sentence(match["key"]) or is_spaced(match) or not has_fellows:
            return False
        # A name, "Bretagne:", has its own fields below; else what follows is no deeper.
        is_name = match.end() == len(line) and self._has_fields_under(row, indent)
        return is_name or self._is_last(row, indent)

    def _has_fields_under(self, row: int, indent: int) -> bool:
        """Tell whether the next line is a field that belongs to a key at `indent`."""
        after = self._next_line(row)
        match = LINE.match(after)
        if match is None or match["key"] is None or match["dashes"]:
            return False
        return indent_of(after) > indent and is_plausible(match["key"])

    def _is_last(self, row: int, indent: int) -> bool:
        """Tell whether no field follows that is indented more than `indent`."""
        while self._field_row <= row or self._is_doubtful(self._field_row):
            self._field_row += 1
        is_end = self._field_row == len(self._lines)
        return is_end or indent_of(self._lines[self._field_row]) <= indent

    def _is_doubtful(self, row: int) -> bool:
        match = LINE.match(self._lines[row]) if row < len(self._lines) else None
        if match is None:
            return False
        return match["key"] is None or not is_plausible(match["key"])

    def _has_field_at(self, row: int, column: int) -> bool:
        """Tell whether the next line is a field, not an item, that begins at `column`."""
        match = LINE.match(self._next_line(row))
        if match is None or match["key"] is None or match["dashes"]:
            return False
        return match.start("key") == column

    def _next_line(self, row: int) -> str:
        """Return the next line that is more than a comment, empty after the last."""
        for after in range(row + 1, len(self._lines)):
            text = self._lines[after].lstrip(" ")
            if text and text[0] != "#":
                return self._lines[after]
        return ""
