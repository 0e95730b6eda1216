"""What earlier issues had already, and what the site has."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsletter.checks.reading.earlier import EarlierIssue
from newsletter.content.loading import load_issue
from newsletter.problems.problem import Level
from newsletter.settings.settings import Settings
from tests.checks.conftest import HEAD, ITEM, Check
from tests.conftest import HEAD as HEAD_ALONE
from tests.site.conftest import RELEASE

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


CODE = "7f3kq0x9m2v5c8r1t6w4"


def test_an_unlisted_issue_whose_address_can_be_guessed_is_offered_a_code(
    check: Check, settings: Settings, write_issue
) -> None:
    (problem,) = check("unlisted-without-code", ITEM, head=f"web: unlisted\n{HEAD}")

    assert problem.position == (1, 6)
    (offered,) = re.findall(r"web: (\{.+\})", problem.hint)
    text = f"{HEAD_ALONE}web: {offered}\nitems: [{{kind: text, body: Oui.}}]\n"
    assert load_issue(write_issue(text), settings).problems == ()


@pytest.mark.parametrize("web", ["public", "none", f"{{access: unlisted, code: {CODE}}}"])
def test_an_issue_whose_address_cannot_be_guessed_or_need_not_be_passes(
    check: Check, web: str
) -> None:
    assert check("unlisted-without-code", ITEM, head=f"web: {web}\n{HEAD}") == []


SITE = "site: {web: public, web_url: 'https://l.example.org/{issue}'%s}\n"


@pytest.fixture(name="with_site")
def make_with_site(workspace: Path):
    def with_site(more: str = "") -> None:
        path = workspace / "newsletter.yaml"
        path.write_text(path.read_text(encoding="utf-8") + SITE % more, encoding="utf-8")

    return with_site


@pytest.mark.parametrize(
    ("issue", "url", "hint"),
    [
        ("web: public", "https://l.example.org/2025-03-salom", "https://l.example.org/2025-03-salon"),
        ("web: none", "https://l.example.org/2025-03-salon", "see web: in 2025-03-salon.yaml"),
        ("web: unlisted", "https://l.example.org/2025-03-salon#a", "see web:"),
        (f"web: {{access: unlisted, code: {CODE}}}", "https://l.example.org/2025-03-salon", CODE),
        (f"web: {{access: unlisted, code: {CODE}}}", f"https://l.example.org/2025-03-salon-{CODE}1",
         f"salon-{CODE}"),
    ],
)  # fmt: skip
def test_a_link_to_a_page_that_the_site_will_not_have_is_told(
    check: Check, with_site, write_issue, issue: str, url: str, hint: str
) -> None:
    with_site()
    other = write_issue(f"{HEAD_ALONE}{issue}\nitems: [{{kind: text, body: Oui.}}]\n")
    other.rename(other.with_name("2025-03-salon.yaml"))

    (problem,) = check("missing-page", f"- {{kind: text, body: 'Voir [le salon]({url}).'}}\n")

    assert url in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    "url",
    [
        "https://l.example.org/2025-03-salon",
        "https://l.example.org/2025-03-salon?x=1#a",
        "https://l.example.org/",
        "https://l.example.org/presse/",
        "https://l.example.org/adhesion",
        "https://l.example.org/{own}",
        "https://example.org/2025-03-salom",
    ],
)
def test_a_link_to_a_page_that_is_there_or_of_others_passes(
    check: Check, with_site, write_issue, url: str
) -> None:
    with_site()
    other = write_issue(f"{HEAD_ALONE}items: [{{kind: text, body: Oui.}}]\n")
    other.rename(other.with_name("2025-03-salon.yaml"))
    other.with_name(f"{other.stem}-en.yaml").write_bytes(
        other.with_name("2025-03-salon.yaml").read_bytes()
    )

    url = url.format(own=other.stem)
    assert check("missing-page", f"- {{kind: text, body: 'Voir [le salon]({url}).'}}\n") == []


@pytest.mark.parametrize(
    ("hour", "is_told"), [("2030-01-01 08:00", True), ("2020-01-01 08:00", False)]
)
def test_a_link_to_a_release_that_is_still_secret_that_day_is_told(
    check: Check, with_site, write_issue, hour: str, is_told: bool
) -> None:
    with_site()
    other = write_issue(RELEASE.replace("embargo: none", f"embargo: {hour}"))
    other.rename(other.with_name("secret.yaml"))
    link = "- {kind: text, body: 'Voir [le communiqué](https://l.example.org/secret).'}\n"

    assert bool(check("missing-page", link)) == is_told


AGENDA = "- {kind: agenda, events: [{title: Salon, start: 2025-06-12}]}\n"


@pytest.mark.parametrize(
    ("more", "is_told"),
    [
        (", files_url: 'https://cdn.example.org/f'", True),
        (", files_url: 'https://l.example.org/f'", False),
        (", images_url: 'https://cdn.example.org/i'", True),
        ("", False),
    ],
)
def test_files_that_the_emails_ask_of_another_site_are_told(
    check: Check, with_site, more: str, is_told: bool
) -> None:
    with_site(more)

    found = check("files-elsewhere", AGENDA)

    assert [each.path.name for each in found] == ["newsletter.yaml"] * is_told
