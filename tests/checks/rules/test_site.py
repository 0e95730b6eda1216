"""What becomes of an issue on the site."""

import re

import pytest

from newsletter.content.loading import load_issue
from newsletter.settings.settings import Settings
from tests.checks.conftest import HEAD, ITEM, Check
from tests.conftest import HEAD as HEAD_ALONE

CODE = "7f3kq0x9m2v5c8r1t6w4"


def test_an_unlisted_issue_whose_address_can_be_guessed_is_offered_a_code(
    check: Check, settings: Settings, write_issue
) -> None:
    (problem,) = check("unlisted-without-code", ITEM, head=f"web: unlisted\n{HEAD}")

    assert problem.position == (1, 6)
    (offered,) = re.findall(r"web: (\{.+\})", problem.hint)
    text = f"{HEAD_ALONE}web: {offered}\nitems: [{{kind: text, body: Oui.}}]\n"
    assert load_issue(write_issue(text), settings).problems == ()


@pytest.mark.parametrize("web", ["public", "none", f"{{access: unlisted, code: {CODE}}}"])
def test_an_issue_whose_address_cannot_be_guessed_or_need_not_be_passes(
    check: Check, web: str
) -> None:
    assert check("unlisted-without-code", ITEM, head=f"web: {web}\n{HEAD}") == []
