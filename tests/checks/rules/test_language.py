"""Faults of language that typography may not mend."""

from pathlib import Path

import pytest

from tests.checks.conftest import HEAD, Check

ENGLISH = HEAD.replace("date:", "language: en\ndate:")


def text(words: str) -> str:
    return f"  - kind: text\n    body: |\n      {words}\n"


UNACCENTED = {
    "A Paris, nous avons": ("A", 7, "À"),
    "Bien. A suivre": ("A", 13, "À"),
    "- A noter : rien": ("A", 9, "À"),
    "**A l'agenda** ce mois": ("A", 9, "À"),
    "Voici l'Etat": ("Etat", 15, "État"),
    "C'est l'Etat. Bien": ("Etat", 15, "État"),
    "Ecole ouverte": ("Ecole", 7, "École"),
    "Un Evénement": ("Evénement", 10, "Événement"),
    "Un Evenement": ("Evenement", 10, "Événement"),
    "En Ile-de-France": ("Ile", 10, "Île"),
    "LES EVENEMENTS du mois": ("EVENEMENTS", 11, "ÉVÉNEMENTS"),
    "Etaient présents": ("Etaient", 7, "Étaient"),
    "Oeuvre commune": ("Oeuvre", 7, "Œuvre"),
}


@pytest.mark.parametrize("words", UNACCENTED)
def test_a_capital_without_its_accent_is_found_where_it_stands(words: str, check: Check) -> None:
    wrong, column, right = UNACCENTED[words]

    (problem,) = check("unaccented-capital", text(words))

    assert problem.position == (9, column)
    assert problem.message == f"'{wrong}' is missing its accent"
    assert problem.hint == f"write {right}"


def test_a_capital_without_its_cedilla_is_found(check: Check) -> None:
    (problem,) = check("unaccented-capital", text("Ca commence"))

    assert problem.hint == "write Ça"


@pytest.mark.parametrize(
    "words",
    [
        "À Paris",
        "La vitamine A est",
        "A 3 heures",
        "A. Dupont",
        "Le plan A Paris",
        "A fondé deux entreprises",
        "A-t-il raison",
        "« A strategy for Europe »",
        "A Guide to the Galaxy",
        "Education First",
        "`Etat`",
        "Le CA de 2024",
        "Emmanuel Etienne",
    ],
)
def test_the_letter_the_verb_and_names_pass(words: str, check: Check) -> None:
    assert check("unaccented-capital", text(words)) == []


def test_english_issues_may_begin_with_a(check: Check) -> None:
    assert check("unaccented-capital", text("A Paris meeting"), head=ENGLISH) == []


ORDINALS = {
    "1ère": "1re",
    "1eres": "1res",
    "2ème": "2e",
    "6 ème": "6e",
    "12èmes": "12es",
    "XXIème": "XXIe",
    "3ième": "3e",
}


@pytest.mark.parametrize("typed", ORDINALS)
def test_an_ordinal_with_an_ending_of_its_own_is_found(typed: str, check: Check) -> None:
    (problem,) = check("wrong-ordinal", text(f"La {typed} fois"))

    assert problem.position == (9, 10)
    assert problem.hint == f"write {ORDINALS[typed]}"


@pytest.mark.parametrize("typed", ["1er", "1re", "2e", "XXIe", "2nd", "2nde", "6 heures"])
def test_ordinals_as_they_are_printed_pass(typed: str, check: Check) -> None:
    assert check("wrong-ordinal", text(f"La {typed} fois")) == []


@pytest.mark.parametrize("words", ["le le rapport", "de de la", "Le le rapport", "en en 2025"])
def test_a_word_that_stands_twice_is_found(words: str, check: Check) -> None:
    (problem,) = check("repeated-word", text(f"Voici {words}"))

    assert problem.position == (9, 13)


def test_a_word_that_stands_twice_around_a_line_break_is_found(check: Check) -> None:
    (problem,) = check("repeated-word", text("Voici le\n      le rapport"))

    assert problem.position == (9, 13)


@pytest.mark.parametrize(
    "words",
    [
        "nous nous voyons",
        "vous vous dites",
        "faire faire un mur",
        "tout en en parlant",
        "Duran Duran",
        "le\n\n      le rapport",
        "le ((first name)) le",
        "`le le`",
        "les lettres",
        "2 2",
        "le choix c c",
        "Boutros Boutros-Ghali",
    ],
)
def test_what_rightly_stands_twice_passes(words: str, check: Check) -> None:
    assert check("repeated-word", text(f"Voici {words}")) == []


def test_a_fault_in_a_text_file_is_found_in_that_file(check: Check, workspace: Path) -> None:
    folder = workspace / "issues/texts"
    folder.mkdir()
    (folder / "edito.md").write_text("Bonjour.\n\nVoici le le rapport.\n", "utf-8")

    (problem,) = check("repeated-word", "  - kind: text\n    body: {file: texts/edito.md}\n")

    assert (problem.path.name, problem.position) == ("edito.md", (3, 7))
