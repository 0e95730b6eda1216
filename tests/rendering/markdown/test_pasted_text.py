"""Lines that a writer broke, told apart from prose that an editor wrapped."""

import textwrap

import pytest

from newsletter.rendering.markdown.markdown import parse_markdown, render_html
from newsletter.rendering.markdown.pasted_text import breaks_in

LINES = {
    "programme": "9 h 00 : accueil\n9 h 30 : ouverture\n10 h 15 : table ronde",
    "long programme": "9 h 00 : accueil des participants autour d'un café, dans le grand hall\n"
    "9 h 30 : ouverture par Zoé Martin, présidente\n12 h : déjeuner",
    "hours": "Du lundi au vendredi de 9 h à 18 h\nLe samedi de 9 h à 12 h",
    "signature": "Cordialement,\nCamille\nPrésidente",
    "address": "Maison du numérique\n12 rue de la Paix\n75002 Paris",
    "facts": "Date : jeudi 12 mars 2026, de 9 h à 18 h\n"
    "Lieu : Maison du numérique, 12 rue de la Paix, 75002 Paris\n"
    "Tarif : gratuit pour les adhérents, 50 € pour les autres participants",
    "contact": "Camille Dupont, responsable de la communication\nTél. : 01 99 00 00 00\n"
    "camille.dupont@example.org",
    "greeting": "Bonjour à toutes et à tous,\n"
    "nous sommes très heureux de vous retrouver pour cette nouvelle année pleine de projets.",
}
LINES["agenda below a list"] = f"1° Les comptes\n2° Le bureau\n{LINES['long programme']}"
LINES["agenda above a list"] = f"{LINES['long programme']}\n1° Les comptes\n2° Le bureau"
WORDS = (
    "La commission s'est réunie pour préparer la rentrée, en présence des délégués de six régions. "
    "Chacun a dit ce qui manque chez lui. Les écoles demandent des stages dès le mois de mars, "
    "les entreprises des calendriers plus clairs. Il faut du temps pour accorder les deux : celui "
    "des cours, celui des projets. Ce sera le travail de l'automne."
)


@pytest.mark.parametrize("kind", LINES)
def test_lines_that_are_short_stay_lines(kind: str) -> None:
    shown = render_html(parse_markdown(LINES[kind], language="fr"))

    assert shown.count("<br/>") == LINES[kind].count("\n")


def test_a_signature_below_a_text_stands_on_its_own_lines() -> None:
    prose = textwrap.fill(WORDS, 72)

    shown = render_html(parse_markdown(f"{prose}\nCordialement,\nCamille", language="fr"))

    assert shown.endswith("travail de l’automne.<br/>Cordialement,<br/>Camille</p>")


@pytest.mark.parametrize("width", range(55, 101))
def test_prose_that_an_editor_wrapped_is_one_paragraph(width: int) -> None:
    breaks = breaks_in(textwrap.fill(WORDS, width))

    assert (breaks.kept, breaks.ended, breaks.glued) == (set(), set(), [])


@pytest.mark.parametrize("width", [60, 72, 80])
def test_the_items_of_a_numbered_list_that_an_editor_wrapped_break_nowhere_else(width: int) -> None:
    items = [textwrap.wrap(f"{number}° {WORDS}", width) for number in (1, 2, 3)]
    items[1].insert(2, "M. Roux a pris la parole au nom des écoles de la région, et")
    ends = {len(items[0]) - 1, len(items[0]) + len(items[1]) - 1}

    breaks = breaks_in("\n".join(line for item in items for line in item))

    assert (breaks.kept, breaks.glued) == (ends, [])


@pytest.mark.parametrize(
    ("typed", "glued"),
    [
        (f"{WORDS}\n{WORDS}\n{WORDS}", [0, 1]),
        (f"Un titre\n{WORDS}", [0]),
        ("Le bureau s'est réuni lundi dernier.\n" + textwrap.fill(WORDS, 80), [0]),
        (
            "Le bureau s'est réuni lundi dernier à Paris.\nIl a voté le budget de l'année.\n"
            "La prochaine réunion aura lieu en mars.",
            [0, 1],
        ),
    ],
)
def test_paragraphs_pasted_without_an_empty_line_are_told(typed: str, glued: list[int]) -> None:
    assert breaks_in(typed).glued == [glued] or set(glued) <= breaks_in(typed).kept


@pytest.mark.parametrize(
    "typed",
    ["- Un lot\n- Un délai\nLe salon ouvre à 9 h.", "1. Un lot ;\n2. Un délai.\nLe salon ouvre."],
)
def test_a_sentence_below_a_list_is_not_in_its_last_item(typed: str) -> None:
    shown = render_html(parse_markdown(typed, language="fr"))

    assert shown.index("</li>") < shown.index("<p>Le salon")


def test_an_item_that_was_wrapped_goes_on() -> None:
    typed = (
        "- le ministère de l'Économie et des Finances a reçu hier une délégation de\nses membres"
    )

    assert "<p>" not in render_html(parse_markdown(typed, language="fr"))


@pytest.mark.parametrize("sign", ["o\t", "–\t", "§\t", "·       ", "o   ", "→ ", "➢ "])
def test_the_bullets_of_word_open_lists(sign: str) -> None:
    shown = render_html(parse_markdown(f"{sign}Un lot\n{sign}Un délai", language="fr"))

    assert shown == "<ul><li>Un lot</li><li>Un délai</li></ul>"


@pytest.mark.parametrize("sign", ["=> ", "->", "● ", "■", "❖ ", "\uf0d8\t", "\uf0fc ", "\uf076"])
def test_other_signs_that_begin_each_line_open_lists(sign: str) -> None:
    test_the_bullets_of_word_open_lists(sign)


@pytest.mark.parametrize(
    "signs", [("1°", "2°"), ("1/", "2/"), ("a)", "b)"), ("i.", "ii."), ("(1)", "(2)")]
)
def test_the_numbers_of_word_each_begin_a_line(signs: tuple[str, str]) -> None:
    typed = f"Ce qui change :\n{signs[0]} {WORDS}\n{signs[1]} Un délai"

    shown = render_html(parse_markdown(typed, language="fr"))

    assert f":<br/>{signs[0]}" in shown
    assert f"<br/>{signs[1]}" in shown
