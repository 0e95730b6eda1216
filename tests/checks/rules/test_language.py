"""Words that typography may not mend, and dates that cannot be meant."""

import unicodedata
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


def event(lines: str) -> str:
    return f"  - kind: agenda\n    events:\n      - title: Salon\n        {lines}\n"


def see(words: str) -> str:
    return f"  - kind: text\n    body: |\n      Voir : {words}.\n"


@pytest.mark.parametrize("start", ["2024-02-12 18:00", "2025-01-05"])
def test_an_event_before_the_issue_is_found_at_its_date(start: str, check: Check) -> None:
    (problem,) = check("past-event", event(f"start: {start}"))

    assert problem.position == (10, 16)
    assert "2025-01-06" in problem.message


def test_an_event_that_one_cannot_register_for_is_found_at_its_deadline(check: Check) -> None:
    lines = "start: 2025-02-12\n        registration_deadline: 2025-01-05"

    (problem,) = check("past-event", event(lines))

    assert problem.position.line == 11


@pytest.mark.parametrize(
    "lines", ["start: 2025-01-06", "start: 2025-01-02\n        end: 2025-01-07"]
)
def test_an_event_that_is_not_over_passes(lines: str, check: Check) -> None:
    assert check("past-event", event(lines)) == []


WRONG = {
    "mardi 5 mars 2025": "mercredi",
    "Mardi 1er avril 2026": "mercredi",
    "mardi 8 fevrier": "samedi",
    "lundi 24 décembre": "mardi",
    "Tuesday 5 March 2025": "Wednesday",
    "Tuesday, March 5th, 2025": "Wednesday",
}


@pytest.mark.parametrize("words", WRONG)
def test_a_weekday_of_another_date_is_found_with_the_right_one(words: str, check: Check) -> None:
    (problem,) = check("wrong-weekday", see(words))

    assert problem.position == (9, 14)
    assert problem.message == f"'{words}' is a {WRONG[words]}"


@pytest.mark.parametrize(
    "words",
    [
        "mercredi 5 mars 2025",
        "mercredi 5 mars",
        "mardi 24 décembre",  # of the year before: it is nearer
        "lundi 8 juillet",  # too far to know the year
        "mardi 31 février 2025",
        "le mardi, 5 participants en mars",
        "Wednesday 5 March 2025",
    ],
)
def test_a_weekday_that_fits_or_that_nobody_knows_passes(words: str, check: Check) -> None:
    assert check("wrong-weekday", see(words)) == []


def test_an_event_more_than_a_year_ahead_is_found(check: Check) -> None:
    (problem,) = check("distant-date", event("start: 2026-02-12"))

    assert problem.position == (10, 16)


def test_a_date_of_a_text_more_than_a_year_ahead_is_found(check: Check) -> None:
    (problem,) = check("distant-date", see("le 12 février 2052"))

    assert problem.position == (9, 17)


@pytest.mark.parametrize("words", ["le 3 juin 1998", "le 2 janvier 2026", "en juin 2052"])
def test_the_past_and_the_coming_year_pass(words: str, check: Check) -> None:
    assert check("distant-date", see(words)) == []


def test_a_weekday_pasted_from_a_pdf_on_a_mac_is_checked(check: Check) -> None:
    typed = unicodedata.normalize("NFD", see("lundi 12 février 2025"))

    (problem,) = check("wrong-weekday", typed)

    assert problem.message == "'lundi 12 février 2025' is a mercredi"
