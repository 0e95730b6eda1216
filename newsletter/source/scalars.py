"""One value, from its first sign to its last line: what one pair of quotes cures is said once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

import yaml

from newsletter.i18n import _
from newsletter.problems.problem import Fault
from newsletter.source import faults
from newsletter.source.lines import TAUGHT_COMMENT, Draft, Start, begins_field, is_certain_field
from newsletter.source.tree import LOADER, MAX_LEVELS, Event

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
# Quotes count only where a value begins: an apostrophe inside a word is eaten with its word, and a
# quote at the start of a line with the text that goes on there.
_TOKEN = re.compile(
    r"""
    (?: (?<= [ ]{2} ) | (?<= [\t\n] ) ) \# (?= [ \t\n] | \Z ) [^\n]*  # a comment
    | (?P<hash> \# )
    | [ \t]+
    | " (?> (?: [^"\\]++ | \\. )* ) " | ' (?> (?: [^']++ | '' )* ) '
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
_STEPS: dict[str | None, int] = {"opening": 1, "closing": -1}
_NOTHING_MORE = re.compile(r"[ \t]*(?:[ \t]#.*)?$")
_ENTRY = re.compile(r"(?:[^\[\]{},]|\[[^\[\]]*\]|\{[^{}]*\})+")
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
    for row in range(start.row, last + 1):
        line = draft.lines[row]
        found = _BACKSLASH.finditer(line, start.column if row == start.row else 0)
        if unknown := [each.start() for each in found if each[1] is None]:
            draft.report(row, unknown[0], faults.BACKSLASH.of(typed=line[unknown[0] :][:2]))
            draft.disguise(row, *unknown)


def _skip_brackets(draft: Draft, start: Start) -> int:
    row, column, parent = start
    rest = draft.lines[row + 1 : row + _WINDOW]
    # A line that can only be the next field, no deeper than `parent`, is in no bracket.
    inside = list(takewhile(lambda line: not begins_field(line, parent), rest))
    text = "\n".join([draft.lines[row], *inside])
    closed, at, hashes = _read_brackets(text, column)
    if not closed and len(inside) + 1 == _WINDOW:
        return len(draft.lines)

    def place(offset: int) -> tuple[int, int]:
        return row + text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1

    if not closed:
        left_open = text[at:].split("\n")[0]
        fault = faults.unclosed_bracket(left_open)
        if left_open[0] in _QUOTED:
            fault = faults.UNCLOSED_QUOTE.about(left_open[1:], quote=left_open[0])
        return skip_as_text(draft, start, fault, place(at))
    last, end = place(at)
    if not _is_ended(draft, start, last, end):
        return skip_as_text(draft, start, faults.TEXT_AFTER_BRACKET.about(text_at(draft, start)))
    for offset in takewhile(lambda _offset: not draft.is_full, hashes):
        begin = max(text.rfind(each, 0, offset) for each in "[{,:\n") + 1
        cut = text[begin:offset] + re.split(r"[,\]}\n]", text[offset : offset + _WINDOW])[0]
        draft.report(*place(offset), faults.CUT_BY_HASH.about(cut.strip()))
        draft.disguise(*place(offset))
    _mend_brackets(draft, start, last, end)
    return last + 1


def _read_brackets(text: str, start: int) -> tuple[bool, int, list[int]]:
    """Tell whether the bracket at `start` is closed; where, or what is left open; each lone `#`."""
    hashes: list[int] = []
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token.lastgroup == "quote":
            return False, token.start(), hashes
        if token.lastgroup == "hash":
            hashes.append(token.start())
        depth += _STEPS.get(token.lastgroup, 0)
        if not depth:
            return True, token.end(), hashes
    return False, start, hashes


def _mend_brackets(draft: Draft, start: Start, last: int, end: int) -> None:
    """Report what the library cannot read between brackets, and read an ellipsis there."""
    lines = [*draft.lines[start.row : last], draft.lines[last][:end]]
    typed = "\n".join(lines)
    mark, begin = _unread(typed, start.column)
    if mark is None:
        return
    fault = faults.UNFINISHED_BRACKETS.of()
    entry = _ENTRY.match(typed, begin)
    if entry and begin > start.column and mark.index < entry.end():
        text = " ".join(draft.undisguised(entry[0]).split())
        fault = faults.cut_in_brackets("", text, typed[mark.index])
    draft.report(start.row + mark.line, mark.column, fault)
    draft.replace(start.row, start.column, len(lines[0]), "…")
    for row in range(start.row + 1, last + 1):
        draft.drop(row)


def _unread(typed: str, begin: int) -> tuple[Any, int]:
    """Return where the library stops in brackets, or None, and where the entry there begins."""
    # The tree tells of too many levels, signs that begin no text, commas that cut one.
    opened: list[int] = []
    events: Iterator[Event] = yaml.parse(" " * begin + typed[begin:], Loader=LOADER)
    try:
        for event in events:
            here = event.start_mark.index
            if len(opened) > MAX_LEVELS:
                break
            if isinstance(event, yaml.CollectionStartEvent):
                opened.append(here)
            elif isinstance(event, yaml.CollectionEndEvent):
                begin = opened.pop()
            elif isinstance(event, yaml.NodeEvent):
                begin = here
    except yaml.MarkedYAMLError as error:
        is_told = re.search("parsing a flow|unexpected ':'", f"{error.context}: {error.problem}")
        return error.problem_mark if is_told else None, begin
    return None, begin


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
