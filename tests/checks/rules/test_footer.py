"""What the law asks of a footer: address, name, reason, way out."""

from pathlib import Path

import pytest

from tests.checks.conftest import Check, change_settings, change_template
from tests.conftest import HEAD

ITEM = "  - {kind: text, body: Un mot}\n"
NAME = "{{ (organisation.legal_name or organisation.name) | words }}"
LOST = [
    ("postal-address", "email/footer.mjml", "{{ organisation.address | lines }}"),
    ("postal-address", "text/footer.txt", "{{ organisation.address | address }}"),
    ("sender-identity", "email/footer.mjml", NAME),
    ("reason-for-receipt", "email/footer.mjml", "{{ why | words }}"),
    ("reason-for-receipt", "text/footer.txt", "{{ why | plain | wrap }}"),
    ("unsubscribe-link", "email/footer.mjml", ' href="{{ unsubscribe }}"'),
    ("unsubscribe-link", "text/footer.txt", "{{ unsubscribe }}\n"),
]
RULES = ["postal-address", "sender-identity", "reason-for-receipt", "unsubscribe-link"]
RELEASE = """\
kind: press-release
headline: Un fait
date: 2025-01-06
place: Paris
embargo: none
lead: Un mot.
boilerplates: association
contacts: presse
body:
"""


@pytest.mark.parametrize(("rule", "template", "words"), LOST)
def test_a_footer_of_ones_own_that_lost_it_is_found(
    rule: str, template: str, words: str, workspace: Path, check: Check
) -> None:
    change_template(workspace, template, words, "")

    (problem,) = check(rule, ITEM)

    assert template in problem.hint
    assert problem.position == (1, 1)


@pytest.mark.parametrize("rule", RULES)
def test_the_packaged_footer_passes(rule: str, check: Check) -> None:
    assert check(rule, ITEM) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_press_release_passes(rule: str, check: Check) -> None:
    head = RELEASE.replace("boilerplates: association", "boilerplates: [association]")

    assert check(rule, ITEM, head=head.replace("contacts: presse", "contacts: [presse]")) == []


@pytest.mark.parametrize("rule", RULES)
def test_an_english_issue_passes(rule: str, check: Check) -> None:
    assert check(rule, "language: en\nitems:\n" + ITEM, head=HEAD) == []


def test_settings_without_a_way_out_are_named(workspace: Path, check: Check) -> None:
    way = "unsubscribe:\n  mailto: desinscription@example.org\n"
    change_settings(workspace, way, "unsubscribe: {}\n")

    (problem,) = check("unsubscribe-link", ITEM)

    assert (problem.path.name, problem.position) == ("newsletter.yaml", (62, 1))
    assert "mailto:" in problem.hint


def test_an_address_that_unsubscribes_passes(workspace: Path, check: Check) -> None:
    way = "unsubscribe:\n  mailto: desinscription@example.org\n"
    change_settings(workspace, way, "unsubscribe: {url: 'https://example.org/{token}'}\n")

    assert check("unsubscribe-link", ITEM) == []
