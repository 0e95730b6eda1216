"""HTML of a release for other pages than a mail: blocks in place of cells."""

import pytest

from newsletter.rendering.html import without_mjml

PAIR = '<div><table class="pair"><tr><td>{}</td><td class="beside">b</td></tr></table></div>'
FOR_THE_EYE = {
    "picture without words": '<img src="a.png" alt="" width="64"/>',
    "what is not read aloud": '<table aria-hidden="true"><tr><td>12</td></tr></table>',
    "space": "",
}


@pytest.mark.parametrize("what", FOR_THE_EYE)
def test_what_is_for_the_eye_alone_leaves_no_block_behind(what: str) -> None:
    page = without_mjml(PAIR.format(FOR_THE_EYE[what]))

    assert page == '<div><div class="pair"><div class="beside">b</div></div></div>'


def test_a_picture_with_words_keeps_its_block() -> None:
    page = without_mjml(PAIR.format('<img src="a.png" alt="Zoé" width="64"/>'))

    assert '<div><img src="a.png" alt="Zoé"' in page


CAPTION = '<p class="note">Une vue · © Marc</p>'
CAPTIONED = {
    "a picture": '<p class="captioned"><img src="images/a.png" alt="{}" width="64"/></p>' + CAPTION,
    "a linked picture": (
        '<p class="captioned"><a href="https://example.org">'
        '<img src="images/a.png" alt="{}" width="64"/></a></p>' + CAPTION
    ),
    "a picture beside words": (
        '<div class="gap"><img src="images/a.png" alt="{}" width="64"/>' + CAPTION + "</div>"
    ),
    "a picture across the page": (
        '<p class="hero"><img src="images/a.png" alt="{}" width="64"/></p>'
        '<table><tr><td class="item">' + CAPTION + "</td></tr></table>"
    ),
}


@pytest.mark.parametrize("case", CAPTIONED)
def test_no_credit_is_left_without_its_picture(case: str) -> None:
    page = f"<div>{CAPTIONED[case]}<h2>Titre</h2><p class='note'>Source : a</p></div>"

    shown = without_mjml(page.format("Zoé"))
    decorative = without_mjml(page.format(""))
    not_online = without_mjml(page.format("Zoé"), own_pictures=False)

    assert "<img" in shown
    assert "Marc" in shown
    for each in (decorative, not_online):
        assert "<img" not in each
        assert "Marc" not in each
        assert "Source" in each


def test_rows_of_a_table_of_figures_stay_rows() -> None:
    rows = "<tr><td>Achat</td></tr><tr><td>Vente</td></tr>"
    table = f"<table><thead><tr><th>Poste</th></tr></thead><tbody>{rows}</tbody></table>"

    page = without_mjml(f"<div><table><tr><td>{table}</td></tr></table></div>")

    assert rows in page
    assert page.startswith("<div><div><div><table")
