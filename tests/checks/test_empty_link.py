"""Links without an address."""

from pathlib import Path

from tests.checks.conftest import Check, add_to_footer

TEXT = "  - kind: text\n    body: |\n      Lire [le programme]({url}).\n"


def test_a_link_that_leads_nowhere_is_found_where_its_item_stands(check: Check) -> None:
    (problem,) = check("empty-link", TEXT.format(url="#"))

    assert problem.position.line == 9
    assert "le programme" in problem.message


def test_a_template_without_address_is_found(workspace: Path, check: Check) -> None:
    add_to_footer(workspace, '<p><a href="">Mentions</a></p>')

    (problem,) = check("empty-link", TEXT.format(url="https://a.fr"))

    assert "Mentions" in problem.message


def test_a_link_with_an_address_passes(check: Check) -> None:
    assert check("empty-link", TEXT.format(url="https://a.fr")) == []
