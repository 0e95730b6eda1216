"""An issue in American English: its dates, hours, paper and the language that its mail names."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.cli import run
from newsletter.rendering.localised import format_embargo, format_hour
from tests.conftest import HEAD

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(0, 1, "12:01 a.m."), (6, 0, "6 a.m."), (12, 0, "12 p.m."), (18, 30, "6:30 p.m.")],
)
def test_hours_are_those_of_twelve(hour: int, minute: int, expected: str) -> None:
    said = format_hour(datetime(2027, 3, 9, hour, minute, tzinfo=NEW_YORK), "en-US")

    assert said.replace("\u00a0", " ") == expected


def test_an_embargo_is_said_as_american_newsrooms_do() -> None:
    said = format_embargo(datetime(2027, 3, 9, 0, 1, tzinfo=NEW_YORK), "en-US")

    assert said.replace("\u00a0", " ") == (
        "EMBARGOED until 12:01 a.m. on Tuesday, March 9, 2027 (New York time)"
    )


@pytest.mark.parametrize("where", ["settings", "issue"])
def test_an_american_workspace_or_issue_is_checked_and_built(
    where: str,
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(workspace)
    settings = workspace / "newsletter.yaml"
    text = settings.read_text("utf-8")
    head = HEAD
    if where == "settings":
        text = text.replace("language: fr", "language: en-US")
    else:
        head += "language: en-US\n"
    settings.write_text(text, "utf-8")
    event = "{kind: agenda, events: [{title: Gala, start: 2025-03-04 18:30}]}"
    (workspace / "issues/essai.yaml").write_text(f"{head}items:\n  - {event}\n", "utf-8")
    assert run(["new", "newsletter", "--title", "Gala", "--date", "2025-01-06"]) == 0

    assert run(["check", "--format", "json"]) == 0, capsys.readouterr().out
    assert run(["build"]) == 0

    assert '<html lang="en-US"' in (workspace / "build/essai/email.html").read_text("utf-8")
    text = (workspace / "build/essai/email.txt").read_text("utf-8").replace("\u00a0", " ")
    assert "Tuesday, March 4, 2025, 6:30 p.m." in text
