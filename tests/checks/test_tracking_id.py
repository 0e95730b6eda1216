"""Numbers in addresses that stand for who copied them."""

import pytest

from tests.checks.conftest import Check

LINK = "  - kind: links\n    links:\n      - {{title: Page, url: '{url}'}}\n"


@pytest.mark.parametrize("parameter", ["fbclid", "gclid", "mc_eid", "_hsenc", "mkt_tok", "MC_EID"])
def test_a_personal_number_is_found_and_the_address_without_it_given(
    parameter: str, check: Check
) -> None:
    url = f"https://a.fr/etude?page=2&{parameter}=IwAR0x#suite"

    (problem,) = check("tracking-id", LINK.format(url=url))

    assert problem.position == (9, 29)
    assert problem.hint == "write https://a.fr/etude?page=2#suite"


@pytest.mark.parametrize(
    "url",
    [
        "https://a.fr/etude?utm_source=lettre&utm_medium=email",
        "https://a.fr/fbclid?page=2",
        "https://a.fr/?q=fbclid",
        "https://a.fr/x?fbclid",
    ],
)
def test_other_addresses_pass(url: str, check: Check) -> None:
    assert check("tracking-id", LINK.format(url=url)) == []
