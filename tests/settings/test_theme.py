"""A theme: a look, a brand, a logo; the rest is made of them, and what is wrong is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.settings.loading import LoadedSettings, load_settings
from newsletter.settings.theme import LOOKS, Theme, look_of
from newsletter.values.colours import (
    MIN_CONTRAST,
    contrast,
    dark_palette,
    light_palette,
    luminance,
    nearest_readable,
)


def with_theme(workspace: Path, text: str) -> LoadedSettings:
    (workspace / "assets/theme.yaml").write_text(text, encoding="utf-8")
    return load_settings(workspace)


def theme_of(workspace: Path, text: str) -> Theme:
    loaded = with_theme(workspace, text)
    assert loaded.problems == ()
    assert loaded.settings is not None
    return loaded.settings.theme


def told(workspace: Path, text: str) -> list[tuple[int, str]]:
    problems = with_theme(workspace, text).problems
    return [(problem.position.line, f"{problem.message} ({problem.hint})") for problem in problems]


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_alone_is_a_whole_theme(look: str, workspace: Path) -> None:
    theme = theme_of(workspace, f"look: {look}\n")

    assert theme.look == look
    assert theme.header.style == look_of(look)["header"]["style"]


def test_a_theme_without_look_is_plain_and_its_accent_is_its_brand(workspace: Path) -> None:
    theme = theme_of(workspace, 'colours: {light: {accent: "#0b6e66"}}\n')

    assert (theme.look, theme.brand, theme.colours.light.accent) == ("plain", "#0b6e66", "#0b6e66")


def test_what_a_theme_says_wins_over_its_look_and_over_what_is_made_of_the_brand(
    workspace: Path,
) -> None:
    own = 'look: magazine\nspacing: airy\ncolours: {dark: {tint: "#101010"}}\nfooter: {icons: no}\n'

    theme = theme_of(workspace, own)

    assert (theme.spacing, theme.space[24], theme.colours.dark.tint) == ("airy", 30, "#101010")
    assert (theme.footer.icons, theme.footer.ground) == (False, "ink")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("look: magasine\n", 1, "did you mean 'magazine'?"),
        ("look: institution\ntint: rouge\n", 2, "unknown key 'tint'"),
        ("look: institution\nheader: {style: bande}\n", 2, "band"),
        ("brand: violet\n", 1, "violet"),
        ('look: editorial\nbrand: "#fffbe6"\n', 2, '(write brand: "#ffe76b", the nearest'),
        ("look: [editorial]\n", 1, "did you mean 'editorial'?"),
        ("colours: rouge\n", 1, "'key: value'"),
    ],
)
def test_what_is_wrong_is_told_at_its_line_once(
    text: str, line: int, words: str, workspace: Path
) -> None:
    [(found, message)] = told(workspace, text)

    assert (found, words in message) == (line, True), message


def test_a_pale_brand_with_accents_of_its_own_is_welcome(workspace: Path) -> None:
    accents = 'colours: {light: {accent: "#5c4b00"}, dark: {accent: "#ffe97a"}}\n'

    assert told(workspace, f'brand: "#fffbe6"\n{accents}') == []


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
