"""Golden pages: each kind of item, and whole issues, as HTML and text that a designer can open.

`make golden` writes them anew; look at the difference before committing it.
"""

from pathlib import Path
from typing import get_args

import pytest

from newsletter.checks.checking import run_checks
from newsletter.cli import run
from newsletter.content.items import Item
from newsletter.content.loading import load_issue
from newsletter.rendering.document import Document, render_document
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.values.model import fields_of
from tests.conftest import HEAD

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden"
SAMPLES = sorted((ROOT / "issues").glob("*.yaml"))

# What a golden case shows on purpose.
MEANT = {"interview": {"weak-alt"}, "picture": {"foreign-picture"}}

KINDS = [get_args(fields_of(model)["kind"].type)[0] for model in get_args(Item)]


@pytest.fixture(name="here", scope="module")
def load_own_settings() -> Settings:
    settings = load_settings(ROOT).settings
    assert settings is not None
    return settings


def render(path: Path, settings: Settings) -> Document:
    """Return the mail of the sample recipient, as `newsletter build` shows it."""
    loaded = load_issue(path, settings)
    assert loaded.problems == ()
    assert loaded.issue is not None
    return render_document(loaded.issue, settings, settings.sample_audience)


def compare(name: str, content: str, *, write: bool) -> None:
    path = GOLDEN / name
    if write:
        path.write_text(content, encoding="utf-8", newline="")
    assert path.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_item_is_rendered_as_its_golden_page(
    kind: str, here: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / f"{kind}.yaml"
    path.write_text(HEAD + (GOLDEN / f"{kind}.yaml").read_text())

    document = render(path, here)

    write = request.config.getoption("--write-golden")
    spans = [document.html[span.start : span.end] for span in document.item_spans]
    compare(f"{kind}.html", "\n".join(spans) + "\n", write=write)
    compare(f"{kind}.txt", document.text, write=write)


@pytest.mark.parametrize("kind", KINDS)
def test_the_checks_find_no_fault_in_a_golden_page(
    kind: str, here: Settings, tmp_path: Path
) -> None:
    path = tmp_path / f"{kind}.yaml"
    path.write_text(HEAD + (GOLDEN / f"{kind}.yaml").read_text())
    loaded = load_issue(path, here)

    found = run_checks(loaded, [render(path, here)], here)

    assert {problem.rule for problem in found} == MEANT.get(kind, set())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_issue_is_rendered_as_its_golden_page(
    sample: Path, here: Settings, request: pytest.FixtureRequest
) -> None:
    document = render(sample, here)

    write = request.config.getoption("--write-golden")
    compare(f"issue-{sample.stem}.html", document.html, write=write)
    compare(f"issue-{sample.stem}.txt", document.text, write=write)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_issue_is_shown_in_the_terminal_as_its_golden_page(
    sample: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(ROOT)

    status = run(["preview", str(sample), "--terminal"])

    write = request.config.getoption("--write-golden")
    compare(f"preview-{sample.stem}.txt", capsys.readouterr().out, write=write)
    assert status == 0


def test_every_kind_stands_in_its_five_places() -> None:
    kinds = set(KINDS)
    schema = (ROOT / "issues/.schema.json").read_text()

    assert kinds == {path.stem for path in (ROOT / "templates/email/items").glob("*.mjml")}
    assert kinds == {path.stem for path in (ROOT / "templates/text/items").glob("*.txt")}
    assert kinds == {path.stem for path in GOLDEN.glob("*.yaml")}
    assert all(f'"const": "{kind}"' in schema for kind in kinds)
