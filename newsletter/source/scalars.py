"""One value, from its first sign to its last line: what one pair of quotes cures is said once."""

import re
from dataclasses import dataclass, field, replace

from newsletter.i18n import _
from newsletter.problems.problem import Fault
from newsletter.source import faults
from newsletter.source.brackets import Brackets, cut_texts, read_brackets
from newsletter.source.lines import (
    MAX_PROBLEMS,
    TAUGHT_COMMENT,
    Draft,
    Start,
    begins_field,
    is_certain_field,
)

# So many lines are searched for the end of a value: beyond, only the library looks at the file.
_WINDOW = 1000
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
# Signs that begin no plain text in YAML 1.1 (section 9.1.1), and those that begin none before a
# space; a brace doubled or before a percent sign is a template's, never a group's.
_SIGN = re.compile(r"[&*!%@`,\]}|>]|[-?:](?=[ \t]|$)|\{[{%]")


def skip_value(draft: Draft, start: Start) -> int:
    """Report and mend what is wrong in the value at `start`; return the row after it."""
    # Texts under `|` and `>` are not values for this purpose: see `newsletter.source.pasted`.
    line = draft.lines[start.row]
    if sign := _SIGN.match(line, start.column):
        phrase = faults.TEXT_AFTER_BAR if sign[0] == "|" else faults.SIGN_AT_START
        return skip_as_text(draft, start, phrase.about(text_at(draft, start), sign=sign[0]))
    if line[start.column] in _QUOTED:
        return _skip_quoted(draft, start)
    if line[start.column] in "[{":
        return _skip_brackets(draft, start)
    return _Plain(draft, start).skip()


def text_at(draft: Draft, start: Start) -> str:
    """Return what is left of a line from `start`, but for a comment as it is taught."""
    line = draft.lines[start.row]
    comment = TAUGHT_COMMENT.search(line, start.column + 1)
    return draft.undisguised(line[start.column : comment.start() if comment else None].rstrip())


def skip_as_text(
    draft: Draft, start: Start, fault: Fault, place: tuple[int, int] | None = None
) -> int:
    """Report `fault` and read the value as if its first character were a letter."""
    draft.report(*(place or start[:2]), fault)
    draft.disguise(start.row, start.column)
    return _Plain(draft, start, is_reported=True).skip()


def _skip_quoted(draft: Draft, start: Start) -> int:
    row, column, parent = start
    lines = draft.lines[row : row + _WINDOW]
    text = "\n".join([lines[0][column:], *lines[1:]])
    match = _QUOTED[text[0]].match(text)
    if match is None and len(lines) == _WINDOW:
        return len(draft.lines)
    breaks = match[0].count("\n") if match else len(lines) - 1
    if match is None or any(begins_field(line, parent) for line in lines[1 : breaks + 1]):
        text = text_at(draft, start)
        return skip_as_text(draft, start, faults.UNCLOSED_QUOTE.about(text[1:], quote=text[0]))
    end = len(match[0]) - match[0].rfind("\n") - 1 if breaks else column + len(match[0])
    if not _is_ended(draft, start, row + breaks, end):
        return skip_as_text(draft, start, faults.text_after_quote(text_at(draft, start)))
    if match[0][0] == '"':
        _mend_backslashes(draft, start, row + breaks)
    return row + breaks + 1


def _is_ended(draft: Draft, start: Start, row: int, end: int) -> bool:
    """Tell whether only a comment follows what is closed; one not as taught is reported."""
    line = draft.lines[row]
    if not _NOTHING_MORE.match(line, end):
        return False
    column = line.find("#", end)
    if column >= 0 and not TAUGHT_COMMENT.match(line, column):
        draft.report(row, column, faults.CUT_BY_HASH.about(text_at(draft, start)))
    return True


def _mend_backslashes(draft: Draft, start: Start, last: int) -> None:
    """Report and mend the backslashes between straight quotes that YAML has no meaning for."""
    is_reported = False
    for row in range(start.row, last + 1):
        line = draft.lines[row]
        found = _BACKSLASH.finditer(line, start.column if row == start.row else 0)
        unknown = [each.start() for each in found if each[1] is None]
        if unknown and not is_reported:
            is_reported = True
            draft.report(row, unknown[0], faults.BACKSLASH.of(typed=line[unknown[0] :][:2]))
        if unknown:
            draft.disguise(row, *unknown)


