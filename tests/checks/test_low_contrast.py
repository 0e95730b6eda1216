"""Colours of the theme that are too close."""

from pathlib import Path

import pytest

from newsletter.checks.low_contrast import contrast
from newsletter.packaged import packaged_files
from tests.checks.conftest import ITEM, Check


def paint(workspace: Path, old: str, new: str) -> None:
    path = workspace / "assets/theme.yaml"
    theme = (packaged_files() / "assets/theme.yaml").read_text("utf-8")
    path.write_text(theme.replace(old, new), "utf-8")


def test_a_pale_colour_is_found_at_its_line_of_the_theme(check: Check, workspace: Path) -> None:
    paint(workspace, 'muted: "#5f5a70"', 'muted: "#767676"')

    (problem,) = check("low-contrast", ITEM)

    assert (problem.path.name, problem.position) == ("theme.yaml", (8, 12))
    assert "has a contrast of 4.0" in problem.message


def test_the_dark_palette_is_looked_at_too(check: Check, workspace: Path) -> None:
    paint(workspace, 'on_accent: "#1d1a28"', 'on_accent: "#ffffff"')

    (problem,) = check("low-contrast", ITEM)

    assert problem.position.line == 18


def test_the_packaged_theme_passes(check: Check) -> None:
    assert check("low-contrast", ITEM) == []


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
