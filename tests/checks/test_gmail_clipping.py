"""Mails that Gmail cuts."""

from newsletter.problems.problem import Level
from tests.checks.conftest import Check

SHORT = "  - {kind: text, body: Un mot}\n"


def long_item(kilobytes: int) -> str:
    return f"  - kind: text\n    title: Le long\n    body: {'mots ' * (kilobytes * 1000 // 5)}\n"


def test_a_mail_that_gmail_cuts_is_an_error_at_its_heaviest_item(check: Check) -> None:
    (problem,) = check("gmail-clipping", SHORT + long_item(105))

    assert problem.level is Level.ERROR
    assert problem.position.line == 8
    assert "'Le long' (104 kB)" in problem.message


def test_a_mail_that_gmail_nearly_cuts_is_a_warning(check: Check) -> None:
    (problem,) = check("gmail-clipping", SHORT + long_item(85))

    assert problem.level is Level.WARNING


def test_bytes_are_counted_not_letters(check: Check) -> None:
    item = f"  - {{kind: text, body: {'é' * 45_000}}}\n"

    assert len(check("gmail-clipping", item)) == 1


def test_a_mail_of_70_kilobytes_passes(check: Check) -> None:
    assert check("gmail-clipping", SHORT + long_item(70)) == []
