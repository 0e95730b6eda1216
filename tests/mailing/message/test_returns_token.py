"""What stands for a message in its envelope: read by us alone, whatever servers make of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mailing.message.unsubscribe import is_verp_token, verp_token

IDS = st.from_regex(r"(test-)?[0-9a-f]{16}", fullmatch=True)
SECRETS = st.text(min_size=16)


@given(SECRETS, SECRETS, st.lists(st.text(min_size=1), min_size=2, max_size=2, unique=True), IDS)
def test_a_token_is_of_its_secret_issue_and_recipient_whatever_its_case(
    secret: str, other: str, issues: list[str], recipient_id: str
) -> None:
    token = verp_token(secret, issues[0], recipient_id)

    assert is_verp_token(token.upper(), ["", other, secret], issues[0], recipient_id)
    assert not is_verp_token(token, [secret], issues[1], recipient_id)
    assert not is_verp_token(token, [secret], issues[0], f"{recipient_id}0")
    assert not is_verp_token(token, ["", secret + "x"], issues[0], recipient_id)


def test_a_token_is_the_same_in_every_version() -> None:
    made = verp_token("un secret de trente-deux lettres", "2026-11-lettre", "00112233aabbccdd")

    assert made == "00112233aabbccdd-wzucosliobi4xpws63dn"  # as openssl and base32 make it


@pytest.mark.parametrize("token", ["", "-", "é", "00112233aabbccdd", "00112233aabbccdd-", "a-b-c"])
def test_what_is_no_token_is_nobody_s(token: str) -> None:
    secrets = ["un secret de trente-deux lettres"]
    assert not is_verp_token(token, secrets, "mai", token.rpartition("-")[0])


def test_a_name_and_an_id_that_run_together_are_not_another_s() -> None:
    token = verp_token("un secret de trente-deux lettres", "mai", "ab")

    moved = "b-" + token.partition("-")[2]
    assert not is_verp_token(moved, ["un secret de trente-deux lettres"], "maia", "b")
