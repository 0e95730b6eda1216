"""Dates that cannot be meant: past events, other weekdays, years far away."""

import unicodedata

import pytest

from tests.checks.conftest import Check


def event(lines: str) -> str:
    return f"  - kind: agenda\n    events:\n      - title: Salon\n        {lines}\n"


def text(words: str) -> str:
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
    (problem,) = check("wrong-weekday", text(words))

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
        "mercredi 5 mars, 2000 personnes sont venues",  # no year, and people
        "lundi 5 aprıl 2025",  # an i to `re`, no letter of a month to us
        "Wednesday 5 March 2025",
    ],
)
def test_a_weekday_that_fits_or_that_nobody_knows_passes(words: str, check: Check) -> None:
    assert check("wrong-weekday", text(words)) == []


def test_an_event_more_than_a_year_ahead_is_found(check: Check) -> None:
    (problem,) = check("distant-date", event("start: 2026-02-12"))

    assert problem.position == (10, 16)


def test_a_date_of_a_text_more_than_a_year_ahead_is_found(check: Check) -> None:
    (problem,) = check("distant-date", text("le 12 février 2052"))

    assert problem.position == (9, 17)


@pytest.mark.parametrize("words", ["le 3 juin 1998", "le 2 janvier 2026", "en juin 2052"])
def test_the_past_and_the_coming_year_pass(words: str, check: Check) -> None:
    assert check("distant-date", text(words)) == []


def test_a_weekday_pasted_from_a_pdf_on_a_mac_is_checked(check: Check) -> None:
    typed = unicodedata.normalize("NFD", text("lundi 12 février 2025"))

    (problem,) = check("wrong-weekday", typed)

    assert problem.message == "'lundi 12 février 2025' is a mercredi"