def _skip_brackets(draft: Draft, start: Start) -> int:
    row, column, parent = start
    lines = draft.lines[row : row + _WINDOW]
    found = read_brackets(lines, column, parent)
    if found.ending == "too deep" or (not found.ending and len(lines) == _WINDOW):
        return len(draft.lines)
    last, end = row + found.place[0], found.place[1]
    if found.ending != "closed":  # nor perhaps a quote between the brackets
        text = draft.lines[last][end:]
        fault = faults.unclosed_bracket(text)
        if text[0] in _QUOTED:
            fault = faults.UNCLOSED_QUOTE.about(text[1:], quote=text[0])
        return skip_as_text(draft, start, fault, (last, end))
    if not _is_ended(draft, start, last, end):
        return skip_as_text(draft, start, faults.TEXT_AFTER_BRACKET.about(text_at(draft, start)))
    _report_hashes(draft, row, found)
    _mend_cut_texts(draft, row, last, found.covered)
    return last + 1


def _report_hashes(draft: Draft, row: int, found: Brackets) -> None:
    for rows, column in found.hashes[:MAX_PROBLEMS]:
        line = draft.lines[row + rows]
        start = max(line.rfind(sign, 0, column) for sign in "[{,:") + 1
        text = re.split(r"[,\]}]", line[start:], maxsplit=1)[0]
        draft.report(row + rows, column, faults.CUT_BY_HASH.about(text.strip()))
        draft.disguise(row + rows, column)


def _mend_cut_texts(draft: Draft, first: int, last: int, covered: str) -> None:
    """Report and mend, from the last to the first, the texts between brackets that lack quotes."""
    typed = "\n".join(draft.lines[first : last + 1])

    def place(offset: int) -> tuple[int, int]:
        before = typed[:offset]
        return first + before.count("\n"), offset - before.rfind("\n") - 1

    for key, begin, end, sign in reversed(cut_texts(typed, covered)[:MAX_PROBLEMS]):
        row, column = place(sign)
        if begin == end:
            draft.report(row, column, faults.MISSING_SPACE.of(key=faults.shown(key)))
            draft.replace(row, column + 1, column + 1, " ")
            continue
        text = " ".join(draft.undisguised(typed[begin:end]).split())
        fault = faults.cut_in_brackets(key, text, typed[sign])
        if begin == sign and typed[sign] not in "[{":
            fault = faults.text_without_field(text, "", 0)
        draft.report(row, column, fault)
        for match in _SIGNS_IN_BRACKETS.finditer(typed, begin, end):
            draft.disguise(*place(match.start()))


@dataclass
class _Plain:
    """A text without quotes and the lines that continue it."""

    draft: Draft
    start: Start
    is_reported: bool = False
    comments: list[tuple[int, int]] = field(default_factory=list)

    def skip(self) -> int:
        """Report and mend what cuts the text; return the row after its last line."""
        lines = self.draft.lines
        self._check(self.start.row, self.start.column)
        after = self.start.row + 1
        for row in range(after, len(lines)):
            text = lines[row].lstrip(" ")
            if text and not self._continues(row, text):
                break
            if text and text[0] != "#":
                after = row + 1
        return after

    def _continues(self, row: int, text: str) -> bool:
        column = len(self.draft.lines[row]) - len(text)
        if column <= self.start.parent or is_certain_field(text):
            return False
        if text[0] == "#":
            self.comments.append((row, column))
            return True
        for comment_row, comment_column in self.comments:
            fault = faults.COMMENT_INSIDE_TEXT.about(self.draft.lines[comment_row][comment_column:])
            self.draft.report(comment_row, comment_column, fault)
            self.draft.drop(comment_row, comment_column)
        self.comments.clear()
        self._check(row, column)
        return True

    def _check(self, row: int, column: int) -> None:
        line = self.draft.lines[row]
        columns = []
        for cut in _CUT.finditer(line, column):
            if cut[0] == "#" and TAUGHT_COMMENT.match(line, cut.start()):
                self.comments.append((row, cut.start()))
                break
            columns.append(cut.start())
        if columns and not self.is_reported:
            self.is_reported = True
            say = faults.CUT_BY_HASH.about if line[columns[0]] == "#" else faults.colon_in_text
            fault = say(text_at(self.draft, Start(row, column, 0)))
            if row > self.start.row:  # quotes around this line alone would cure nothing
                fault = replace(fault, hint=_(faults.TEXT_AFTER_BAR.hint))
            self.draft.report(row, columns[0], fault)
        if columns:
            self.draft.disguise(row, *columns)
