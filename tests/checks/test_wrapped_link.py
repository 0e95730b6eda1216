"""Addresses copied out of a received mail."""

import pytest

from tests.checks.conftest import Check

LINK = "  - kind: links\n    links:\n      - {{title: Page, url: '{url}'}}\n"
WITH_TARGET = [
    "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.fr%2Fx&data=05",
    "https://urldefense.com/v3/__https://a.fr/x__;!!abc$",
    "https://www.google.com/url?q=https%3A%2F%2Fa.fr%2Fx&sa=D",
    "https://www.google.fr/url?sa=t&url=https://a.fr/x",
]
WITHOUT_TARGET = [
    "https://numeum.us1.list-manage.com/track/click?u=12&id=34&e=56",
    "https://u123.ct.sendgrid.net/ls/click?upn=abc",
]


@pytest.mark.parametrize("url", WITH_TARGET)
def test_a_detour_is_found_and_the_page_behind_it_named(url: str, check: Check) -> None:
    (problem,) = check("wrapped-link", LINK.format(url=url))

    assert problem.position == (9, 29)
    assert problem.hint == "write https://a.fr/x"


@pytest.mark.parametrize("url", WITHOUT_TARGET)
def test_a_counter_is_found(url: str, check: Check) -> None:
    (problem,) = check("wrapped-link", LINK.format(url=url))

    assert problem.hint.startswith("open it")


@pytest.mark.parametrize(
    "url", ["https://www.google.com/maps?q=Paris", "https://a.fr/url/x", "https://outlook.com/x"]
)
def test_a_page_passes(url: str, check: Check) -> None:
    assert check("wrapped-link", LINK.format(url=url)) == []
