"""The theme in another look than its own."""

from pathlib import Path

import pytest

from newsletter.settings.loading import load_settings, with_look
from newsletter.settings.settings import Settings
from newsletter.settings.theme import LOOKS

OWN = {
    "brand": 'brand: "#0b6e66"\n',
    "colours and fonts": (
        'colours: {light: {accent: "#8a1c3b"}}\nfonts: {heading: "Georgia,serif", size: 18}\n'
    ),
    "parts": "header: {style: masthead}\nspacing: airy\nlogo: {file: logo.png, height: 40}\n",
}


def loaded(workspace: Path) -> Settings:
    settings = load_settings(workspace).settings
    assert settings is not None
    return settings


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("own", OWN.values(), ids=OWN)
@pytest.mark.parametrize("before", ["", "look: editorial\n"])
def test_another_look_is_the_theme_that_its_name_in_the_file_would_make(
    workspace: Path, look: str, own: str, before: str
) -> None:
    file = workspace / "assets/theme.yaml"
    file.write_text(f"{before}{own}", "utf-8")
    shown = with_look(loaded(workspace), look)

    file.write_text(f"look: {look}\n{own}", "utf-8")

    assert shown == loaded(workspace)


def test_a_theme_that_cannot_be_read_leaves_the_settings_as_they_are(workspace: Path) -> None:
    settings = loaded(workspace)
    (workspace / "assets/theme.yaml").write_text("brand: mauve\n", "utf-8")

    assert with_look(settings, "magazine") is settings
