"""What earlier issues had already: texts and stories."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsletter.checks.reading.earlier import EarlierIssue
from newsletter.problems.problem import Level
from tests.checks.conftest import HEAD, ITEM, Check

INTRODUCTION = "Ce mois-ci, nous avons rencontré trois ministères et un Parlement, à Bruxelles."
MAY = EarlierIssue(
    Path("2024-12-coulisses.yaml"),
    date(2024, 12, 1),
    frozenset(),
    {"introduction": INTRODUCTION, "preheader": "Une accroche", "closing": "À bientôt !"},
)


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (f"introduction: |\n  {INTRODUCTION}\n", 6),
        (f"introduction:\n  signature: Prénom Nom\n  text: {INTRODUCTION}\n", 8),
    ],
    ids=["alone", "signed"],
)
def test_last_month_s_introduction_is_found(written: str, line: int, check: Check) -> None:
    head = HEAD.replace("items:", f"{written}items:")

    (problem,) = check("recycled-text", ITEM, head=head, earlier_issues=[MAY])

    assert problem.position.line == line
    assert problem.message == "this text is already used in 2024-12-coulisses.yaml"


def test_last_month_s_preheader_is_found(check: Check) -> None:
    head = HEAD.replace("Une accroche, qui dit autre chose", "Une accroche")

    (problem,) = check("recycled-text", ITEM, head=head, earlier_issues=[MAY])

    assert problem.position.line == 3


def test_a_short_goodbye_may_come_back(check: Check) -> None:
    head = HEAD.replace("items:", "closing: À bientôt !\nitems:")

    assert check("recycled-text", ITEM, head=head, earlier_issues=[MAY]) == []


LINK = "  - kind: links\n    links:\n      - {{title: Page, url: '{url}'}}\n"


def earlier(*addresses: str, month: int = 12) -> EarlierIssue:
    return EarlierIssue(Path(f"2024-{month}.yaml"), date(2024, month, 1), frozenset(addresses))


def test_a_page_of_last_month_is_found(check: Check) -> None:
    last = [earlier("a.fr/etude-2024")]

    (problem,) = check(
        "already-sent", LINK.format(url="https://a.fr/etude-2024"), earlier_issues=last
    )

    assert problem.level is Level.ADVICE
    assert problem.position == (9, 29)
    assert "2024-12.yaml" in problem.message


def test_the_same_page_with_another_source_of_visits_is_found(check: Check) -> None:
    url = "https://www.a.fr/etude-2024/?utm_source=lettre#suite"

    assert check("already-sent", LINK.format(url=url), earlier_issues=[earlier("a.fr/etude-2024")])


BODY = " ".join(["Une délégation a rencontré le ministre et lui a remis nos propositions."] * 4)


def test_a_body_of_last_month_is_found(check: Check) -> None:
    december = replace(MAY, bodies=frozenset({BODY}))
    items = f"  - kind: text\n    body: |\n      {BODY}\n"

    (problem,) = check("recycled-text", items, earlier_issues=[december])

    assert problem.position.line == 8


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.fr/etude-2025", "a.fr/etude-2024"),
        ("https://a.fr/", "a.fr"),
        ("https://www.linkedin.com/company/example", "linkedin.com/company/example"),
        ("mailto:contact@a.fr", "mailto:contact@a.fr"),
    ],
)
def test_no_story_twice_passes(url: str, address: str, check: Check) -> None:
    assert check("already-sent", LINK.format(url=url), earlier_issues=[earlier(address)]) == []


def test_an_address_that_stands_in_many_issues_passes(check: Check) -> None:
    issues = [earlier("a.fr/adherer", month=month) for month in (9, 10, 11)]

    item = LINK.format(url="https://a.fr/adherer")

    assert check("already-sent", item, earlier_issues=issues) == []
