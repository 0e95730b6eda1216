"""The JSON Schema: what an editor tells a writer agrees with what the program tells."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from newsletter.commands.new import schema_text
from newsletter.content.schema import issue_schema
from newsletter.source import parse_source, read_source
from tests.conftest import HEAD

ROOT = Path(__file__).parents[2]
FILES = [
    *(ROOT / "issues").glob("*.yaml"),
    *(ROOT / "newsletter/starter").glob("newsletter.*.yaml"),
]


def as_an_editor_reads(value: Any) -> Any:
    """Return a file's values as YAML 1.2's core schema types them."""
    if isinstance(value, dict):
        return {key: as_an_editor_reads(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_an_editor_reads(each) for each in value]
    if value in {"true", "false"}:
        return value == "true"
    return int(value) if value.isdecimal() else str(value)


@pytest.fixture(name="validator", scope="module")
def make_validator() -> Draft202012Validator:
    schema = issue_schema("fr")
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_samples_and_starters_agree_with_the_schema(
    path: Path, validator: Draft202012Validator
) -> None:
    value = as_an_editor_reads(read_source(path).value)

    assert [error.message for error in validator.iter_errors(value)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"titre": "x"},
        {"subject": ["x"]},
        {"language": "de"},
        {"for": "Bretagne"},
        {"for": {"delegation": []}},
        {"items": [{"kind": "text", "body": "d", "not_for": {}}]},
        {"items": [{"kind": "artcle", "title": "x", "body": "y"}]},
        {"items": [{"kind": "article", "title": "x"}]},
        {"items": [{"kind": "picture", "file": "a.png", "decorative": "peut-être"}]},
    ],
)
def test_the_schema_refuses_what_the_program_refuses(
    change: dict[str, Any], validator: Draft202012Validator
) -> None:
    issue = {"kind": "newsletter", "subject": "a", "preheader": "b", "title": "c"}
    issue |= {"date": "2025-01-06", "items": [{"kind": "text", "body": "d"}]}
    assert validator.is_valid(issue)

    assert not validator.is_valid(issue | change)


@pytest.mark.parametrize(
    "written", ["decorative: oui", "decorative: yes", "decorative: true", "decorative: faux"]
)
def test_the_schema_takes_yes_and_no_as_the_program_does(
    written: str, validator: Draft202012Validator
) -> None:
    text = f"items:\n  - kind: picture\n    file: a.png\n    alt: x\n    {written}\n"
    items = as_an_editor_reads(parse_source(HEAD + text, Path("a.yaml")).value)

    assert [error.message for error in validator.iter_errors(items)] == []


def test_the_schema_takes_the_number_of_a_section_s_colour(
    validator: Draft202012Validator,
) -> None:
    text = "sections:\n  - title: A\n    colour: 2\n    items:\n      - {kind: text, body: b}\n"
    issue = as_an_editor_reads(parse_source(HEAD + text, Path("a.yaml")).value)

    assert [error.message for error in validator.iter_errors(issue)] == []


def test_every_field_is_described_in_french() -> None:
    english = json.loads(schema_text("en"))
    french = json.loads(schema_text("fr"))

    for part, definition in english["$defs"].items():
        for name, field in definition["properties"].items():
            described = french["$defs"][part]["properties"][name]["description"]
            assert described
            assert described != field["description"], (part, name)


def test_the_schema_beside_the_issues_is_the_program_s() -> None:
    assert (ROOT / "issues/.schema.json").read_text() == f"{schema_text('fr')}\n"


def test_an_editor_is_given_nothing_to_type_in_a_field_that_is_left_out() -> None:
    text = schema_text("en")

    assert '"default":' not in text
    assert '"null"' not in text
