"""Colours that are too close."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.checks.rule import Checked
from newsletter.checks.rules.colours import low_contrast, pale_words
from newsletter.content.loading import load_issue
from newsletter.rendering.document import render_document
from newsletter.settings.theme import LOOKS
from tests.checks.conftest import ITEM, Check, change_template, in_look
from tests.conftest import ROOT

BRANDS = ["#5b2bb5", "#f7b500", "#7ed957", "#0a2540", "#e4003a"]
BOX = "<table><tr><td {ground}><p>Une boîte</p></td></tr></table>"


def paint(workspace: Path, theme: str) -> None:
    (workspace / "assets/theme.yaml").write_text(f"look: institution\n{theme}", "utf-8")


@pytest.mark.parametrize(
    ("theme", "position", "words"),
    [
        ('colours: {light: {muted: "#767676"}}', (2, 26), "(muted) on '#f3f1ec' (page)"),
        ('colours: {dark: {tint: "#b4aec6"}}', (2, 24), "(text) on '#b4aec6' (tint)"),
        ('colours: {dark: {on_accent: "#ffffff"}}', (2, 29), "(on_accent)"),
        ('colours: {light: {band: "#f7b500", on_band: "#ffffff"}}', (2, 45), "(on_band)"),
        ('colours: {light: {ink_muted: "#555555"}}', (2, 30), "(ink_muted)"),
        ('sections: {style: chip, colours: ["#f7b500"]}', (2, 35), "on '#f7b500' (sections)"),
    ],
)
def test_a_pale_colour_is_found_where_the_theme_names_it(
    theme: str, position: tuple[int, int], words: str, check: Check, workspace: Path
) -> None:
    paint(workspace, theme)

    problem = next(each for each in check("low-contrast", ITEM) if words in each.message)

    assert (problem.path.name, problem.position) == ("theme.yaml", position)


def test_a_contrast_that_is_nearly_enough_is_not_rounded_up(check: Check, workspace: Path) -> None:
    paint(workspace, 'colours: {light: {muted: "#767676"}}')

    assert "has a contrast of 4.0" in check("low-contrast", ITEM)[0].message


def test_the_packaged_theme_passes(check: Check) -> None:
    assert check("low-contrast", ITEM) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("brand", BRANDS)
def test_each_look_can_be_read_in_each_brand_by_day_and_by_night(
    look: str, brand: str, workspace: Path
) -> None:
    settings = in_look(workspace, look, brand)
    loaded = load_issue(ROOT / "tests/gallery/every-kind.yaml", settings)
    assert loaded.issue is not None
    document = render_document(loaded.issue, settings, settings.sample_audience)
    checked = Checked(loaded.issue, loaded.source, document, settings)

    assert list(pale_words(checked)) == []
    assert list(low_contrast.find(checked)) == []


def test_a_box_that_dark_mode_forgets_is_found_at_its_item(check: Check, workspace: Path) -> None:
    box = BOX.format(ground='style="background:#f1edf9"')
    change_template(workspace, "email/items/text.mjml", "{{ item.body", f"{box}{{{{ item.body")

    (problem,) = check("low-contrast", ITEM)

    assert problem.position == (7, 5)
    assert problem.message == "in dark mode '#f0eef6' on '#f1edf9' has a contrast of 1.0"


@pytest.mark.parametrize(
    ("ground", "rules"),
    [
        ('class="mine"', ".mine{background:#26222f!important}"),
        ('class="mine" id="a"', "#a{background:#26222f!important}.mine{background:#fff!important}"),
        ('class="tint"', ""),
        ('class="mine"', ".mine,.mine p{color:#1f1b2e!important}"),
    ],
)
def test_a_box_with_its_rule_for_dark_mode_passes(
    ground: str, rules: str, check: Check, workspace: Path
) -> None:
    box = BOX.format(ground=f'{ground} style="background:#f1edf9"')
    change_template(workspace, "email/items/text.mjml", "{{ item.body", f"{box}{{{{ item.body")
    change_template(workspace, "email/dark.css", ".plate{", f"{rules}.plate{{")

    assert check("low-contrast", ITEM) == []


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
