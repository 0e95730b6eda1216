"""Pages that did not open when they were tried."""

from newsletter.checks.checked import LinkAnswer
from newsletter.problems.problem import Level
from tests.checks.conftest import Check

LINK = "  - kind: links\n    links:\n      - {title: Page, url: 'https://a.fr/x'}\n"


def test_a_dead_page_is_an_error_at_its_address(check: Check) -> None:
    gone = {"https://a.fr/x": LinkAnswer(True, "the page is gone ({status})", 404)}

    (problem,) = check("dead-link", LINK, answers=gone)

    assert problem.level is Level.ERROR
    assert problem.position == (9, 29)
    assert problem.message == "'https://a.fr/x' does not open: the page is gone (404)"


def test_a_page_that_only_we_could_not_open_is_an_advice(check: Check) -> None:
    closed = {"https://a.fr/x": LinkAnswer(False, "it did not answer")}

    (problem,) = check("dead-link", LINK, answers=closed)

    assert problem.level is Level.ADVICE


def test_without_the_network_nothing_is_found(check: Check) -> None:
    assert check("dead-link", LINK) == []
