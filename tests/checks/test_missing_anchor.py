"""Links inside the mail."""

from pathlib import Path

import pytest

from tests.checks.conftest import Check, change_settings

LINK = "  - kind: text\n    body: |\n      Voir [l'agenda](#agenda).\n"
AUDIENCES = "audiences:\n  delegation: [Bretagne, Occitanie]\n"
AGENDA = "  - {{kind: text, id: {id}, body: Les dates{more}}}\n"


@pytest.fixture(autouse=True)
def _with_audiences(workspace: Path) -> None:
    change_settings(workspace, "    email: Courriel\n", "    email: Courriel\n    delegation: D\n")
    change_settings(workspace, "boilerplates:\n", f"{AUDIENCES}boilerplates:\n")


def test_a_link_to_an_id_that_no_item_has_is_found(check: Check) -> None:
    (problem,) = check("missing-anchor", LINK)

    assert problem.position == (9, 23)
    assert "id: agenda" in problem.hint


def test_a_misspelt_id_is_guessed(check: Check) -> None:
    (problem,) = check("missing-anchor", LINK + AGENDA.format(id="agendas", more=""))

    assert problem.hint == "did you mean 'agendas'?"


def test_a_link_to_what_this_variant_hides_is_found(check: Check) -> None:
    hidden = AGENDA.format(id="agenda", more=", for: {delegation: [Occitanie]}")

    (problem,) = check("missing-anchor", LINK + hidden)

    assert "cannot see" in problem.message


def test_a_link_that_is_hidden_too_passes(check: Check) -> None:
    body = "    for: {delegation: [Occitanie]}\n"

    assert check("missing-anchor", "  - {kind: text, body: Un mot}\n" + LINK + body) == []


def test_a_link_to_an_item_passes(check: Check) -> None:
    assert check("missing-anchor", LINK + AGENDA.format(id="agenda", more="")) == []
