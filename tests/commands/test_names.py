"""`newsletter settings names`: what it lists can be copied as it stands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.cli import run
from newsletter.content.loading import load_issue
from newsletter.settings.loading import load_settings
from tests.conftest import HEAD

PARTS = """
organisations: {"no": {name: Guild}}
audiences: {first name: [Camille, "L'été: Nice, Menton", "yes"]}
reviewers: {the board: [sam@example.org, jo@example.org]}
lists: {presse: {file: journalistes.csv}}
"""
INTERVIEW = """  - kind: interview
    title: Titre
    exchanges: [{question: Un ?, answer: Oui.}]
"""


def names_in(workspace: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert run(["settings", "names"]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.fixture(autouse=True)
def _in_the_workspace(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace)
    monkeypatch.setenv("NEWSLETTER_LANG", "en")
    path = workspace / "newsletter.yaml"
    path.write_text(path.read_text("utf-8") + PARTS, "utf-8")


def test_each_name_stands_under_its_key_with_what_it_is(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert names_in(workspace, capsys) == [
        "senders:",
        "  sender: default  Mon association",
        "contacts:",
        "  contacts: [presse]  Prénom Nom",
        "boilerplates:",
        "  boilerplates: [association]  À propos de l'association",
        "organisations:",
        "  about: ['no']  Guild",
        "audiences:",
        "  for: {first name: Camille}",
        "  for: {first name: 'L''été: Nice, Menton'}",
        "  for: {first name: 'yes'}",
        "lists:",
        "  newsletter send issues/….yaml --list presse  journalistes.csv",
        "reviewers:",
        "  newsletter send issues/….yaml --reviewers 'the board'  sam@example.org, jo@example.org",
        "look:",
        "  look: institution  assets/theme.yaml",
        "  look: editorial    assets/theme.yaml",
        "  look: magazine     assets/theme.yaml",
        "  look: plain        assets/theme.yaml",
    ]


def test_the_lines_of_an_issue_are_read_as_they_are_listed(
    workspace: Path, capsys: pytest.CaptureFixture[str], write_issue: Callable[[str], Path]
) -> None:
    lines = [line.partition("  ")[0] for line in (x.strip() for x in names_in(workspace, capsys))]
    head = next(line for line in lines if line.startswith("sender:"))
    copied = [line for line in lines if line.startswith(("about:", "for:"))]
    settings = load_settings(workspace).settings
    assert settings is not None

    text = f"{HEAD}{head}\nitems:\n" + "".join(f"{INTERVIEW}    {line}\n" for line in copied)
    loaded = load_issue(write_issue(text), settings)

    assert len(copied) == 4
    assert loaded.problems == ()


def test_settings_with_errors_say_so(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workspace / "newsletter.yaml").write_text("senders: {}\n", "utf-8")

    assert run(["settings", "names"]) == 1

    assert "the settings have errors" in capsys.readouterr().err
