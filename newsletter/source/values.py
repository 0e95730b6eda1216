"""One value, from its first character to its last line: the faults that quotes cure.

Whatever is wrong with a value is said once, for one pair of quotes cures it all.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.problems.problem import Fault
from newsletter.source import faults, text_faults
from newsletter.source.brackets import Brackets, Ending, read_brackets
from newsletter.source.draft import MAX_PROBLEMS, Draft
from newsletter.source.entries import cut_texts
from newsletter.source.lines import TAUGHT_COMMENT, begins_field, is_certain_field

# How many lines are searched for the end of a value between brackets or quotes: few at first, which
# is fast; in the end enough for any. Beyond, only the library looks at the file.
_WINDOWS = (1, 20, 1000)

# Where a plain text is cut: by a colon before a space, or by a `#` after one.
_CUT = re.compile(r":(?=[ \t]|$)|(?<=[ \t])#")

_QUOTED = {
    '"': re.compile(r'"(?>(?:[^"\\]++|\\.)*)"', re.DOTALL),
    "'": re.compile(r"'(?>(?:[^']++|'')*)'"),
}
# The escapes of YAML 1.1 (section 5.6); a line may also end with a backslash.
_BACKSLASH = re.compile(
    r"\\([0abt\tnvfre \"/\\N_LP]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|$)?"
)
_NOTHING_MORE = re.compile(r"[ \t]*(?:[ \t]#.*)?$")
_SIGNS_IN_BRACKETS = re.compile(r"[\[\]{}\"',:]")
_BETWEEN_COMMAS = re.compile(r"[^,\]}]*")

# Signs that begin no plain text in YAML 1.1 (section 9.1.1), and those that begin none before a
# space; a brace doubled or before a percent sign is a template's, never a group's.
_SIGN = re.compile(r"[&*!%@`,\]}|>]|[-?:](?=[ \t]|$)|\{[{%]")


class Start(NamedTuple):
    """Where a value begins, and the indentation that its further lines exceed."""

    row: int
    column: int
    parent: int


def skip_value(draft: Draft, start: Start) -> int:
    """Report and mend what is wrong in the value at `start`; return the row after it.

    Texts under `|` and `>` are not values for this purpose: see `newsletter.source.blocks`.
    """
    line = draft.lines[start.row]
    sign = _SIGN.match(line, start.column)
    if sign:
        return skip_as_text(draft, start, text_faults.sign_at_start(_text(draft, start), sign[0]))
    if line[start.column] in _QUOTED:
        return _skip_quoted(draft, start)
    if line[start.column] in "[{":
        return _skip_brackets(draft, start)
    if not _CUT.search(line, start.column) and _is_alone(draft, start):
        return start.row + 1
    return _Plain(draft, start).skip()


def _is_alone(draft: Draft, start: Start) -> bool:
    """Tell whether the next line is certainly no rest of a plain text."""
    after = draft.lines[start.row + 1 : start.row + 2]
    margin = after[0][: start.parent + 1] if after else "."
    return bool(margin) and not margin.isspace()


def _text(draft: Draft, start: Start) -> str:
    return draft.undisguised(draft.lines[start.row][start.column :].rstrip())


def skip_as_text(draft: Draft, start: Start, fault: Fault) -> int:
    """Report `fault` and read the value as if its first character were a letter."""
    draft.report(start.row, start.column, fault)
    draft.disguise(start.row, start.column)
    return _Plain(draft, start, is_reported=True).skip()


def _skip_quoted(draft: Draft, start: Start) -> int:
    line = draft.lines[start.row]
    match = _QUOTED[line[start.column]].match(line, start.column)
    if match is None:
        return _skip_long_quoted(draft, start)
    if _NOTHING_MORE.match(line, match.end()):
        _check_comment(draft, start, start.row, match.end())
        _mend_backslashes(draft, start, start.row)
        return start.row + 1
    return skip_as_text(draft, start, text_faults.text_after_quote(_text(draft, start)))


def _windows(draft: Draft, row: int) -> Iterator[list[str]]:
    """Yield the lines from `row` on, ever more of them, until there are no more."""
    for count in _WINDOWS:
        lines = draft.lines[row : row + count]
        yield lines
        if len(lines) < count:
            return


def _skip_long_quoted(draft: Draft, start: Start) -> int:
    row, column, parent = start
    lines: list[str] = []
    match = None
    for lines in _windows(draft, row):
        text = "\n".join([lines[0][column:], *lines[1:]])
        match = _QUOTED[text[0]].match(text)
        if match:
            break
    if match is None and len(lines) == _WINDOWS[-1]:
        return len(draft.lines)
    breaks = match[0].count("\n") if match else len(lines) - 1
    if match is None or any(begins_field(line, parent) for line in lines[1 : breaks + 1]):
        return skip_as_text(draft, start, text_faults.unclosed_quote(_text(draft, start)))
    end = len(match[0]) - match[0].rfind("\n") - 1
    if _NOTHING_MORE.match(lines[breaks], end):
        _check_comment(draft, start, row + breaks, end)
        _mend_backslashes(draft, start, row + breaks)
        return row + breaks + 1
    return skip_as_text(draft, start, text_faults.text_after_quote(_text(draft, start)))


def _check_comment(draft: Draft, start: Start, row: int, end: int) -> None:
    """Report what follows a closed quote or bracket as `#…`, unless it is the taught comment."""
    line = draft.lines[row]
    column = line.find("#", end)
    if column >= 0 and not TAUGHT_COMMENT.match(line, column):
        draft.report(row, column, text_faults.cut_by_hash(_text(draft, start)))


def _mend_backslashes(draft: Draft, start: Start, last: int) -> None:
    """Report and mend the backslashes between straight quotes that YAML has no meaning for."""
    if draft.lines[start.row][start.column] != '"':
        return
    is_reported = False
    for row in range(start.row, last + 1):
        line = draft.lines[row]
        column = start.column if row == start.row else 0
        unknown = [each.start() for each in _BACKSLASH.finditer(line, column) if each[1] is None]
        if unknown and not is_reported:
            is_reported = True
            draft.report(row, unknown[0], text_faults.backslash(line[unknown[0] :][:2]))
        if unknown:
            draft.disguise(row, *unknown)


def _skip_brackets(draft: Draft, start: Start) -> int:
    row, column, parent = start
    lines: list[str] = []
    found = Brackets(Ending.NONE, (0, 0), [])
    for lines in _windows(draft, row):
        found = read_brackets(lines, column, parent)
        if found.ending is not Ending.NONE:
            break
    is_unknown = found.ending is Ending.NONE and len(lines) == _WINDOWS[-1]
    if is_unknown or found.ending is Ending.TOO_DEEP:
        return len(draft.lines)
    last, end = row + found.place[0], found.place[1]
    if found.ending is not Ending.CLOSED:
        return _skip_open_brackets(draft, start, last, end)
    if not _NOTHING_MORE.match(draft.lines[last], end):
        return skip_as_text(draft, start, text_faults.text_after_bracket(_text(draft, start)))
    _check_comment(draft, start, last, end)
    _report_hashes(draft, row, found)
    _mend_cut_texts(draft, start, last)
    return last + 1


def _mend_cut_texts(draft: Draft, start: Start, last: int) -> None:
    """Report and mend, from the last to the first, the texts between brackets that lack quotes."""
    typed = "\n".join(draft.lines[start.row : last + 1])
    for key, begin, end, sign in reversed(cut_texts(typed, start.column)[:MAX_PROBLEMS]):
        row, column = _place(typed, start.row, sign)
        if begin == end:
            draft.report(row, column, faults.missing_space(key))
            draft.replace(row, column + 1, column + 1, " ")
            continue
        text = " ".join(draft.undisguised(typed[begin:end]).split())
        fault = text_faults.cut_in_brackets(key, text, typed[sign])
        if begin == sign and typed[sign] not in "[{":
            fault = faults.text_without_field(text, "", 0)
        draft.report(row, column, fault)
        for match in _SIGNS_IN_BRACKETS.finditer(typed, begin, end):
            draft.disguise(*_place(typed, start.row, match.start()))


def _place(typed: str, row: int, offset: int) -> tuple[int, int]:
    """Return the row and column of an offset in `typed`, which begins with the line at `row`."""
    before = typed[:offset]
    return row + before.count("\n"), offset - before.rfind("\n") - 1


def _skip_open_brackets(draft: Draft, start: Start, row: int, column: int) -> int:
    """Skip a value with a bracket or quote, at `row` and `column`, that is never closed."""
    sign, text = draft.lines[row][column], draft.lines[row][column:]
    if sign in _QUOTED:
        draft.report(row, column, text_faults.unclosed_quote(text))
    else:
        draft.report(row, column, text_faults.unclosed_bracket(text, sign))
    draft.disguise(start.row, start.column)
    return _Plain(draft, start, is_reported=True).skip()


def _report_hashes(draft: Draft, row: int, found: Brackets) -> None:
    for rows, column in found.hashes:
        if draft.is_full:
            return
        line = draft.lines[row + rows]
        start = max(line.rfind(sign, 0, column) for sign in "[{,:") + 1
        text = _BETWEEN_COMMAS.match(line, start)
        draft.report(row + rows, column, text_faults.cut_by_hash(text[0].strip() if text else ""))
        draft.disguise(row + rows, column)


class _Plain:
    """A text without quotes and the lines that continue it."""

    def __init__(self, draft: Draft, start: Start, *, is_reported: bool = False) -> None:
        self._draft = draft
        self._start = start
        self._is_reported = is_reported
        self._comments: list[tuple[int, int]] = []

    def skip(self) -> int:
        """Report and mend what cuts the text; return the row after its last line."""
        lines = self._draft.lines
        self._check(self._start.row, self._start.column)
        row = after = self._start.row + 1
        while row < len(lines):
            text = lines[row].lstrip(" ")
            if text and not self._continues(row, text):
                break
            row += 1
            if text and text[0] != "#":
                after = row
        return after

    def _continues(self, row: int, text: str) -> bool:
        column = len(self._draft.lines[row]) - len(text)
        if column <= self._start.parent or is_certain_field(text):
            return False
        if text[0] == "#":
            self._comments.append((row, column))
        else:
            self._refuse_comments()
            self._check(row, column)
        return True

    def _check(self, row: int, column: int) -> None:
        line = self._draft.lines[row]
        columns = []
        for cut in _CUT.finditer(line, column):
            if cut[0] == "#" and TAUGHT_COMMENT.match(line, cut.start()):
                self._comments.append((row, cut.start()))
                break
            columns.append(cut.start())
        if columns:
            self._report(row, columns[0])
            self._draft.disguise(row, *columns)

    def _report(self, row: int, column: int) -> None:
        if self._is_reported:
            return
        self._is_reported = True
        is_hash = self._draft.lines[row][column] == "#"
        fault = text_faults.cut_by_hash if is_hash else text_faults.colon_in_text
        self._draft.report(row, column, fault(_text(self._draft, self._start)))

    def _refuse_comments(self) -> None:
        for row, column in self._comments:
            fault = text_faults.comment_inside_text(self._draft.lines[row][column:])
            self._draft.report(row, column, fault)
            self._draft.drop(row, column)
        self._comments.clear()
