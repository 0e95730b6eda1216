"""What was pasted, and would look otherwise in the mail."""

import pytest

from tests.checks.conftest import Check


def test_paragraphs_pasted_from_word_are_told_at_the_first(check: Check) -> None:
    paragraph = (
        "      Le bureau s'est réuni lundi dernier, " + "avec tous ses membres, " * 6 + "ici.\n"
    )

    (problem,) = check("glued-lines", "  - kind: text\n    body: |\n" + paragraph * 3)

    assert problem.position == (9, 7)
    assert "'Le bureau s'est réuni lundi dernier,…'" in problem.message
    assert "the 2 below" in problem.message


def test_paragraphs_with_an_empty_line_between_pass(check: Check) -> None:
    body = "      Le bureau s'est réuni lundi.\n\n      Il a voté le budget.\n"

    assert check("glued-lines", "  - kind: text\n    body: |\n" + body) == []


def body(typed: str) -> str:
    lines = "".join(f"      {line}\n" for line in typed.split("\n"))
    return f"  - kind: text\n    body: |\n{lines}"


SENTENCE = "Le bureau s'est réuni lundi avec tous ses membres."  # 50 characters
TWO_LINES = f"{SENTENCE} {SENTENCE}\n{SENTENCE} {SENTENCE}"


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (TWO_LINES, 9),
        (TWO_LINES.removesuffix("."), None),  # a sentence goes on
        (f"{SENTENCE}\n{SENTENCE}", None),  # it may be wrapped so
        (f"{SENTENCE}\n{SENTENCE}\n\n{' '.join([SENTENCE] * 3)}", 9),  # nothing is wrapped here
        (f"{SENTENCE}\net la suite.\n\n{' '.join([SENTENCE] * 3)}", None),
        (f"{SENTENCE}\\\n{SENTENCE}\n\n{' '.join([SENTENCE] * 3)}", None),
    ],
)
def test_two_paragraphs_run_together_are_told_where_nobody_wrapped_them(
    check: Check, typed: str, line: int | None
) -> None:
    problems = check("glued-lines", body(typed))

    assert [each.position.line for each in problems] == ([line] if line else [])


def test_columns_pasted_from_excel_are_told_with_the_table_to_paste(check: Check) -> None:
    (problem,) = check("tabbed-lines", body("Région\tBudget\nEst\t12 000 €\nOuest\t"))

    assert problem.position == (9, 7)
    assert problem.hint.endswith(
        ":\n      | Région | Budget |\n      | Est | 12 000 € |\n      | Ouest |\n"
    )  # with the spaces that body: | asks for


def test_a_table_below_a_numbered_list_is_told_apart_from_it(check: Check) -> None:
    typed = "1°\tLes comptes\n2°\tLe bureau\nRégion\tBudget\nEst\t12 000 €"

    (problem,) = check("tabbed-lines", body(typed))

    assert problem.position == (11, 7)
    assert problem.message.startswith("2 lines")


def test_rows_of_a_table_are_not_told_as_lines_of_a_paragraph_too(check: Check) -> None:
    typed = "Les aides de la région ont été votées lundi. " * 4 + "\nRégion\tBudget\nEst\t12 000 €"

    assert len(check("tabbed-lines", body(typed))) == 1
    assert check("glued-lines", body(typed)) == []


def test_lists_of_word_are_no_lines_that_become_one_paragraph(check: Check) -> None:
    long = "une demande que nous portons depuis longtemps auprès de la métropole et de la région"
    typed = f"{long.title()}, {long} :\no  {long}.\no  La suite, {long}.\n\n{long}."

    assert check("glued-lines", body(typed)) == []


def test_each_place_for_an_empty_line_is_told(check: Check) -> None:
    long = "Le bureau s'est réuni lundi dernier, " + "avec tous ses membres, " * 6 + "ici."
    programme = "9 h 00 : accueil\n9 h 30 : ouverture"

    problems = check("glued-lines", body(f"{long}\n{long}\n{programme}\n{long}\n{long}"))

    assert [each.position.line for each in problems] == [9, 12]


def test_a_list_pasted_from_word_with_its_tabs_is_no_table(check: Check) -> None:
    assert check("tabbed-lines", body("o\tUn lot\no\tUn délai")) == []


@pytest.mark.parametrize(
    "typed",
    [
        "Un accord[1] est signé.\n\n[1] En mars.",
        "Un accord[1] est signé.\n\n[1]: En mars.",
        "Un accord (1) est signé.\n\n(1) En mars.",
        "Un accord¹ est signé.\n\n¹ En mars.",
    ],
)
def test_a_footnote_pasted_from_word_is_told(typed: str, check: Check) -> None:
    (problem,) = check("word-note", body(typed))

    assert problem.position.line == 9
    assert problem.hint == "write [^1] after the word, and [^1]: before the note"


@pytest.mark.parametrize(
    "typed", ["Un champ de 12 m² et 3 km³.", "Un accord[^1].\n\n[^1]: En mars."]
)
def test_units_and_real_footnotes_pass(typed: str, check: Check) -> None:
    assert check("word-note", body(typed)) == []


@pytest.mark.parametrize(
    "typed",
    [
        "<center>Bonne fête</center>",
        "Fin<br>",
        "<BR/>",
        'Un <font color="red">mot</font>',
        "{.rouge}",
    ],
)
def test_html_and_classes_that_members_would_see_are_told(typed: str, check: Check) -> None:
    (problem,) = check("shown-as-typed", body(typed))

    assert problem.position.line == 9


@pytest.mark.parametrize(
    "typed", ["`<br>` et <https://a.fr>", "Si a < b et c > d", "R&amp;D", "((first name)) {date}"]
)
def test_what_members_do_not_see_as_typed_passes(typed: str, check: Check) -> None:
    assert check("shown-as-typed", body(typed)) == []


@pytest.mark.parametrize("typed", ["Voir [le rapport]](https://a.fr)", "Un mot **** caché"])
def test_markdown_left_in_the_finished_text_is_told(typed: str, check: Check) -> None:
    items = f"  - kind: text\n    title: 'Un titre'\n    body: '{typed}'\n"

    problems = check("markdown-left", items)

    assert [each.position.line for each in problems] == [9]


def test_bold_in_a_title_is_told(check: Check) -> None:
    (problem,) = check("markdown-left", "  - kind: text\n    title: Les **mots**\n    body: Oui.\n")

    assert problem.position == (8, 16)


@pytest.mark.parametrize("typed", ["**mots** et [lien](https://a.fr)", "`**` et `](`", r"\**"])
def test_markdown_that_is_read_passes(typed: str, check: Check) -> None:
    assert check("markdown-left", body(typed)) == []
