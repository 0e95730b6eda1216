"""Which mails an issue makes: one for each set of parts that some recipients do not see."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.checks.checking import problems_of
from newsletter.content.loading import load_issue
from newsletter.problems.problem import Problem
from newsletter.rendering.document import MAX_VARIANTS, Variants
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from tests.checks.conftest import HEAD

START = HEAD + "  - kind: text\n    body: Pour tous les lecteurs.\n"
SIX = ("Bretagne", "Grand Est", "Normandie", "Occitanie", "Corse", "Centre")
MANY = tuple(f"valeur {number}" for number in range(12))
Make = Callable[[str], Variants]


@pytest.fixture(name="settings")
def with_audiences(workspace: Path) -> Settings:
    path = workspace / "newsletter.yaml"
    text = path.read_text("utf-8")
    columns = "  columns:\n"
    assert columns in text
    keys = "".join(f"    {key}: {key}\n" for key in ("delegation", "a", "b", "c"))
    text = text.replace(columns, columns + keys)
    said = f"\naudiences:\n  delegation: [{', '.join(SIX)}]\n"
    said += "".join(f"  {key}: [{', '.join(MANY)}]\n" for key in "abc")
    path.write_text(text + said, "utf-8")
    settings = load_settings(workspace).settings
    assert settings is not None
    return settings


@pytest.fixture(name="variants")
def make_variants(write_issue: Callable[[str | bytes], Path], settings: Settings) -> Make:
    def make(text: str) -> Variants:
        loaded = load_issue(write_issue(text), settings)
        assert loaded.issue is not None, loaded.problems
        return Variants(loaded.issue, settings)

    return make


@pytest.fixture(name="found")
def find_problems(
    write_issue: Callable[[str | bytes], Path], settings: Settings
) -> Callable[[str, str], list[Problem]]:
    def find(rule: str, text: str) -> list[Problem]:
        problems = problems_of(write_issue(text), settings)
        return [each for each in problems if each.rule == rule]

    return find


def item(condition: str, body: str) -> str:
    return f"  - kind: text\n    {condition}\n    title: Un titre\n    body: {body}\n"


def test_six_items_of_22_kb_each_for_another_delegation_are_not_clipped(found, variants) -> None:
    long = "Beaucoup de mots. " * 1_200
    text = START + "".join(item(f"for: {{delegation: [{name}]}}", long) for name in SIX)

    problems = found("gmail-clipping", text)

    weights = [len(each.html.encode()) // 1000 for each in variants(text).documents()]
    assert problems == []
    assert sorted(weights)[1:] == [sorted(weights)[1]] * 6
    assert 25 <= max(weights) <= 35


def test_what_concerns_some_readers_says_which(found) -> None:
    text = START + item("for: {delegation: [Bretagne]}", "Lisez [ici](https://a.fr/x).")

    (problem,) = found("vague-link", text)

    assert problem.message.endswith(" (delegation=Bretagne)")


def test_what_those_lack_whom_nothing_is_for_says_so(found) -> None:
    text = START + item("not_for: {delegation: [Bretagne]}", "Lisez [ici](https://a.fr/x).")

    (problem,) = found("vague-link", text)

    assert problem.message.endswith(" (other recipients)")


def test_what_concerns_all_readers_is_told_once_without_them(found) -> None:
    shared = item("id: partout", "Lisez [ici](https://a.fr/x).")
    text = START + shared + item("for: {delegation: [Bretagne]}", "Un texte.")

    (problem,) = found("vague-link", text)

    assert "delegation" not in problem.message


def test_many_readers_are_counted(found) -> None:
    text = START + item("for: {delegation: [Bretagne, Corse, Centre, Occitanie]}", "Rien.")
    text += "".join(
        item(f"for: {{delegation: [{name}]}}", "Un mot.") for name in ("Bretagne", "Corse")
    )
    long = "Beaucoup de mots. " * 6_000
    text += item("not_for: {delegation: [Grand Est]}", long)

    (problem,) = found("gmail-clipping", text + item("for: {delegation: [Centre]}", "Un mot."))

    assert problem.message.endswith("; 2 more)")


def test_an_item_for_a_value_that_no_other_item_has_is_looked_at(found) -> None:
    text = START + item("for: {delegation: [Corse], a: [valeur 3]}", "Lisez [ici](https://a.fr/x).")

    (problem,) = found("vague-link", text)

    assert problem.message.endswith(" (delegation=Corse, a=valeur 3)")


def test_an_item_that_asks_for_two_values_at_once_is_looked_at(found) -> None:
    text = START.replace("items:\n", "sections:\n  - items:\n      - {kind: text, body: Un mot.}\n")
    text = text[: text.index("  - kind: text\n    body: Pour")]
    text += "  - for: {delegation: [Bretagne]}\n    items:\n"
    text += "      - {kind: text, for: {delegation: [Corse]}, body: '[ici](https://a.fr/x)'}\n"

    (problem,) = found("vague-link", text)

    assert problem.message.endswith(" (delegation=Bretagne, delegation=Corse)")


def test_recipients_who_see_the_same_share_a_document(variants) -> None:
    mails = variants(START + item("for: {delegation: [Bretagne]}", "Un mot."))

    one = mails.document_for({"delegation": ("Corse",), "a": ("valeur 1",)})
    other = mails.document_for({"delegation": ("Centre",)})

    assert one is other
    assert len(mails.documents()) == 2


def test_an_issue_without_conditions_is_one_mail(variants) -> None:
    assert len(variants(START).documents()) == 1


def test_thousands_of_combinations_are_covered_by_fifty_mails(variants) -> None:
    conditions = [f"for: {{{key}: [{value}]}}" for key in "abc" for value in MANY]
    mails = variants(START + "".join(item(each, "Un mot.") for each in conditions))

    hidden = [set(mails.hidden_from(each)) for each in mails.audiences()]

    parts = set().union(*hidden)
    assert len(hidden) == MAX_VARIANTS
    assert len(parts) == 36
    assert set.intersection(*hidden) == set()


def test_nobody_is_asked_for_to_whom_the_issue_does_not_go(variants) -> None:
    only = START.replace("title: Le titre", "title: Le titre\nfor: {delegation: [Bretagne]}")

    assert variants(only).audiences() == [{"delegation": ("Bretagne",)}]
