"""Colours that are too close."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.checks.rules.colours import contrast
from newsletter.packaged import packaged_files
from tests.checks.conftest import ITEM, Check, change_template


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


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: #999999">Pâle</p>',
        '<p style="color:#1f1b2e; background: rgb(80, 70, 90) none">Sombre</p>',
        '<div style="background-color:#777"><p><font color="#888888">Gris</font></p></div>',
    ],
)
def test_a_colour_of_a_template_is_found(
    html: str, check: Check, in_template: Callable[[str], None]
) -> None:
    in_template(f"<mj-section><mj-column><mj-text>{html}</mj-text></mj-column></mj-section>")

    (problem,) = check("low-contrast", ITEM)

    assert problem.position == (1, 1)
    assert " has a contrast of " in problem.message


def test_a_colour_in_the_template_of_an_item_is_found_at_the_item(
    check: Check, workspace: Path
) -> None:
    change_template(
        workspace,
        "email/items/text.mjml",
        "{{ item.body",
        "<p style='color:#aaa'>Note</p>{{ item.body",
    )

    (problem,) = check("low-contrast", ITEM)

    assert problem.position == (7, 5)
    assert problem.message == "'#aaaaaa' on '#ffffff' has a contrast of 2.3"


@pytest.mark.parametrize(
    "style", ["display:none; color:#eeeeee", "color: transparent", "color: #555", "color: inherit"]
)
def test_hidden_words_and_colours_that_stand_out_pass(
    style: str, check: Check, in_template: Callable[[str], None]
) -> None:
    words = f'<p style="{style}">Mot</p>'
    in_template(f"<mj-section><mj-column><mj-text>{words}</mj-text></mj-column></mj-section>")

    assert check("low-contrast", ITEM) == []
