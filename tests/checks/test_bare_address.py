"""Addresses shown as they are."""

import pytest

from tests.checks.conftest import Check

LONG = "https://www.example.org/evenements/2025/salon?utm_source=lettre"
PASSES = [
    "https://example.org",
    f"[Le programme]({LONG})",
    "une-adresse-vraiment-tres-longue@une-association.example.org",
]


@pytest.mark.parametrize("typed", [LONG, f"<{LONG}>", f"[{LONG}]({LONG})"])
def test_a_long_address_is_found_where_it_stands(typed: str, check: Check) -> None:
    (problem,) = check("bare-address", f"  - kind: text\n    body: |\n      Ici : {typed}\n")

    assert problem.position == (9, 13 + typed.index(LONG))


@pytest.mark.parametrize("typed", PASSES)
def test_short_addresses_words_and_emails_pass(typed: str, check: Check) -> None:
    assert check("bare-address", f"  - kind: text\n    body: |\n      Ici : {typed}\n") == []
