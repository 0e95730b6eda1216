"""Problems: what a person can mend in a file, with its place."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from newsletter.i18n import _


class Position(NamedTuple):
    """A place in a text file; line and column count from 1, in characters."""

    line: int
    column: int


class Level(StrEnum):
    """How much a problem matters: an error stops a build, a warning only under `--strict`."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place of a file, and the next thing to type."""

    path: Path
    position: Position
    message: str
    hint: str
    rule: str
    level: Level = Level.ERROR


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return `problems` by file and place, each said once."""
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda each: (str(each.path), each.position, each.rule))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Tell whether one of `problems` is an error."""
    return any(problem.level is Level.ERROR for problem in problems)


def shown_path(path: Path) -> str:
    """Return `path` as a person would type it here: relative to the current folder if below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def format_problem(problem: Problem) -> str:
    """Return "issues/mai.yaml:12:7: error: … (…) [rule-id]"."""
    place = f"{shown_path(problem.path)}:{problem.position.line}:{problem.position.column}"
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{place}: {_level(problem.level)}: {problem.message}{hint} [{problem.rule}]"


def source_excerpt(problem: Problem) -> str:
    """Return the problem's line of the file with a caret under its column, or ""."""
    try:
        lines = problem.path.read_bytes().decode("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    if not 0 < problem.position.line <= len(lines):
        return ""
    # A tab is one column of ours and up to eight of a terminal's.
    line = lines[problem.position.line - 1].replace("\t", " ").removeprefix("\ufeff")
    first = max(0, problem.position.column - 60)
    before = line[first : problem.position.column - 1]
    return f"    {line[first : first + 100]}\n    {' ' * _columns(before)}^"


def _columns(text: str) -> int:
    """Return how many columns of a terminal `text` takes: combining marks none, ideographs two."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(bool(unicodedata.combining(letter)) for letter in text)


def _level(level: Level) -> str:
    names = {
        Level.ERROR: _("error"),
        Level.WARNING: _("warning"),
        Level.ADVICE: _("advice"),
    }
    return names[level]
