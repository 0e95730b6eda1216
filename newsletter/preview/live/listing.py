"""The list of issues as it can be told at a glance: files are searched, not parsed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from newsletter.content.folder import day_of, is_release
from newsletter.source.decoding import decode

_READ_BYTES = 4096  # the head of a file has its title and date
_TITLE = re.compile(r"^(?:title|headline):[ \t]*(?P<title>[^\s>|&*{\[].*?)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class ListedIssue:
    """An issue of the list; its title as typed, else its name."""

    name: str
    path: Path
    title: str
    day: date | None
    is_release: bool


def listed(issues: Mapping[str, Path]) -> tuple[ListedIssue, ...]:
    """Return the issues, the newest first; those without a date before all others."""
    rows = sorted(_rows(issues), key=lambda row: row.name)
    return tuple(sorted(rows, key=lambda row: row.day or date.max, reverse=True))


def _rows(issues: Mapping[str, Path]) -> Iterator[ListedIssue]:
    for name, path in issues.items():
        text = _head(path)
        title = _TITLE.search(text)
        yield ListedIssue(
            name=name,
            path=path,
            title=_unquoted(title["title"]) if title else name,
            day=day_of(text),
            is_release=is_release(text),
        )


def _unquoted(typed: str) -> str:
    return typed[1:-1] if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "\"'" else typed


def _head(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(_READ_BYTES)
    except OSError:
        return ""
    # Up to a whole line: half a letter at the end would be taken for another encoding.
    whole = head if len(head) < _READ_BYTES else head.rpartition(b"\n")[0]
    return decode(whole or head).text or ""
