"""Links that colour alone tells from the words around them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checks.conftest import Check, change_template

ITEM = "  - kind: text\n    body: Lire [le rapport](https://a.fr/r) avant mardi.\n"
PLAIN = "p a { text-decoration: none }\n"


@pytest.fixture(name="in_css")
def make_in_css(workspace: Path) -> Callable[[str], None]:
    def in_css(css: str) -> None:
        change_template(workspace, "email/content.css", "ul, ol {", f"{css}ul, ol {{")

    return in_css


def test_a_link_whose_line_is_taken_away_is_found_at_its_item(
    check: Check, in_css: Callable[[str], None]
) -> None:
    in_css(PLAIN)

    (problem,) = check("link-without-underline", ITEM)

    assert problem.position == (7, 5)
    assert problem.message == "only its colour shows that 'le rapport' is a link"


@pytest.mark.parametrize("selector", ["a", "p a", "body, a:link", "a, p"])
def test_a_style_block_that_takes_all_lines_away_is_found(selector: str, check: Check) -> None:
    block = f"<style>p {{ margin: 0 }} {selector} {{ text-decoration: none }}</style></head>"

    assert check("link-without-underline", ITEM, html=("</head>", block))


@pytest.mark.parametrize(
    "css",
    ["", "p a { text-decoration: underline }\n", PLAIN + "p a { border-bottom: 1px solid }\n"],
)
def test_a_link_with_a_line_passes(css: str, check: Check, in_css: Callable[[str], None]) -> None:
    in_css(css)

    assert check("link-without-underline", ITEM) == []


def test_a_link_that_stands_alone_passes(check: Check, in_css: Callable[[str], None]) -> None:
    in_css(PLAIN)
    alone = "  - {kind: text, body: '[Un](https://a.fr/1) · [Deux](https://a.fr/2)'}\n"

    assert check("link-without-underline", alone) == []


def test_a_button_passes(check: Check) -> None:
    button = "  - {kind: call-to-action, label: Venir, url: 'https://a.fr', text: Tous les ans}\n"

    assert check("link-without-underline", button) == []
