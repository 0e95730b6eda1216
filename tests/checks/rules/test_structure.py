"""Headings, lists, capitals."""

from collections.abc import Callable

import pytest

from tests.checks.conftest import HEAD, ITEM, Check

GAPS = {
    "#### Calendrier": (9, 7),
    "### Calendrier": (9, 7),
    "## Un\n\n      #### Deux": (11, 7),
}
ORDERLY = [
    "## Un\n\n      ### Deux\n\n      ## Trois",
    "# Un\n\n      ### Deux",
    "```\n      #### code\n      ```",
    "Le dièse ### dans une phrase",
]


def with_headings(body: str) -> str:
    return f"  - kind: text\n    body: |\n      {body}\n\n      Un texte.\n"


@pytest.mark.parametrize("body", GAPS)
def test_a_skipped_level_is_found_once_at_its_heading(body: str, check: Check) -> None:
    (problem,) = check("heading-order", with_headings(body))

    assert problem.position == GAPS[body]


@pytest.mark.parametrize("body", ORDERLY)
def test_levels_one_after_the_other_pass(body: str, check: Check) -> None:
    assert check("heading-order", with_headings(body)) == []


def test_a_gap_that_a_template_makes_is_found(
    check: Check, in_template: Callable[[str], None]
) -> None:
    in_template("<mj-section><mj-column><mj-text><h4>Gros</h4></mj-text></mj-column></mj-section>")

    (problem,) = check("heading-order", with_headings("## Un"))

    assert problem.message == "a level 4 heading follows a level 1 heading"


def test_a_second_main_heading_is_found(check: Check, in_template: Callable[[str], None]) -> None:
    heading = "<h1>Encore un titre</h1>"
    in_template(f"<mj-section><mj-column><mj-text>{heading}</mj-text></mj-column></mj-section>")

    problems = check("main-heading", ITEM)

    assert {problem.position for problem in problems} == {(1, 1)}


def test_a_mail_without_main_heading_is_found(check: Check) -> None:
    (problem,) = check("main-heading", ITEM, html=("h1", "h2"))

    assert problem.message == "the email has no level 1 heading"


def test_the_title_is_the_main_heading(check: Check) -> None:
    assert check("main-heading", ITEM) == []


def with_lines(*lines: str) -> str:
    return "  - kind: text\n    body: |\n" + "".join(f"      {line}\n" for line in lines)


@pytest.mark.parametrize("sign", ["✅", "👉", "➡️", "- 🚀"])
def test_lines_that_begin_with_a_pictograph_are_found_at_the_first(sign: str, check: Check) -> None:
    (problem,) = check("emoji-bullets", with_lines("Trois gestes :", f"{sign} un", f"{sign} deux"))

    assert problem.position.line == 10


def test_one_line_with_a_pictograph_passes(check: Check) -> None:
    assert check("emoji-bullets", with_lines("🎉 Bonne année !", "À bientôt 🎉")) == []


@pytest.mark.parametrize("sign", ["-", "→", "➤"])
def test_lists_pass(sign: str, check: Check) -> None:
    assert check("emoji-bullets", with_lines(f"{sign} un", f"{sign} deux")) == []


def test_paragraphs_that_begin_with_an_arrow_are_no_list_and_found(check: Check) -> None:
    assert len(check("emoji-bullets", with_lines("→ un", "", "→ deux"))) == 1


CAPITALS = [
    "INSCRIVEZ-VOUS AVANT VENDREDI",
    "APPEL À CANDIDATURES",
    "Venez au GRAND SALON NUMÉRIQUE de Lyon",
    "INTERNATIONALISATION",
]
ACRONYMS = [
    "PME, ETI et ESN",
    "La DGE, l'ANSSI et la CNIL",
    "DGE SGPI ANSSI",
    "Avec DIGITALEUROPE à Bruxelles",
    "RGPD : ce qui change",
]


@pytest.mark.parametrize("words", CAPITALS)
def test_words_in_capitals_are_found_where_they_begin(words: str, check: Check) -> None:
    head = HEAD.replace("L'objet du mail", words)

    (problem,) = check("all-capitals", ITEM, head=head)

    assert problem.position.line == 2


@pytest.mark.parametrize("words", ACRONYMS)
def test_acronyms_pass(words: str, check: Check) -> None:
    assert check("all-capitals", ITEM, head=HEAD.replace("L'objet du mail", f'"{words}"')) == []


def test_code_and_addresses_pass(check: Check) -> None:
    item = (
        "  - kind: text\n    body: '`SELECT FROM CLIENTS` https://a.fr/UNE-ADRESSE-EN-CAPITALES'\n"
    )

    assert check("all-capitals", item) == []
