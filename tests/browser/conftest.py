"""A real browser, and the mails that are looked at in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from newsletter.commands.build import build

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found is not None, "no Chromium: `make test` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples and every golden case of a kind, built as `newsletter build` does."""
    output = tmp_path_factory.mktemp("built")
    cases = tmp_path_factory.mktemp("cases")
    head = "kind: newsletter\nsubject: Objet\npreheader: Accroche\ntitle: Titre\ndate: 2025-01-06\n"
    for case in (ROOT / "tests/golden").glob("*.yaml"):
        (cases / f"kind-{case.name}").write_text(head + case.read_text())
    files = [*(ROOT / "issues").glob("*.yaml"), *cases.glob("*.yaml")]
    status = build(
        files, output=output, start=ROOT, tell=lambda _line: None, show=lambda _problems: None
    )
    assert status == 0
    return output
