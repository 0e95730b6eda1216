"""Gaps in the levels of headings."""

from collections.abc import Callable

import pytest

from tests.checks.conftest import Check

FAILS = {
    "#### Calendrier": (9, 7),
    "### Calendrier": (9, 7),
    "## Un\n\n      #### Deux": (11, 7),
}
PASSES = [
    "## Un\n\n      ### Deux\n\n      ## Trois",
    "# Un\n\n      ### Deux",
    "```\n      #### code\n      ```",
    "Le dièse ### dans une phrase",
]


def item(body: str) -> str:
    return f"  - kind: text\n    body: |\n      {body}\n\n      Un texte.\n"


@pytest.mark.parametrize("body", FAILS)
def test_a_skipped_level_is_found_once_at_its_heading(body: str, check: Check) -> None:
    (problem,) = check("heading-order", item(body))

    assert problem.position == FAILS[body]


@pytest.mark.parametrize("body", PASSES)
def test_levels_one_after_the_other_pass(body: str, check: Check) -> None:
    assert check("heading-order", item(body)) == []


def test_a_gap_that_a_template_makes_is_found(
    check: Check, in_template: Callable[[str], None]
) -> None:
    in_template("<mj-section><mj-column><mj-text><h4>Gros</h4></mj-text></mj-column></mj-section>")

    (problem,) = check("heading-order", item("## Un"))

    assert problem.message == "a level 4 heading follows a level 1 heading"
