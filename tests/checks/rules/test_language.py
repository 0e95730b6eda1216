"""How texts are written: headings, lists, capitals; what typography may not mend."""

from collections.abc import Callable
from pathlib import Path

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
