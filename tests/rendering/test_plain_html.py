"""HTML of a release for paper and for newsrooms: nothing that is for the eye alone."""

import pytest

from newsletter.rendering.html import without_decoration

PAIR = '<div><div class="pair"><div>{}</div><div>b</div></div></div>'
FOR_THE_EYE = {
    "picture without words": '<img src="a.png" alt="" width="64"/>',
    "linked picture without words": '<a href="https://a.fr"><img src="a.png" alt=""/></a>',
    "what is not read aloud": '<p aria-hidden="true">12</p>',
}


@pytest.mark.parametrize("what", FOR_THE_EYE)
def test_what_is_for_the_eye_alone_leaves_no_block_behind(what: str) -> None:
    page = without_decoration(PAIR.format(FOR_THE_EYE[what]))

    assert page == '<div><div class="pair"><div>b</div></div></div>'


def test_a_picture_with_words_keeps_its_block() -> None:
    page = without_decoration(PAIR.format('<img src="a.png" alt="Zoé" width="64"/>'))

    assert '<div><img src="a.png" alt="Zoé"' in page


CAPTION = '<p class="note">Une vue · © Marc</p>'
CAPTIONED = {
    "a picture": '<figure><img src="images/a.png" alt="{}" width="64"/><figcaption>'
    + CAPTION
    + "</figcaption></figure>",
    "a linked picture": (
        '<p class="captioned"><a href="https://example.org">'
        '<img src="images/a.png" alt="{}" width="64"/></a></p>' + CAPTION
    ),
    "a picture beside words": (
        '<div><img src="images/a.png" alt="{}" width="64"/>' + CAPTION + "</div>"
    ),
    "a picture across the page": (
        '<p class="hero"><img src="images/a.png" alt="{}" width="64"/></p>'
        "<div>" + CAPTION + "</div>"
    ),
}


@pytest.mark.parametrize("case", CAPTIONED)
def test_no_credit_is_left_without_its_picture(case: str) -> None:
    page = f"<div>{CAPTIONED[case]}<h2>Titre</h2><p class='note'>Source : a</p></div>"

    shown = without_decoration(page.format("Zoé"))
    decorative = without_decoration(page.format(""))
    not_online = without_decoration(page.format("Zoé"), own_pictures=False)

    assert "<img" in shown
    assert "Marc" in shown
    for each in (decorative, not_online):
        assert each == '<div><h2>Titre</h2><p class="note">Source : a</p></div>'


def test_a_table_of_figures_stays_one() -> None:
    rows = "<tr><td>Achat</td></tr><tr><td>Vente</td></tr>"
    table = f"<table><thead><tr><th>Poste</th></tr></thead><tbody>{rows}</tbody></table>"

    assert without_decoration(f"<div>{table}</div>") == f"<div>{table}</div>"
