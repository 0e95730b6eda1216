"""The logo on its ground: seen by day and by night, with another file or a plate where need be."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from newsletter.rendering.pictures.images import Pictures, ShownLogo, shown_logo
from newsletter.settings.loading import load_settings


def show(workspace: Path, ink: str, theme: str, ground: str, *, opaque: bool = False) -> ShownLogo:
    for name in ("logo", "white"):
        image = Image.new("RGBA", (240, 96), "#ffffffff" if opaque else "#00000000")
        colour = ink if name == "logo" else "#ffffff"
        ImageDraw.Draw(image).rectangle((20, 20, 200, 70), fill=colour)
        image.save(workspace / f"assets/{name}.png")
    (workspace / "assets/theme.yaml").write_text(theme)
    settings = load_settings(workspace).settings
    assert settings is not None
    shown = shown_logo(Pictures(settings), settings, ground)
    assert shown is not None
    return shown


@pytest.mark.parametrize(
    ("ink", "brand", "ground", "on_plate"),
    [
        ("#0a2540", "#0a2540", "band", True),
        ("#0a2540", "#f7b500", "band", False),
        ("#ffffff", "#0a2540", "band", False),
        ("#ffffff", "#f7b500", "band", False),  # on a white plate it would be no better
        ("#0a2540", "#0a2540", "surface", True),  # by night
        ("#e4003a", "#e4003a", "surface", False),
    ],
)
def test_a_transparent_logo_has_a_plate_where_it_would_be_lost(
    ink: str, brand: str, ground: str, on_plate: bool, workspace: Path
) -> None:
    theme = f'look: institution\nbrand: "{brand}"\nlogo: logo.png\n'

    assert show(workspace, ink, theme, ground).on_plate is on_plate


def test_a_logo_with_its_own_ground_needs_none(workspace: Path) -> None:
    theme = 'look: institution\nbrand: "#0a2540"\nlogo: logo.png\n'

    assert not show(workspace, "#0a2540", theme, "band", opaque=True).on_plate


def test_another_file_takes_its_place_on_the_brand_and_in_the_dark(workspace: Path) -> None:
    theme = (
        'look: institution\nbrand: "#0a2540"\n'
        "logo: {file: logo.png, on_brand: white.png, on_dark: white.png, height: 24}\n"
    )

    on_band = show(workspace, "#0a2540", theme, "band")
    on_surface = show(workspace, "#0a2540", theme, "surface")

    assert (on_band.on_plate, on_surface.on_plate) == (False, False)
    assert on_surface.dark == on_band.image
    assert on_surface.image.src != on_band.image.src
    assert on_surface.image.height == 24
