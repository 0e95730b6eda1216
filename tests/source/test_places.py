"""Where values stand, and texts with the writer's own line breaks."""

import copy
import pickle
from pathlib import Path

import pytest
import yaml

from newsletter.problems.problem import Position
from newsletter.source import YamlText, parse_source, tree

PATH = Path("issues/2026-09.yaml")

TEXT = """\
kind: newsletter
lead: ~
items:
  - ~
  - kind: links
    links:
      - title: Un
        url: https://numeum.fr
      - {title: Deux, url: https://x.y}
  - body: |
      Un mot, puis
      un autre mot.

      L'IA  et les
      gens.
quote: 'L''IA dit "oui"'
said: "L'IA dit \\"oui\\""
"""


@pytest.fixture
def source():
    return parse_source(TEXT, PATH)


@pytest.mark.parametrize(
    ("loc", "value", "key"),
    [
        ((), (1, 1), (1, 1)),
        (("kind",), (1, 7), (1, 1)),
        (("lead",), (2, 7), (2, 1)),
        (("items",), (4, 3), (3, 1)),
        (("items", 0), (5, 5), (5, 5)),
        (("items", 0, "links", "links", 0, "url"), (8, 14), (8, 9)),
        (("items", 0, "links", 1), (9, 9), (9, 9)),
        (("items", 0, "links", 1, "title"), (9, 17), (9, 10)),
        (("items", 1, "body"), (10, 11), (10, 5)),
    ],
)
def test_a_value_and_its_key_have_their_place(source, loc, value, key):
    assert source.position(loc) == value
    assert source.position(loc, key=True) == key


@pytest.mark.parametrize(
    ("loc", "place"),
    [
        (("items", 1, "text", "title"), (10, 5)),
        (("items", 7), (4, 3)),
        (("items", -1), (4, 3)),
        (("items", "0"), (4, 3)),
        (("kind", "str"), (1, 7)),
        ((0, "kind"), (1, 7)),
        (("function-after[check()]", "kind"), (1, 7)),
    ],
)
def test_what_a_file_does_not_have_is_skipped_on_the_way(source, loc, place):
    assert source.position(loc) == place


@pytest.mark.parametrize(
    ("loc", "snippet", "occurrence", "place"),
    [
        (("items", 1, "body"), "mot", 0, (11, 10)),
        (("items", 1, "body"), "mot", 1, (12, 16)),
        (("items", 1, "body"), "mot", 2, (10, 11)),
        (("items", 1, "body"), "puis un autre", 0, (11, 15)),
        (("items", 1, "body"), "L'IA et les gens", 0, (14, 7)),
        (("items", 1, "body"), "newsletter", 0, (10, 11)),
        (("items", 1, "body"), " ", 0, (10, 11)),
        (("quote",), "L'IA", 0, (16, 9)),
        (("said",), 'dit "oui"', 0, (17, 13)),
        ((), "Deux", 0, (9, 17)),
    ],
)
def test_a_snippet_is_found_in_its_value(source, loc, snippet, occurrence, place):
    assert source.find(loc, snippet, occurrence) == place


def test_texts_come_in_the_order_of_the_file_with_their_way(source):
    assert [loc for loc, _ in source.texts()] == [
        ("kind",),
        ("items", 0, "kind"),
        ("items", 0, "links", 0, "title"),
        ("items", 0, "links", 0, "url"),
        ("items", 0, "links", 1, "title"),
        ("items", 0, "links", 1, "url"),
        ("items", 1, "body"),
        ("quote",),
        ("said",),
    ]
    assert all(isinstance(text, YamlText) for _, text in source.texts())


def test_a_source_without_tree_has_only_a_beginning():
    assert parse_source("", PATH).position(("a",), key=True) == Position(1, 1)


PARAGRAPHS = "Un\ndeux.\n\n- a\n  - b\n\nFin"


