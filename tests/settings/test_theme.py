"""A theme: a look, a brand, a logo; the rest is made of them, and what is wrong is told."""

from pathlib import Path

import pytest

from newsletter.settings.loading import LoadedSettings, load_settings
from newsletter.settings.theme import LOOKS, Theme, look_of


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
