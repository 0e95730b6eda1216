"""The colours that are made from a brand: readable, whatever the brand."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.settings.palette import dark_palette, light_palette, nearest_readable
from newsletter.settings.theme import LOOKS, look_of
from newsletter.values.colours import MIN_CONTRAST, contrast, luminance

WORDS = {
    "text": ("page", "surface", "tint"),
    "muted": ("page", "surface", "tint"),
    "accent": ("page", "surface", "tint"),
    "on_accent": ("accent",),
    "on_band": ("band",),
    "on_ink": ("ink",),
    "ink_muted": ("ink",),
}
# Of the look institution, in the order accent, on_accent, tint, band, on_band, ink.
NAMES = ("accent", "on_accent", "tint", "band", "on_band", "ink")
DERIVED = [
    ("#f7b500", "light", "#8c6500 #ffffff #fef9eb #f7b500 #3b3116 #3b3116"),
    ("#f7b500", "dark", "#f7b500 #1d1a28 #2e2625 #f7b500 #3b3116 #14121c"),
    ("#7ed957", "light", "#387c1b #ffffff #f5fcf2 #7ed957 #213b16 #213b16"),
    ("#7ed957", "dark", "#7ed957 #1d1a28 #25292c #7ed957 #213b16 #14121c"),
    ("#0a2540", "light", "#0a2540 #ffffff #ebeef0 #0a2540 #ffffff #16293b"),
    ("#0a2540", "dark", "#558edb #1d1a28 #202336 #0a2540 #ffffff #14121c"),
    ("#e4003a", "light", "#da0038 #ffffff #fdebef #e4003a #ffffff #3b1620"),
    ("#e4003a", "dark", "#ff3266 #1d1a28 #2f1a2c #e4003a #ffffff #14121c"),
]


def palettes(look: str, brand: str) -> dict[str, dict[str, str]]:
    says = look_of(look)
    cover = says["header"]["style"] == "cover"
    light = light_palette(brand, says["colours"]["light"], cover=cover)
    return {"light": light, "dark": dark_palette(brand, says["colours"]["dark"], light)}


def unreadable(palette: dict[str, str]) -> Iterator[tuple[str, str, float]]:
    for words, grounds in WORDS.items():
        for ground in grounds:
            ratio = contrast(palette[words], palette[ground])
            if ratio < MIN_CONTRAST:
                yield words, ground, ratio


@pytest.mark.parametrize(("brand", "appearance", "derived"), DERIVED)
def test_the_colours_of_four_brands(brand: str, appearance: str, derived: str) -> None:
    palette = palettes("institution", brand)[appearance]

    assert [palette[name] for name in NAMES] == derived.split()


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True), st.sampled_from(LOOKS))
def test_words_can_be_read_on_every_ground_whatever_the_brand(brand: str, look: str) -> None:
    found = {each: list(unreadable(palette)) for each, palette in palettes(look, brand).items()}

    assert found == {"light": [], "dark": []}


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_the_nearest_brand_for_words_is_itself_unless_it_is_nearly_white(brand: str) -> None:
    nearest = nearest_readable(brand)

    assert (nearest == brand) == (luminance(brand) <= 0.8)
    assert luminance(nearest) <= 0.8
