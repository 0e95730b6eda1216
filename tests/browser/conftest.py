"""A real browser, and the mails that are looked at in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from newsletter.commands.build import build
from newsletter.preview.browser import chromium
from newsletter.settings.theme import LOOKS
from tests.conftest import HEAD
from tests.surroundings import around

ROOT = Path(__file__).parents[2]
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # Of what passes, one place each: to find them all takes 2 s a page.
    "resultTypes": ["violations"],
}

expect.set_options(timeout=60_000)  # a test fails by what it sees, not since a machine is busy


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one file: while it is open no other test may run an event loop."""
    with chromium() as browser:
        yield browser


@pytest.fixture(name="page", scope="module")
def open_page(browser: Browser) -> Page:
    """One page for all mails of a file: a new one takes four times as long as a new mail in it."""
    page = browser.new_page()
    page.route("http*://**", lambda route: route.abort())
    return page


def show(page: Page, mail: Path, *, width: int, scheme: str = "light") -> None:
    """Show the mail at `width` pixels, on a screen."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media="null", color_scheme=scheme)
    page.goto(mail.as_uri())


def violations(page: Page, *, context: object = None, **options: object) -> list[tuple[str, str]]:
    """Return what axe finds: the rule, and the element."""
    found = Axe().run(page, context=context, options={**AXE, **options}).response
    assert found["passes"]
    return [
        (rule["id"], node["html"][:200]) for rule in found["violations"] for node in rule["nodes"]
    ]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Samples, a golden case, a mail of one word, every kind in every look: as `build` does."""
    output = tmp_path_factory.mktemp("built")
    cases = tmp_path_factory.mktemp("cases")
    case = ROOT / "tests/golden/key-figures.yaml"
    (cases / f"kind-{case.name}").write_text(HEAD + case.read_text())
    (cases / "short.yaml").write_text(f"{HEAD}items: [{{kind: text, body: Merci.}}]\n")
    files = [*(ROOT / "issues").glob("*.yaml"), *cases.glob("*.yaml")]
    _build(files, output, start=ROOT)
    for look in LOOKS:
        workspace = tmp_path_factory.mktemp(look)
        shutil.copytree(ROOT / "assets", workspace / "assets")
        shutil.copy(ROOT / "newsletter.yaml", workspace)
        (workspace / "assets/theme.yaml").write_text(f'look: {look}\nbrand: "#5b2bb5"\n')
        issue = workspace / f"issues/look-{look}.yaml"
        issue.parent.mkdir()
        shutil.copy(ROOT / "tests/gallery/every-kind.yaml", issue)
        _build([issue], output, start=workspace)
    return output


def _build(files: list[Path], output: Path, *, start: Path) -> None:
    status = build(around(start), files, output=output)
    assert status == 0
