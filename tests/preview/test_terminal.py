"""The preview as text, in a terminal or a pipe."""

from collections.abc import Callable
from pathlib import Path

from newsletter.preview.shown_issue import show_issue, terminal_page
from newsletter.settings.settings import Settings

ISSUE = """\
kind: newsletter
subject: Un objet qui est bien plus long que ce qu'un téléphone en montre
preheader: Une accroche
title: Le titre
date: 2025-01-06
items:
  - kind: text
    body: La 6ème fois.
"""


def test_the_text_stands_between_what_an_inbox_shows_and_the_problems(
    settings: Settings, write_issue: Callable[[str | bytes], Path]
) -> None:
    page = terminal_page(show_issue(write_issue(ISSUE), settings, {}))

    inbox, text, problems = page.split("─" * 72)
    assert inbox.splitlines()[0].startswith("Phone    Mon association | Un objet qui est bien")
    assert "La 6ème fois." in text
    assert ":8:14: suggestion: '6ème' is not how this ordinal is written" in problems
    assert problems.splitlines()[-1] == "1 suggestion"


def test_an_issue_that_makes_no_mail_shows_its_problems_alone(
    settings: Settings, write_issue: Callable[[str | bytes], Path]
) -> None:
    page = terminal_page(show_issue(write_issue("kind: newsletter\n"), settings, {}))

    assert "─" not in page
    assert ": error: " in page
