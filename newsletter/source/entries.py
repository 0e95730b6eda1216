"""What stands between the commas of brackets, and the texts that a comma or colon would cut."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from newsletter.source.brackets import TOKEN
from newsletter.source.lines import GLUED, is_plausible


class CutText(NamedTuple):
    """A text between brackets that only quotes would keep whole, by its offsets.

    `key` is "" where it has none; `sign` is the offset of what cuts it. Nothing between `start` and
    `end`: the text lacks only the space after the colon of its key.
    """

    key: str
    start: int
    end: int
    sign: int


@dataclass
class _Entry:
    comma: int  # the sign before it
    start: int = -1
    end: int = -1
    colon: int = -1
    value: int = -1
    sign: int = -1  # the first that no text without quotes may have
    is_whole: bool = False  # nothing may follow a bracket or quote that is closed

    def add(self, start: int, end: int, *, is_whole: bool = False) -> None:
        if self.is_whole:
            self.add_sign(start)
        if self.start < 0:
            self.start = start
        if self.colon >= 0 and self.value < 0:
            self.value = start
        self.end, self.is_whole = end, is_whole

    def add_sign(self, start: int) -> None:
        self.sign = start if self.sign < 0 else self.sign

    @property
    def is_text_begun(self) -> bool:
        return self.value >= 0 or (self.start >= 0 > self.colon)


def cut_texts(typed: str, column: int) -> list[CutText]:
    """Return the texts that would be cut between the brackets that `typed` has at `column`.

    `{alt: A lock, the Marne}` has one, and so has `{alt: A lock : the Marne}`.
    """
    reader = _Reader(typed)
    for token in TOKEN.finditer(typed, column):
        if not token[0].isspace() and token.lastgroup != "comment":
            reader.add(token)
        if not reader.is_open:
            break
    found: list[CutText] = []
    for each in sorted(reader.found, key=lambda each: each.start):
        if not found or each.start >= found[-1].end:
            found.append(each)
    return found


class _Reader:
    def __init__(self, typed: str) -> None:
        self.found: list[CutText] = []
        self._typed = typed
        self._groups = [[_Entry(0)]]
        self._brackets_in_text = 0

    @property
    def is_open(self) -> bool:
        return len(self._groups) > 1

    def add(self, token: re.Match[str]) -> None:
        kind, sign, start, end = token.lastgroup, token[0], token.start(), token.end()
        entry = self._groups[-1][-1]
        if self._brackets_in_text or (kind == "opening" and entry.is_text_begun and self.is_open):
            self._brackets_in_text += (kind == "opening") - (kind == "closing")
            entry.add_sign(start)
            entry.add(start, end)
        elif kind == "opening":
            entry.add(start, end)
            self._groups.append([_Entry(start)])
        elif kind == "closing":
            self._close(end)
        elif sign == ",":
            self._groups[-1].append(_Entry(start))
        elif sign == ":" and entry.colon < 0:
            entry.colon, entry.is_whole = start, False
        else:
            if sign == ":":
                entry.add_sign(start)
            entry.add(start, end, is_whole=kind == "quoted")

    def _close(self, end: int) -> None:
        entries = self._groups.pop()
        if self._typed[end - 1] == "}":
            self.found += _joined(self._typed, entries, end)
        else:
            self.found += [_cut(self._typed, [each]) for each in entries if each.sign >= 0]
            self.found += [
                CutText("", each.start, each.end, each.colon)
                for each in entries
                if 0 <= each.start < each.colon and not self._is_key(each)
            ]
        self._groups[-1][-1].add(end - 1, end, is_whole=True)

    def _is_key(self, entry: _Entry) -> bool:
        key = self._typed[entry.start : entry.colon].strip()
        return is_plausible(key) and (" " not in key or key[0] in "\"'")


def _joined(typed: str, entries: Sequence[_Entry], end: int) -> Iterator[CutText]:
    """Yield the texts of a group; what has no colon belongs to the text before it, if any has."""
    opening = entries[0].comma
    if typed[:opening].rstrip().endswith("for:"):
        return  # a list without brackets: newsletter.values.audiences says so
    if not any(each.colon >= 0 or GLUED.match(typed, each.start) for each in entries):
        if entries[0].start >= 0:
            yield CutText("", opening, end, opening)
        return
    run: list[_Entry] = []
    for entry in (*entries, None):
        is_bare = entry is not None and entry.colon < 0 <= entry.start
        glued = GLUED.match(typed, entry.start) if entry and is_bare else None
        if entry and run and is_bare and not glued:
            run.append(entry)
            continue
        if run and (len(run) > 1 or run[0].sign >= 0 or run[0].colon < 0):
            yield _cut(typed, run)
        if glued:
            yield CutText(glued["key"], glued.end(), glued.end(), glued.end() - 1)
        run = [entry] if entry and entry.start >= 0 and not glued else []


def _cut(typed: str, run: Sequence[_Entry]) -> CutText:
    first = run[0]
    values = [first.value, *(each.start for each in run[1:])] if first.colon >= 0 else []
    start = next((each for each in values if each >= 0), -1)
    has_key = start >= 0
    start = start if has_key else first.start
    sign = run[1].comma if len(run) > 1 else first.start
    key = typed[first.start : first.colon].strip() if has_key else ""
    return CutText(key, start, run[-1].end, first.sign if first.sign >= 0 else sign)
