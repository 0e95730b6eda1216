"""Addresses of the office's network and of test sites."""

import pytest

from newsletter.problems.problem import Level
from tests.checks.conftest import Check

LINK = "  - kind: links\n    links:\n      - {{title: Page, url: '{url}'}}\n"
INSIDE = [
    "http://localhost:8000/x",
    "http://127.0.0.1/x",
    "https://192.168.1.12/rapport.pdf",
    "https://[::1]/x",
    "https://serveur/x",
    "https://nas.local/x",
    "https://site.test/x",
]
STAGING = [
    "https://staging.example.org/x",
    "https://preprod.example.org/x",
    "https://www-recette.example.org/x",
    "https://preprod2.www.example.org/x",
    "https://dev.example.org/x",
]
PUBLIC = [
    "https://www.example.org/preprod",
    "https://dev.to/x",
    "https://recette.fr/tarte",
    "https://www.recettes.example.org/x",
    "https://developpement.example.org/x",
    "https://8.8.8.8/x",
    "mailto:preprod@example.org",
]


@pytest.mark.parametrize("url", INSIDE)
def test_addresses_inside_a_network_are_errors(url: str, check: Check) -> None:
    (problem,) = check("staging-link", LINK.format(url=url))

    assert problem.level is Level.ERROR
    assert problem.position == (9, 29)


@pytest.mark.parametrize("url", STAGING)
def test_test_sites_are_warnings(url: str, check: Check) -> None:
    (problem,) = check("staging-link", LINK.format(url=url))

    assert problem.level is Level.WARNING


@pytest.mark.parametrize("url", PUBLIC)
def test_public_addresses_pass(url: str, check: Check) -> None:
    assert check("staging-link", LINK.format(url=url)) == []
