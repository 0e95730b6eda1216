"""Problems for programs: each form holds what the text says."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from newsletter.problems.formats import github_annotations, json_lines, sarif
from newsletter.problems.problem import Level, Position, Problem

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
