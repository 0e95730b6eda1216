"""Problems: what a person can fix in a file, with its place; as text and for programs."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import quote

from newsletter.i18n import _, counted


class Position(NamedTuple):
    """A place in a text file; line and column count from 1, in characters."""

    line: int
    column: int

    @classmethod
    def at(cls, text: str, offset: int) -> Self:
        """Return the place of the character of `text` at `offset`, from 0."""
        return cls(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))

    def in_file(self, name: str) -> str:
        """Return "issues/mai.yaml:12:7", which terminals and editors open at this place."""
        return f"{name}:{self.line}:{self.column}"


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

    @property
    def in_words(self) -> str:
        """Its message, and in brackets the hint."""
        return f"{self.message} ({self.hint})" if self.hint else self.message


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, by which rule, and the next thing to type; whoever finds it knows where."""

    rule: str
    message: str
    hint: str

    def at(self, path: Path, position: Position, level: Level = Level.ERROR) -> Problem:
        """Return the problem that it is at a place of a file."""
        return Problem(path, position, self.message, self.hint, self.rule, level)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return `problems` by file and place, each said once."""
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda each: (str(each.path), each.position, each.rule))


def fails(problems: Iterable[Problem], *, strict: bool) -> bool:
    """Tell whether `problems` forbid to go on: advice never does, warnings when `strict`."""
    counting = {Level.ERROR, Level.WARNING} if strict else {Level.ERROR}
    return any(problem.level in counting for problem in problems)


def in_numbers(problems: Sequence[Problem]) -> str:
    """Return "1 error, 2 warnings", or that there is none."""
    levels = Counter(problem.level for problem in problems)
    words = {
        Level.ERROR: counted("{count} error", "{count} errors", levels[Level.ERROR]),
        Level.WARNING: counted("{count} warning", "{count} warnings", levels[Level.WARNING]),
        Level.ADVICE: counted("{count} suggestion", "{count} suggestions", levels[Level.ADVICE]),
    }
    said = [words[level].format(count=levels[level]) for level in Level if levels[level]]
    return ", ".join(said) or _("no problems")


def has_errors(problems: Iterable[Problem]) -> bool:
    """Tell whether one of `problems` is an error."""
    return any(problem.level is Level.ERROR for problem in problems)


def shown_path(path: Path) -> str:
    """Return `path` as a person would type it here: relative to the current folder if below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def format_problem(problem: Problem) -> str:
    """Return "issues/mai.yaml:12:7: error: … (…) [rule-id]"."""
    return _("{place}: {level}: {message} [{rule}]").format(
        place=problem.position.in_file(shown_path(problem.path)),
        level=level_word(problem.level),
        message=problem.in_words,
        rule=problem.rule,
    )


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
    return f"    {line[first : first + 100]}\n    {' ' * columns(before)}^"


def columns(text: str) -> int:
    """Return how many columns of a line `text` takes: combining marks none, ideographs two."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(bool(unicodedata.combining(letter)) for letter in text)


def level_word(level: Level) -> str:
    """Return the word for a level in the user's language."""
    names = {Level.ERROR: _("error"), Level.WARNING: _("warning"), Level.ADVICE: _("suggestion")}
    return names[level]


_SARIF_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "note"}
_GITHUB_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "notice"}


def json_lines(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield a JSON object for each problem, on a line of its own."""
    for problem in problems:
        said = {"path": _posix(problem.path), **problem.position._asdict()}
        said |= {"level": problem.level.value, "rule": problem.rule}
        said |= {"message": problem.message, "hint": problem.hint}
        yield json.dumps(said, ensure_ascii=False)


def github_annotations(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield a workflow command for each problem, which GitHub shows beside its line."""
    # docs.github.com/actions, "Workflow commands": what is to be encoded.
    for problem in problems:
        line, column = problem.position
        place = {"file": _posix(problem.path), "line": line, "col": column, "title": problem.rule}
        properties = ",".join(f"{key}={_encoded(str(each), ':,')}" for key, each in place.items())
        yield f"::{_GITHUB_LEVELS[problem.level]} {properties}::{_encoded(problem.in_words)}"


def _encoded(text: str, more: str = "") -> str:
    return "".join(f"%{ord(sign):02X}" if sign in f"%\r\n{more}" else sign for sign in text)


def sarif(problems: Sequence[Problem], manuals: Mapping[str, str]) -> str:
    """Return the problems as a SARIF 2.1.0 log; `manuals` are the rules' manual pages by id."""
    ids = sorted({*manuals, *(problem.rule for problem in problems)})
    driver = {"name": "newsletter", "rules": [_sarif_rule(each, manuals) for each in ids]}
    results = [_sarif_result(problem, ids.index(problem.rule)) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    log = {"$schema": schema, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _sarif_rule(name: str, manuals: Mapping[str, str]) -> dict[str, object]:
    if not (manual := manuals.get(name)):
        return {"id": name}
    first_line = {"text": manual.splitlines()[0]}
    return {"id": name, "shortDescription": first_line, "help": {"text": manual}}


def _sarif_result(problem: Problem, rule_index: int) -> dict[str, object]:
    line, column = problem.position
    region = {"startLine": line, "startColumn": column}
    place = {"artifactLocation": {"uri": quote(_posix(problem.path))}, "region": region}
    said = {"ruleId": problem.rule, "ruleIndex": rule_index, "level": _SARIF_LEVELS[problem.level]}
    said |= {"message": {"text": problem.in_words}, "locations": [{"physicalLocation": place}]}
    return said


def _posix(path: Path) -> str:
    return Path(shown_path(path)).as_posix()
