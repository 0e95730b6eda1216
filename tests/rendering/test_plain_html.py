"""HTML of a release for other pages than a mail: blocks in place of cells."""

import pytest

from newsletter.rendering.plain_html import without_mjml

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
