"""The levels of a file: its lines are mended one by one, so that nothing innocent is blamed."""

import re

from newsletter.source import faults, lines
from newsletter.source.pasted import FIRST_KEY, mend_item, skip_block
from newsletter.source.scalars import skip_as_text, skip_value, text_at

_STEP = 2  # spaces for a level, where nothing in the file says how many
_CUTS_FILE = re.compile(r"(?:---|\.\.\.)(?:[ \t]|$)")
_COMMENTED_KEY = re.compile(r"# ?([a-z_]+):[ \t]*")
_NAME_ALONE = re.compile(r"[&!][\w-]+[ \t]*$")  # the tree refuses it


class Outline:
    """The levels of the fields and items in a draft, as far as it was read."""

    def __init__(self, draft: lines.Draft) -> None:
        self._draft = draft
        self._lines = draft.lines
        self._levels: list[lines.Nesting] = []
        self._opener: lines.Nesting | None = None  # the key or dash that still waits for its value
        self._key = ""  # the last one read
        self._item_lists: set[lines.Nesting] = set()
        self._stray_row = -2  # the last line that belongs to nothing
        self._told_row = -1  # the last line whose indentation was reported
        self._tab_indents: dict[str, int] = {}

    def mend(self) -> None:
        """Report and mend in the draft all that can be told line by line."""
        row = 0
        while row < len(self._lines) and not self._draft.is_full:
            row = self._skip_line(row)

    def _skip_line(self, row: int) -> int:
        if len(self._levels) > 64:  # more than the tree allows; it says so
            return len(self._lines)
        line = self._lines[row]
        text = line.lstrip(" ")
        if not text:
            return row + 1
        column = len(line) - len(text)
        if text[0] in lines.ODD_SPACES:
            self._mend_indentation(row)
            return row
        if text[0] == "#":
            return self._skip_comment(row, column)
        if column == 0 and _CUTS_FILE.match(text):
            if self._levels:
                self._draft.report(row, 0, faults.SECOND_DOCUMENT.of())
                self._draft.drop(row)
            return row + 1
        if glued := lines.GLUED_DASH.match(line):
            self._mend_dash(row, glued)
            return row
        match = lines.parse_line(line)
        is_text = self._is_text(row, match)
        return self._skip_text(row, column) if is_text else self._skip_field(row, match)

    def _skip_comment(self, row: int, column: int) -> int:
        """Report a comment that was text, or the key of the lines below: `#smtp:` alone is left."""
        line, before = self._lines[row], self._lines[max(row - 1, 0)]
        if not lines.COMMENT.match(line, column):
            self._draft.report(row, column, faults.HASHTAG_LINE.about(line))
        key = _COMMENTED_KEY.fullmatch(line)
        if key and not self._opener and not lines.is_content(before):
            rest = self._lines[row + 1 :]
            below = next((each for each in rest if not each.startswith("#  ")), "")
            if below.startswith(" ") and lines.is_certain_field(below.lstrip(" -")):
                self._draft.report(row, 0, faults.COMMENTED_KEY.of(key=key[1]))
                self._draft.replace(row, 0, key.start(1), "")
                return row
        return row + 1

    def _skip_field(self, row: int, match: re.Match[str]) -> int:
        line, dashes, key = match.string, match["dashes"], match["key"]
        name = key.strip("\"'") if key else line.strip()
        level = lines.Nesting(match.start("dashes"), bool(dashes))
        glued = lines.GLUED.match(line) if dashes and not key else None
        if glued and lines.has_field_at(self._lines, row, match.end()):
            return self._mend_glued(row, glued)
        is_text = key is None or (dashes and lines.is_item_text(self._lines, row, match))
        is_moved = dashes and not is_text and self._is_moved(row, level, name)
        if is_moved or not self._is_placed(row, level, name):
            return row
        for column in range(level.indent + 1, match.end("dashes")):
            if line[column] == "-":
                self._levels.append(lines.Nesting(column, is_list=True))
        level = self._levels[-1] if self._levels else lines.Nesting(0, is_list=bool(dashes))
        if is_text:
            return self._skip_value(row, match.end("dashes"), level)
        if dashes:
            level = lines.Nesting(match.start("key"), is_list=False)
            self._levels.append(level)
        self._key = name
        # The no-break spaces around a key, which nobody sees, are read as spaces.
        for start, end in (match.span("dashes"), (match.end("key"), match.end())):
            plain = re.sub(f"[{lines.BLANKS}]", " ", line[start:end])
            self._draft.replace(row, start, end, plain)
        return self._skip_value(row, match.end(), level)

    def _skip_value(self, row: int, column: int, level: lines.Nesting) -> int:
        line, start = self._lines[row], lines.Start(row, column, level.indent)
        sign = line[column : column + 1]
        self._opener = None
        is_comment = lines.TAUGHT_COMMENT.match(line, column)
        is_aside = sign == "#" or _NAME_ALONE.match(line, column)
        if not sign or is_comment or (is_aside and lines.nests(self._lines, row, level)):
            self._opener = level
            return row + 1
        if sign == "#":
            fault = faults.CUT_BY_HASH.about(text_at(self._draft, start))
            return skip_as_text(self._draft, start, fault)
        after = skip_block(self._draft, start, self._key, self._levels)
        return after or skip_value(self._draft, start)

    def _is_placed(self, row: int, level: lines.Nesting, name: str) -> bool:
        """Tell whether the line at `row` lines up with its fellows; otherwise it is moved."""
        levels, opener = self._levels, self._opener
        is_nested = opener and (
            level.indent > opener.indent or (level == (opener.indent, True) and not opener.is_list)
        )
        if is_nested or not levels:
            levels.append(level)
            return True
        if level in levels:
            del levels[levels.index(level) + 1 :]
            return True
        fellows = [each for each in levels if each.is_list == level.is_list]
        if not fellows:
            return True  # the library will say so
        # ` smtp:` lost only the `#` of `# smtp:`.
        side = 1 if level.indent == 1 and self._lines[row].endswith(":") else -1
        nearest = min(fellows, key=lambda it: (abs(it.indent - level.indent), side * it.indent))
        if row != self._told_row:
            said = {"name": faults.shown(name), "start": faults.start_with(nearest.indent)}
            self._draft.report(row, level.indent, faults.NOT_LINED_UP.of(**said))
        self._draft.replace(row, 0, level.indent, " " * nearest.indent)
        self._told_row = row
        self._opener = None
        return False

    def _is_moved(self, row: int, level: lines.Nesting, name: str) -> bool:
        """Tell whether the item at `row` was pasted at another level, and now is at its own."""
        opener, wanted = self._opener, level.indent
        if name == FIRST_KEY:
            if opener and self._key == "items" and wanted < opener.indent:
                wanted = opener.indent + _STEP
            elif opener is None and not (level in self._levels and level in self._item_lists):
                lists = [each.indent for each in self._levels if each in self._item_lists]
                wanted = max(lists, default=wanted)
            self._item_lists.add(level._replace(indent=wanted))
        elif opener is None and level not in self._levels:
            return False
        columns = [each.indent for each in self._levels if not each.is_list]
        return mend_item(self._draft, row, wanted, columns)

    def _mend_indentation(self, row: int) -> None:
        line = self._lines[row]
        text = line.lstrip(lines.BLANKS)
        blanks = line[: len(line) - len(text)]
        match = lines.parse_line(text)
        has_tab = "\t" in blanks
        wanted = self._indent_for(blanks, match) if has_tab else len(blanks)
        sign = "\t" if has_tab else blanks.strip(" ")[0]
        fault = faults.odd_indentation(blanks, match["key"] or text, wanted)
        self._draft.report(row, blanks.index(sign), fault)
        self._draft.replace(row, 0, len(blanks), " " * wanted)
        self._told_row = row

    def _indent_for(self, blanks: str, match: re.Match[str]) -> int:
        """Return the spaces that a writer meant by `blanks` before a line."""
        is_list = bool(match["dashes"])
        fellows = [level.indent for level in self._levels if level.is_list == is_list]
        wanted = self._tab_indents.get(blanks, [0, *fellows][-1])
        if self._opener and wanted <= self._opener.indent:
            wanted = self._opener.indent + _STEP
        if not is_list and not match["key"] and self._key and not self._opener:
            return wanted + _STEP  # the rest of a text, which teaches nothing of fields
        self._tab_indents[blanks] = wanted
        return wanted

    def _skip_text(self, row: int, column: int) -> int:
        line, opener = self._lines[row], self._opener
        if self._stray_row != row - 1 and (glued := lines.GLUED.match(line)):
            return self._mend_glued(row, glued)
        if opener and column > opener.indent:
            return self._skip_value(row, column, opener)
        if not self._levels and line[column] in "[{\"'":
            return skip_value(self._draft, lines.Start(row, column, -1))
        if row not in (self._told_row, self._stray_row + 1):
            spaces = max((level.indent for level in self._levels if not level.is_list), default=0)
            fault = faults.text_without_field(line[column:], self._key, spaces + _STEP)
            self._draft.report(row, column, fault)
        self._draft.drop(row)
        self._stray_row = row
        return row + 1

    def _mend_glued(self, row: int, glued: re.Match[str]) -> int:
        fault, end = faults.MISSING_SPACE.of(key=faults.shown(glued["key"])), glued.end()
        self._draft.report(row, end - 1, fault)
        self._draft.replace(row, end, end, " ")
        return row

    def _mend_dash(self, row: int, glued: re.Match[str]) -> None:
        column = glued.start("key")
        key, sign = faults.shown(glued["key"]), glued["sign"].strip()
        self._draft.report(row, column, faults.HYPHEN_WITHOUT_SPACE.of(key=key, sign=sign))
        self._draft.replace(row, glued.start("sign"), column, "- ")

    def _is_text(self, row: int, match: re.Match[str]) -> bool:
        """Tell whether a line is no field, though it may have a colon."""
        key = match["key"]
        if match["dashes"] or (key and " " not in key and lines.is_plausible(key)):
            return False
        if key is None or lines.is_sentence(key):
            return True
        if self._stray_row == row - 1:
            return not lines.is_plausible(key)
        # The first line under a key may be a text with a colon, alone of its kind.
        column, opener = match.start("key"), self._opener
        is_first = opener is not None and column > opener.indent and " " in key
        is_alone = not lines.has_field_at(self._lines, row, column)
        return is_first and is_alone and lines.is_spaced(match)
