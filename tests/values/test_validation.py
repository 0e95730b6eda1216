"""What a file says becomes a model, or all that is wrong with it is told, each at its place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given as those
from hypothesis import strategies as st

from newsletter.problems.problem import Problem
from newsletter.source import parse_source
from newsletter.values.model import Model, fields_of, given, needed, optional, replaced
from newsletter.values.reading import ReadingContext, Several, after_here, refusal
from newsletter.values.types import Colour, Text, YesNo, named_by_text
from newsletter.values.validation import read_model

CONTEXT = ReadingContext(Path("/nowhere"), Path("/nowhere"), ZoneInfo("Europe/Paris"))


class Person(Model):
    name: Text = needed("Name")
    role: Text | None = optional("Job")


class Table(Model):
    kind: Literal["table"] = needed("A table")
    rows: Several[Text] = needed("Rows")


class Film(Model):
    kind: Literal["film"] = needed("A film")
    loud: YesNo = optional("Whether it is heard", False)


def _is_no_namesake(title: str, here) -> str:
    if any(each.name == title for each in here.beside.get("people", ())):
        raise refusal("title", "the title is somebody's name", "write another", snippet=title)
    return title


class Letter(Model):
    id: str = given()
    people: Several[Annotated[Person, named_by_text("name")]] = needed("Who")
    title: Annotated[Text, after_here(_is_no_namesake)] = needed("Title")
    items: tuple[Table | Film, ...] = optional("Items", ())
    by_name: Mapping[Text, Person] = optional("People by name", {})
    colours: tuple[Literal["brand"] | Colour, ...] = optional("Colours", ())
    for_: Text | None = optional("For whom", key="for")


def read(text: str) -> tuple[Letter | None, list[Problem]]:
    source = parse_source(text, Path("letter.yaml"))
    letter, problems, _ = read_model(Letter, source, context=CONTEXT, given={"id": "letter"})
    return None if problems else letter, problems


def test_a_file_becomes_a_model_and_what_it_leaves_out_is_as_the_model_says() -> None:
    letter, problems = read(
        "people: [Zoé]\ntitle: Un titre\nfor: tous\ncolours: [brand, '#AABBCC']\n"
        "items: [{kind: film}, {kind: table, rows: [a, b]}]\nby_name: {z: {name: Zoé, role: Dg}}\n"
    )

    assert problems == []
    assert letter == Letter(
        id="letter",
        people=(Person(name="Zoé"),),
        title="Un titre",
        items=(Film(kind="film", loud=False), Table(kind="table", rows=("a", "b"))),
        by_name={"z": Person(name="Zoé", role="Dg")},
        colours=("brand", "#aabbcc"),
        for_="tous",
    )


FAULTS = {
    "title: a\n": [(1, 1, "missing-key")],
    "people: [a]\ntitel: b\n": [(2, 1, "unknown-key")],  # and not that the title is missing too
    "people: [a]\ntitle: b\nid: c\n": [(3, 1, "unknown-key")],  # which the program alone gives
    "people: a\ntitle: [b]\n": [(1, 9, "shape"), (2, 8, "shape")],
    "people: []\ntitle: b\n": [(1, 9, "empty")],
    "people: [{name: a, job: b}, {role: c}]\ntitle: d\n": [
        (1, 20, "unknown-key"),
        (1, 29, "missing-key"),
    ],
    "people: [Zoé]\ntitle: Zoé\n": [(2, 8, "title")],
    "people: [a]\ntitle: b\nitems: [{kind: poem}, {rows: [c]}, d]\n": [
        (3, 16, "unknown-kind"),
        (3, 23, "missing-key"),
        (3, 36, "shape"),
    ],
    "people: [a]\ntitle: b\nitems: [{kind: [film]}]\n": [(3, 16, "shape")],
    "people: [a]\ntitle: b\nitems: [{kind: flim, loud: so, x: y}]\n": [  # read as a film
        (3, 16, "unknown-kind"),
        (3, 32, "unknown-key"),
        (3, 28, "yes-no"),
    ],
    "people: [a]\ntitle: b\nitems: [{Kind: film, loud: yes}, {kind: , rows: [a]}]\n": [
        (3, 10, "unknown-key"),  # and not that a kind is missing
        (3, 34, "empty"),
    ],
    "people: [a]\ntitle: b\nby_name: c\ncolours: [red]\n": [
        (3, 10, "shape"),
        (4, 11, "colour"),
    ],
}


@pytest.mark.parametrize("text", FAULTS)
def test_all_that_is_wrong_is_told_at_once_each_at_its_place(text: str) -> None:
    letter, problems = read(text)

    assert letter is None
    found = [(each.position.line, each.position.column, each.rule) for each in problems]
    assert found == FAULTS[text]


WORDS = st.sampled_from([*fields_of(Letter), "for", "titre", "kind", "film", "table", "rows", "é"])
VALUES = st.recursive(
    WORDS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(WORDS, inside, max_size=4),
    max_leaves=12,
)


@those(said=st.dictionaries(WORDS, VALUES, max_size=6))
def test_whatever_a_file_says_becomes_a_model_or_is_told(said: dict[str, object]) -> None:
    letter, problems = read(yaml.safe_dump(said, allow_unicode=True))

    assert (letter is None) == bool(problems)


def test_a_model_is_a_frozen_value() -> None:
    zoe = Person(name="Zoé")

    assert replaced(zoe, role="Dg") == Person(name="Zoé", role="Dg") != zoe
    assert repr(zoe) == "Person(name='Zoé', role=None)"
    assert {zoe, Person(name="Zoé")} == {zoe}
    with pytest.raises(AttributeError, match="frozen"):
        zoe.name = "Zoë"  # type: ignore[misc]
    with pytest.raises(TypeError, match="no field job"):
        replaced(zoe, job="Dg")
    with pytest.raises(TypeError, match="needs its field name"):
        Person()  # type: ignore[call-arg]


def test_of_two_keys_that_are_one_the_second_is_told() -> None:
    letter, [problem] = read(
        'people: [a]\ntitle: b\nby_name: {"c  d": {name: e}, c d: {name: f}}\n'
    )

    assert letter is None
    assert (problem.position.column, problem.rule) == (30, "duplicate-key")
