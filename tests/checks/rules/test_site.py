"""What becomes of an issue on the site."""

import re
from pathlib import Path

import pytest

from newsletter.content.loading import load_issue
from newsletter.settings.settings import Settings
from tests.checks.conftest import HEAD, ITEM, Check
from tests.conftest import HEAD as HEAD_ALONE
from tests.site.conftest import RELEASE

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
