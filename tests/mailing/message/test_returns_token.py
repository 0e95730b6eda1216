"""What stands for a message in its envelope: known to us alone, whatever servers make of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mailing.message.returns_token import is_verp_token_of, verp_token

IDS = st.from_regex(r"(test-)?[0-9a-f]{16}", fullmatch=True)
SECRET = "un secret de trente-deux lettres"  # noqa: S105 - of a test


@given(st.text(min_size=16), st.text(min_size=1), IDS)
def test_a_token_is_known_by_its_secret_and_issue_whatever_its_case(
    secret: str, issue: str, recipient_id: str
) -> None:
    token = verp_token(secret, issue, recipient_id)

    assert is_verp_token_of(token.upper(), secret, issue)
    assert not is_verp_token_of(token, secret, issue + "x")
    assert not is_verp_token_of(token, secret + "x", issue)


def test_a_token_is_the_same_in_every_version() -> None:
    made = verp_token(SECRET, "2026-11-lettre", "00112233aabbccdd")

    assert made == "00112233aabbccdd-wzucosliobi4xpws63dn"  # as openssl and base32 make it


@pytest.mark.parametrize("token", ["", "-", "é", "00112233aabbccdd", "00112233aabbccdd-", "a-b-c"])
def test_what_is_no_token_is_nobody_s(token: str) -> None:
    assert not is_verp_token_of(token, SECRET, "mai")


def test_a_name_and_an_id_that_run_together_are_not_another_s() -> None:
    token = verp_token(SECRET, "mai", "ab")

    assert not is_verp_token_of("b-" + token.partition("-")[2], SECRET, "maia")
