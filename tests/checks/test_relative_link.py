"""Addresses that only a website could complete."""

from pathlib import Path

import pytest

from tests.checks.conftest import Check, add_to_footer

ITEM = "  - {kind: text, body: Un mot}\n"


@pytest.mark.parametrize("url", ["/agenda", "agenda.html", "//a.fr/x", "www.a.fr"])
def test_an_address_without_scheme_in_a_template_is_found(
    url: str, workspace: Path, check: Check
) -> None:
    add_to_footer(workspace, f'<p><a href="{url}">Agenda</a></p>')

    (problem,) = check("relative-link", ITEM)

    assert problem.position == (1, 1)
    assert url in problem.message


@pytest.mark.parametrize("url", ["https://a.fr", "mailto:a@b.fr", "tel:+33199001234", "#agenda"])
def test_a_whole_address_passes(url: str, workspace: Path, check: Check) -> None:
    add_to_footer(workspace, f'<p><a href="{url}">Agenda</a></p>')

    assert check("relative-link", ITEM) == []
