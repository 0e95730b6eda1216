"""A real browser, and the mails that are looked at in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from newsletter.commands.build import build
from newsletter.preview.browser import chromium
from tests.conftest import HEAD

ROOT = Path(__file__).parents[2]

expect.set_options(timeout=60_000)  # a test fails by what it sees, not since a machine is busy


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one file: while it is open no other test may run an event loop."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples and every golden case of a kind, built as `newsletter build` does."""
    output = tmp_path_factory.mktemp("built")
    cases = tmp_path_factory.mktemp("cases")
    for case in (ROOT / "tests/golden").glob("*.yaml"):
        (cases / f"kind-{case.name}").write_text(HEAD + case.read_text())
    files = [*(ROOT / "issues").glob("*.yaml"), *cases.glob("*.yaml")]
    status = build(
        files, output=output, start=ROOT, tell=lambda _line: None, show=lambda _problems: None
    )
    assert status == 0
    return output
