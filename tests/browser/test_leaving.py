"""The page to leave at, in a real browser: read, pressed and seen by everyone, without a script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import violations
from tests.leaving.serving import Page as Served
from tests.leaving.serving import add_address, add_people, leaving, who_is_out

LISTS = "lists: {adhérents: {file: a.csv}, presse: {file: p.csv}}\n"
LABELS = {
    "fr": ("Se désinscrire", "Me réinscrire", "Quitter toutes les listes"),
    "en": ("Unsubscribe", "Subscribe again", "Leave all lists"),
}


@pytest.fixture(name="served")
def serve(workspace: Path) -> Iterator[Served]:
    add_address(workspace, LISTS)
    [token] = add_people(workspace, 1)
    with leaving(workspace, token) as served:
        yield served


def opened(browser: Browser, served: Served, **options: object) -> Page:
    page = browser.new_context(java_script_enabled=False, **options).new_page()
    page.goto(f"http://127.0.0.1:{served.port}/non/{served.token}")
    return page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_one_leaves_comes_back_and_leaves_all_by_keyboard_without_script(
    browser: Browser, served: Served, workspace: Path, language: str
) -> None:
    leave, back, all_lists = LABELS[language]
    page = opened(browser, served, locale=language)
    seen = [who_is_out(workspace, 1)]

    for label in (leave, back, leave, all_lists):
        while not page.get_by_role("button", name=label, exact=True).evaluate(
            "each => each === document.activeElement"
        ):
            page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        seen.append(who_is_out(workspace, 1))

    expect(page.get_by_role("button")).to_have_text([back])
    assert seen == [[], [0], [], [0], [0]]
    assert served.token in page.url
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("pressed", [False, True])
def test_axe_finds_nothing_and_nothing_is_cut_on_a_narrow_screen(
    browser: Browser, served: Served, language: str, scheme: str, pressed: bool
) -> None:
    size = {"width": 320, "height": 480}
    context = browser.new_context(locale=language, color_scheme=scheme, viewport=size)
    context.set_default_timeout(60_000)
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"http://127.0.0.1:{served.port}/non/{served.token}")
    if pressed:
        with page.expect_navigation():
            page.get_by_role("button").click()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    refused = [each for each in refused if "style" in each]  # Axe brings one of its own

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert ground == {"light": "rgb(243, 241, 236)", "dark": "rgb(20, 18, 28)"}[scheme]
    assert refused == []
    context.close()
