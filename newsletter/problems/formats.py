"""Problems for programs: JSON lines, GitHub's annotations, SARIF."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from newsletter.problems.problem import Level, Problem, shown_path

SARIF_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "note"}
GITHUB_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "notice"}


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
        yield f"::{GITHUB_LEVELS[problem.level]} {properties}::{_encoded(problem.in_words)}"


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
    said = {"ruleId": problem.rule, "ruleIndex": rule_index, "level": SARIF_LEVELS[problem.level]}
    said |= {"message": {"text": problem.in_words}, "locations": [{"physicalLocation": place}]}
    return said


def _posix(path: Path) -> str:
    return Path(shown_path(path)).as_posix()
