"""Where links lead, and whether an issue's own address can be guessed."""

import re
from pathlib import Path

import pytest

from newsletter.checks.rule import LinkAnswer
from newsletter.content.loading import load_issue
from newsletter.problems.problem import Level
from newsletter.settings.settings import Settings
from tests.checks.conftest import HEAD, ITEM, Check, add_to_footer, change_settings
from tests.conftest import HEAD as HEAD_ALONE
from tests.site.conftest import RELEASE

PROGRAMME = "  - kind: text\n    body: |\n      Lire [le programme]({url}).\n"


def test_a_link_that_leads_nowhere_is_found_where_its_item_stands(check: Check) -> None:
    (problem,) = check("empty-link", PROGRAMME.format(url="#"))

    assert problem.position.line == 9
    assert "le programme" in problem.message


def test_a_template_without_address_is_found(workspace: Path, check: Check) -> None:
    add_to_footer(workspace, '<p><a href="">Mentions</a></p>')

    (problem,) = check("empty-link", PROGRAMME.format(url="https://a.fr"))

    assert "Mentions" in problem.message


def test_a_link_with_an_address_passes(check: Check) -> None:
    assert check("empty-link", PROGRAMME.format(url="https://a.fr")) == []


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


TO_AGENDA = "  - kind: text\n    body: |\n      Voir [l'agenda](#agenda).\n"
AUDIENCES = "audiences:\n  delegation: [Bretagne, Occitanie]\n"
AGENDA = "  - {{kind: text, id: {id}, body: Les dates{more}}}\n"


@pytest.fixture(name="_audiences")
def add_audiences(workspace: Path) -> None:
    change_settings(workspace, "    email: Courriel\n", "    email: Courriel\n    delegation: D\n")
    change_settings(workspace, "boilerplates:\n", f"{AUDIENCES}boilerplates:\n")


@pytest.mark.usefixtures("_audiences")
def test_a_link_to_an_id_that_no_item_has_is_found(check: Check) -> None:
    (problem,) = check("missing-anchor", TO_AGENDA)

    assert problem.position == (9, 23)
    assert "id: agenda" in problem.hint


@pytest.mark.usefixtures("_audiences")
def test_a_link_to_what_this_variant_hides_is_found(check: Check) -> None:
    hidden = AGENDA.format(id="agenda", more=", for: {delegation: [Occitanie]}")

    (problem,) = check("missing-anchor", TO_AGENDA + hidden)

    assert "cannot see" in problem.message


@pytest.mark.usefixtures("_audiences")
def test_a_link_that_is_hidden_too_passes(check: Check) -> None:
    body = "    for: {delegation: [Occitanie]}\n"

    assert check("missing-anchor", "  - {kind: text, body: Un mot}\n" + TO_AGENDA + body) == []


@pytest.mark.usefixtures("_audiences")
def test_a_link_to_an_item_passes(check: Check) -> None:
    assert check("missing-anchor", TO_AGENDA + AGENDA.format(id="agenda", more="")) == []


LINK = "  - kind: links\n    links:\n      - {{title: Page, url: '{url}'}}\n"
MISTYPED = {
    "mailto:https://a.fr/x": "write mailto: and one address: mailto:name@example.org",
    "mailto:a.fr": "write mailto: and one address: mailto:name@example.org",
    "mailto:contact@@a.fr": "write mailto: and one address: mailto:name@example.org",
    "http://contact@a.fr": "write mailto:contact@a.fr",
}
MAILBOXES = [
    "mailto:contact@a.fr",
    "mailto:a@b.fr,c@d.fr",
    "mailto:contact@a.fr?subject=Bonjour%20@tous",
    "https://mastodon.social/@numeum",
    "tel:0199001234",
]


@pytest.mark.parametrize("url", MISTYPED)
def test_what_opens_no_mail_is_found_with_what_to_type(url: str, check: Check) -> None:
    (problem,) = check("mistyped-mailto", LINK.format(url=url))

    assert problem.position == (9, 29)
    assert problem.hint == MISTYPED[url]


@pytest.mark.parametrize("url", MAILBOXES)
def test_mailboxes_and_pages_pass(url: str, check: Check) -> None:
    assert check("mistyped-mailto", LINK.format(url=url)) == []


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


REPORT = "  - kind: text\n    body: |\n      Lire [le rapport]({url}).\n"


def test_http_is_found_at_its_column(check: Check) -> None:
    (problem,) = check("unencrypted-link", REPORT.format(url="http://a.fr/rapport"))

    assert problem.position == (9, 25)
    assert "https://a.fr/rapport" in problem.hint


def test_the_second_of_two_is_found_at_its_own_place(check: Check) -> None:
    text = "  - kind: text\n    body: |\n      [Un](http://a.fr/x)\n      [Deux](http://a.fr/x)\n"

    first, second = check("unencrypted-link", text)

    assert (first.position.line, second.position.line) == (9, 10)


def test_http_in_a_text_file_is_found_there(workspace: Path, check: Check) -> None:
    (workspace / "issues/texts").mkdir()
    (workspace / "issues/texts/a.md").write_text("Un mot.\n\nLire [x](http://a.fr/x).\n")

    (problem,) = check("unencrypted-link", "  - {kind: text, body: {file: texts/a.md}}\n")

    assert (problem.path.name, problem.position) == ("a.md", (3, 10))


def test_http_in_the_settings_is_found_there(workspace: Path, check: Check) -> None:
    change_settings(workspace, "https://www.linkedin.com", "http://www.linkedin.com")

    (problem,) = check("unencrypted-link", REPORT.format(url="https://a.fr"))

    assert (problem.path.name, problem.position) == ("newsletter.yaml", (14, 12))


def test_https_passes(check: Check) -> None:
    assert check("unencrypted-link", REPORT.format(url="https://a.fr/rapport")) == []


ONE_LINK = "  - kind: links\n    links:\n      - {title: Page, url: 'https://a.fr/x'}\n"


def test_a_dead_page_is_an_error_at_its_address(check: Check) -> None:
    gone = {"https://a.fr/x": LinkAnswer(True, "the page is gone ({status})", 404)}

    (problem,) = check("dead-link", ONE_LINK, answers=gone)

    assert problem.level is Level.ERROR
    assert problem.position == (9, 29)
    assert problem.message == "'https://a.fr/x' does not open: the page is gone (404)"


def test_a_page_that_only_we_could_not_open_is_an_advice(check: Check) -> None:
    closed = {"https://a.fr/x": LinkAnswer(False, "the site did not answer")}

    (problem,) = check("dead-link", ONE_LINK, answers=closed)

    assert problem.level is Level.ADVICE


def test_without_the_network_nothing_is_found(check: Check) -> None:
    assert check("dead-link", ONE_LINK) == []


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


SITE = "site: {web: public, web_url: 'https://l.example.org/{issue}'}\n"


@pytest.fixture(name="with_site")
def make_with_site(workspace: Path):
    def with_site() -> None:
        path = workspace / "newsletter.yaml"
        path.write_text(path.read_text(encoding="utf-8") + SITE, encoding="utf-8")

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
