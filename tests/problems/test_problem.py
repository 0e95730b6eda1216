"""How problems are ordered and told; each form for programs holds what the text says."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from newsletter.problems.problem import (
    Level,
    Position,
    Problem,
    format_problem,
    github_annotations,
    has_errors,
    in_order,
    json_lines,
    sarif,
    source_excerpt,
)


def problem(path: Path, line: int = 1, column: int = 1, level: Level = Level.ERROR) -> Problem:
    return Problem(path, Position(line, column), "what is wrong", "what to type", "rule", level)


def test_problems_come_by_place_and_each_once(tmp_path: Path) -> None:
    late, early = problem(tmp_path / "a", 9), problem(tmp_path / "a", 2)
    other = problem(tmp_path / "b")

    assert in_order([other, late, early, late]) == [early, late, other]


@pytest.mark.parametrize(
    ("level", "expected"), [(Level.ERROR, True), (Level.WARNING, False), (Level.ADVICE, False)]
)
def test_only_errors_are_errors(level: Level, expected: bool, tmp_path: Path) -> None:
    assert has_errors([problem(tmp_path, level=level)]) is expected


def test_a_problem_is_one_line_with_its_place_and_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    told = format_problem(problem(tmp_path / "issues/mai.yaml", 12, 7))

    assert told == "issues/mai.yaml:12:7: error: what is wrong (what to type) [rule]"


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("title: été", 8, "    title: été\n           ^"),
        ("\ttitle", 2, "     title\n     ^"),
        ("日本: x", 5, "    日本: x\n          ^"),
        ("\ufefftitle", 1, "    title\n    ^"),
        ("x" * 200, 150, "    " + "x" * 100 + "\n    " + " " * 59 + "^"),
    ],
)
def test_the_caret_stands_under_the_column(
    line: str, column: int, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "mai.yaml"
    path.write_text(line, encoding="utf-8")

    assert source_excerpt(problem(path, 1, column)) == expected


def test_there_is_no_excerpt_of_what_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "mai.yaml"
    assert source_excerpt(problem(path)) == ""
    path.write_text("une ligne")

    assert source_excerpt(problem(path, 2)) == ""


SCHEMA = Path(__file__).parents[1] / "data/sarif-schema-2.1.0.json"
PROBLEMS = [
    Problem(Path("issues/é té.yaml"), Position(3, 7), "le « a: b »,\n100 %", "b", "yaml-quotes"),
    Problem(Path("issues/mai.yaml"), Position(1, 1), "un avis", "", "twins", Level.ADVICE),
]


@pytest.fixture(name="log")
def read_log() -> Any:
    return json.loads(sarif(PROBLEMS, {"twins": "Des mots jumeaux.\n\nPourquoi."}))


def test_json_is_one_object_a_line() -> None:
    first, second = (json.loads(line) for line in json_lines(PROBLEMS))

    assert first == {
        "path": "issues/é té.yaml",
        "line": 3,
        "column": 7,
        "level": "error",
        "rule": "yaml-quotes",
        "message": "le « a: b »,\n100 %",
        "hint": "b",
    }
    assert second["level"] == "advice"


def test_an_annotation_holds_its_place_and_encodes_what_would_end_it() -> None:
    first, second = github_annotations(PROBLEMS)

    assert first == (
        "::error file=issues/é té.yaml,line=3,col=7,title=yaml-quotes::le « a: b »,%0A100 %25 (b)"
    )
    assert second.startswith("::notice file=issues/mai.yaml,line=1,col=1,title=twins::un avis")


def test_a_path_with_a_comma_does_not_end_its_property() -> None:
    (line,) = github_annotations([Problem(Path("a,b:c.yaml"), Position(1, 1), "x", "", "twins")])

    assert "file=a%2Cb%3Ac.yaml," in line


def test_the_log_is_valid_sarif(log: Any) -> None:
    schema = json.loads(SCHEMA.read_text())

    Draft202012Validator(schema).validate(log)


def test_each_result_names_its_rule_and_place(log: Any) -> None:
    (run,) = log["runs"]
    result = run["results"][1]

    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    place = result["locations"][0]["physicalLocation"]
    assert rule["id"] == result["ruleId"] == "twins"
    assert rule["shortDescription"]["text"] == "Des mots jumeaux."
    assert result["level"] == "note"
    assert place["region"] == {"startLine": 1, "startColumn": 1}


def test_a_path_in_sarif_is_an_address(log: Any) -> None:
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]

    assert place["artifactLocation"]["uri"] == "issues/%C3%A9%20t%C3%A9.yaml"


def test_an_empty_log_is_valid_too() -> None:
    log = json.loads(sarif([], {}))

    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(log)
