"""The manual's month, from collecting to what comes back, typed as it is written."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from newsletter import cli
from tests.conftest import ROOT, new_workspace

# Each language's page, its issue of June, the headings and the file of its members, its reviewers.
MONTHS = {
    "fr": ("un-mois-type", "Les coulisses de juin", "Courriel", "Prénom", "relecture"),
    "en": ("a-months-work", "Behind the scenes in June", "Email", "First name", "board"),
}


@pytest.mark.parametrize("language", MONTHS)
def test_each_step_of_the_month_does_what_the_manual_says(
    language: str,
    tmp_path: Path,
    start_server: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page, june, email, first_name, reviewers = MONTHS[language]
    workspace = new_workspace(tmp_path / "workspace", language)
    monkeypatch.chdir(workspace)
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Zoé Martin")
    monkeypatch.setenv("NEWSLETTER_SECRET", "sixteen characters and more")
    server = start_server()
    with (workspace / "newsletter.yaml").open("a", encoding="utf-8") as settings:
        settings.write(
            f"\nreviewers: {{{reviewers}: [relectrice@example.org]}}"
            f"\nsmtp: {{host: localhost, port: {server.port}, security: none}}"
            "\napproval: required\nsite: {web: public, web_url: 'https://l.example.org/{issue}'}\n"
        )
    text = (ROOT / f"docs/{language}/{page}.md").read_text("utf-8")
    commands = re.findall(r"^newsletter .*$", text, re.MULTILINE)
    members = re.findall(r"--members (\S+)", text)[0]
    book = Workbook()
    book.active.append([email, first_name])
    book.active.append(["membre@example.org", "Ana"])
    book.save(workspace / members)
    cli.run(["new", "newsletter", "--title", june, "--date", "2025-06-02"])

    for command in commands:
        words = shlex.split(command)[1:]
        if words[0] == "preview" and "--review" not in words:
            continue  # it stays open: tests/browser/test_preview.py
        if words[0] == "bounces":
            (workspace / "mbox").touch()
            words = ["bounces", "mbox"]  # tests/servers has a mailbox
        if words[0] == "send" and "--dry-run" not in words:
            words.append("--yes")  # nobody types the number
        assert cli.run(words) == 0, (command, capsys.readouterr())

    assert (workspace / "site/index.html").is_file()
    assert server.taken == ["relectrice@example.org", "membre@example.org"]