@pytest.mark.parametrize(
    "typed",
    [
        "|\n  Un\n  deux.\n\n  - a\n    - b\n\n  Fin\n",
        ">\n  Un\n  deux.\n\n  - a\n    - b\n\n  Fin\n",
        ">-\n  Un\n  deux.\n\n  - a\n    - b\n\n  Fin\n\n",
        "Un\n  deux.\n\n  - a\n    - b\n\n  Fin\n",
        "\n  Un\n  deux.\n\n  - a\n    - b\n\n  Fin\n",
        "'Un\n  deux.\n\n  - a\n    - b\n\n  Fin'\n",
        '"Un\n  deux.\n\n  - a\n    - b\n\n  Fin"\n',
        '"Un\n  deux.\n\n  - a\n    - b\n\n  Fin\n  "\n',
        "\n  'Un\n  deux.\n\n  - a\n    - b\n\n  Fin'\n",
    ],
)
@pytest.mark.parametrize("after", ["", "b: c\n"])
def test_paragraphs_and_lists_stay_whatever_the_quotes(typed, after):
    source = parse_source(f"a: {typed}{after}", PATH)

    assert source.problems == ()
    assert source.value["a"].paragraphs == PARAGRAPHS


@pytest.mark.parametrize(
    ("typed", "folded", "paragraphs"),
    [
        (
            "55 avenue Bosquet\n  75007 Paris",
            "55 avenue Bosquet 75007 Paris",
            "55 avenue Bosquet\n75007 Paris",
        ),
        ("'L''IA\n\n  ici'", "L'IA\nici", "L'IA\n\nici"),
        ('"un\\tdeux\n\n  trois"', "un\tdeux\ntrois", "un\tdeux\n\ntrois"),
        ('"\n  un\n  deux"', " un deux", "un\ndeux"),
        ("|\n  un\n\n", "un", "un"),
        ("|+\n  un\n\n", "un", "un"),
        ("un", "un", "un"),
        ("un  # note", "un", "un"),
        (">\n", "", ""),
    ],
)
def test_the_writers_line_breaks_are_kept_beside_the_folded_text(typed, folded, paragraphs):
    source = parse_source(f"a: {typed}", PATH)

    assert source.problems == ()
    assert source.value["a"] == folded
    assert source.value["a"].paragraphs == paragraphs


def test_a_text_keeps_its_paragraphs_when_copied():
    text = YamlText("un deux", "un\n\ndeux")

    assert copy.deepcopy(text).paragraphs == "un\n\ndeux"
    assert pickle.loads(pickle.dumps(text)).paragraphs == "un\n\ndeux"  # noqa: S301 - our own
    assert YamlText("un").paragraphs == "un"


def test_a_system_without_libyaml_reads_the_same(monkeypatch, source):
    monkeypatch.setattr(tree, "LOADER", yaml.SafeLoader)

    same = parse_source(TEXT, PATH)

    assert same == source
    assert same.position(("items", 1, "body")) == source.position(("items", 1, "body"))


@pytest.mark.parametrize(
    "typed",
    [
        "a: {b: L'IA : oui}",
        'a: {b: "' + "\n" * 1200,
        "a: x\n- b",
        'a: ["\\d"]',
        "a: [@b]",
        "{a: b}\n{c: d}",
    ],
)
def test_a_system_without_libyaml_blames_the_same_line(monkeypatch, typed):
    expected = parse_source(typed, PATH).problems
    monkeypatch.setattr(tree, "LOADER", yaml.SafeLoader)

    problems = parse_source(typed, PATH).problems

    assert [(each.position.line, each.rule) for each in problems] == [
        (each.position.line, each.rule) for each in expected
    ]


@pytest.mark.parametrize("name", ["Bretagne", "MEDEF", "Île-de-France", "Association amie"])
def test_a_name_with_a_capital_letter_may_follow_a_long_text(name: str) -> None:
    before = "boilerplates:\n  a:\n    text: |\n      Un texte.\n"
    text = f"{before}  {name}:\n    title: B\nlanguage: fr\n"

    source = parse_source(text, Path("newsletter.yaml"))

    assert source.problems == ()
    assert isinstance(source.value, dict)
    assert list(source.value["boilerplates"]) == ["a", name]
