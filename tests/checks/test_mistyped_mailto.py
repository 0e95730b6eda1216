"""Mailboxes and pages mixed up."""

import pytest

from tests.checks.conftest import Check

LINK = "  - kind: links\n    links:\n      - {{title: Page, url: '{url}'}}\n"
FAILS = {
    "mailto:https://a.fr/x": "write https://a.fr/x",
    "mailto:a.fr": "write mailto: and one address: mailto:name@example.org",
    "mailto://contact@a.fr": "write mailto:contact@a.fr",
    "mailto:contact@@a.fr": "write mailto: and one address: mailto:name@example.org",
    "http://contact@a.fr": "write mailto:contact@a.fr",
}
PASSES = [
    "mailto:contact@a.fr",
    "mailto:a@b.fr,c@d.fr",
    "mailto:contact@a.fr?subject=Bonjour%20@tous",
    "https://mastodon.social/@numeum",
    "tel:0199001234",
]


@pytest.mark.parametrize("url", FAILS)
def test_what_opens_no_mail_is_found_with_what_to_type(url: str, check: Check) -> None:
    (problem,) = check("mistyped-mailto", LINK.format(url=url))

    assert problem.position == (9, 29)
    assert problem.hint == FAILS[url]


@pytest.mark.parametrize("url", PASSES)
def test_mailboxes_and_pages_pass(url: str, check: Check) -> None:
    assert check("mistyped-mailto", LINK.format(url=url)) == []
