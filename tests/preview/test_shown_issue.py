"""An issue as a preview has it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.checks.checking import problems_of
from newsletter.preview.shown_issue import show_issue
from newsletter.problems.problem import in_order
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from tests.preview.workspaces import add_audiences

ISSUE = """\
kind: newsletter
subject: Bonjour ((first name))
preheader: Une accroche pour ((first name)), qui dit autre chose
title: Le titre
date: 2025-01-06
items:
  - kind: text
    title: Le court
    body: Un mot, [ici](https://example.org/page).
  - kind: text
    title: Le long
    body: LONG
  - kind: text
    for: {delegation: [Bretagne]}
    body: Pour les uns.
""".replace("LONG", "Beaucoup de mots. " * 20)
WriteIssue = Callable[[str | bytes], Path]


@pytest.fixture(name="settings")
def with_audiences(workspace: Path) -> Settings:
    add_audiences(workspace)
    settings = load_settings(workspace).settings
    assert settings is not None
    return settings


def test_problems_are_those_of_the_check(write_issue: WriteIssue, settings: Settings) -> None:
    path = write_issue(ISSUE)

    shown = show_issue(path, settings, {"email": "a@example.org"})

    assert shown.problems
    assert list(shown.problems) == in_order(problems_of(path, settings))


def test_the_mail_has_the_recipient_s_values(write_issue: WriteIssue, settings: Settings) -> None:
    values = {"email": "a@example.org", "first name": "Zoé"}

    mail = show_issue(write_issue(ISSUE), settings, values).mail

    assert mail is not None
    assert mail.filled.subject == "Bonjour Zoé"
    assert mail.inbox[0].subject == "Bonjour Zoé"
    assert mail.inbox[0].preheader.startswith("Une accroche pour Zoé")
    assert "qzm" not in mail.filled.html + mail.filled.text


def test_weights_are_bytes_of_the_html_the_heaviest_item_first(
    write_issue: WriteIssue, settings: Settings
) -> None:
    mail = show_issue(write_issue(ISSUE), settings, {}).mail

    assert mail is not None
    assert [item.words for item in mail.items] == ["Le long", "Le court"]
    assert mail.weight_bytes == len(mail.document.html.encode())
    assert sum(item.weight_bytes for item in mail.items) < mail.weight_bytes


def test_what_the_recipient_does_not_see_is_told(
    write_issue: WriteIssue, settings: Settings
) -> None:
    mail = show_issue(write_issue(ISSUE), settings, {}).mail

    assert mail is not None
    assert mail.left_out == ("1 part of the issue is hidden from the recipient shown (no details)",)


def test_an_issue_that_does_not_load_has_problems_and_no_mail(
    write_issue: WriteIssue, settings: Settings
) -> None:
    shown = show_issue(write_issue("kind: newsletter\n"), settings, {})

    assert shown.mail is None
    assert shown.loaded.issue is None
    assert shown.problems
