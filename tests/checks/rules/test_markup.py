"""What a template of the workspace may break: nothing that the issue file says could."""

from collections.abc import Callable

import pytest

from tests.checks.conftest import ITEM, Check

BEGINNING = (1, 1)  # of the issue file: none of its items has it
InTemplate = Callable[[str], None]


def words(html: str) -> str:
    return f"<mj-section><mj-column><mj-text>{html}</mj-text></mj-column></mj-section>"


BROKEN = {
    "table-role": "<mj-raw><!--[if mso]><table><tr><td>x</td></tr></table><![endif]--></mj-raw>",
    "outlook-drawing": '<mj-raw><!--[if mso]><v:rect fill="true"></v:rect><![endif]--></mj-raw>',
    "repeated-id": words('<p id="un">a</p><p id="un">b</p>'),
    "wrong-aria": words('<p aria-labl="Agenda">a</p>'),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_what_a_template_breaks_is_found(rule: str, check: Check, in_template: InTemplate) -> None:
    in_template(BROKEN[rule])

    assert {problem.position for problem in check(rule, ITEM)} == {BEGINNING}


@pytest.mark.parametrize("rule", BROKEN)
def test_our_own_templates_pass(rule: str, check: Check) -> None:
    assert check(rule, ITEM) == []


# The finishing of the HTML, or MRML, holds these whatever a template says.
BROKEN_PAGES = {
    "missing-title": ("<title>L’objet du mail</title>", "<title> </title>"),
    "missing-language": ('aria-roledescription="email" class="page" role="article" lang="fr"', ""),
    "blocked-zoom": ("initial-scale=1", "initial-scale=1, maximum-scale=1"),
    "table-role": ('role="presentation"', ""),
}


@pytest.mark.parametrize("rule", BROKEN_PAGES)
def test_what_is_broken_in_the_page_is_found(rule: str, check: Check) -> None:
    problems = check(rule, ITEM, html=BROKEN_PAGES[rule])

    assert {problem.position for problem in problems} <= {BEGINNING, (7, 5)}
    assert problems


@pytest.mark.parametrize("rule", BROKEN_PAGES)
def test_the_page_as_it_is_passes(rule: str, check: Check) -> None:
    assert check(rule, ITEM) == []


def test_a_misspelt_attribute_is_named_with_what_was_meant(
    check: Check, in_template: InTemplate
) -> None:
    in_template(BROKEN["wrong-aria"])

    (problem,) = check("wrong-aria", ITEM)

    assert problem.message == "screen readers do not know 'aria-labl'"
    assert problem.hint == "did you mean 'aria-label'?"


def test_a_link_in_a_drawing_for_outlook_is_found(check: Check, in_template: InTemplate) -> None:
    drawing = '<v:rect alt="Fond"><a href="https://a.fr">Lire</a></v:rect>'
    in_template(f"<mj-raw><!--[if mso]>{drawing}<![endif]--></mj-raw>")

    (problem,) = check("outlook-drawing", ITEM)

    assert problem.message == "<a> is inside a drawing for Outlook"
