"""What the law asks of an email, and of what it tells of its readers."""

from pathlib import Path

import pytest

from tests.checks.conftest import Check, add_to_footer, change_settings, change_template
from tests.conftest import HEAD

ITEM = "  - {kind: text, body: Un mot}\n"
NAME = "{{ (organisation.legal_name or organisation.name) | words }}"
LOST = [
    ("sender-identity", "email/footer.mjml", "{{ organisation.address | lines }}"),
    ("sender-identity", "text/footer.txt", "{{ organisation.address | address }}"),
    ("sender-identity", "email/footer.mjml", NAME),
    ("reason-for-receipt", "email/footer.mjml", "{{ why | words }}"),
    ("reason-for-receipt", "text/footer.txt", "{{ why | plain | wrap }}"),
    ("unsubscribe-link", "email/footer.mjml", ' href="{{ unsubscribe }}"'),
    ("unsubscribe-link", "text/footer.txt", "{{ unsubscribe }}\n"),
]
RULES = ["sender-identity", "reason-for-receipt", "unsubscribe-link"]
RELEASE = """\
kind: press-release
headline: Un fait
date: 2025-01-06
place: Paris
embargo: none
lead: Un mot.
boilerplates: association
contacts: presse
body:
"""


@pytest.mark.parametrize(("rule", "template", "words"), LOST)
def test_a_footer_of_ones_own_that_lost_it_is_found(
    rule: str, template: str, words: str, workspace: Path, check: Check
) -> None:
    change_template(workspace, template, words, "")

    (problem,) = check(rule, ITEM)

    assert template in problem.hint
    assert problem.position == (1, 1)


@pytest.mark.parametrize("rule", RULES)
def test_the_packaged_footer_passes(rule: str, check: Check) -> None:
    assert check(rule, ITEM) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_press_release_passes(rule: str, check: Check) -> None:
    head = RELEASE.replace("boilerplates: association", "boilerplates: [association]")

    assert check(rule, ITEM, head=head.replace("contacts: presse", "contacts: [presse]")) == []


@pytest.mark.parametrize("rule", RULES)
def test_an_english_issue_passes(rule: str, check: Check) -> None:
    assert check(rule, "language: en\nitems:\n" + ITEM, head=HEAD) == []


def test_settings_without_a_way_out_are_named(workspace: Path, check: Check) -> None:
    way = "unsubscribe:\n  mailto: desinscription@example.org\n"
    change_settings(workspace, way, "unsubscribe: {}\n")

    (problem,) = check("unsubscribe-link", ITEM)

    assert (problem.path.name, problem.position) == ("newsletter.yaml", (62, 1))
    assert "mailto:" in problem.hint


def test_an_address_that_unsubscribes_passes(workspace: Path, check: Check) -> None:
    way = "unsubscribe:\n  mailto: desinscription@example.org\n"
    change_settings(workspace, way, "unsubscribe: {url: 'https://example.org/{token}'}\n")

    assert check("unsubscribe-link", ITEM) == []


LINK = "  - kind: links\n    links:\n      - {{title: Page, url: '{url}'}}\n"


@pytest.mark.parametrize("parameter", ["fbclid", "gclid", "mc_eid", "_hsenc", "mkt_tok", "MC_EID"])
def test_a_personal_number_is_found_and_the_address_without_it_given(
    parameter: str, check: Check
) -> None:
    url = f"https://a.fr/etude?page=2&{parameter}=IwAR0x#suite"

    (problem,) = check("tracking-id", LINK.format(url=url))

    assert problem.position == (9, 29)
    assert problem.hint == "write https://a.fr/etude?page=2#suite"


@pytest.mark.parametrize(
    "url",
    [
        "https://a.fr/etude?utm_source=lettre&utm_medium=email",
        "https://a.fr/fbclid?page=2",
        "https://a.fr/?q=fbclid",
        "https://a.fr/x?fbclid",
    ],
)
def test_other_addresses_pass(url: str, check: Check) -> None:
    assert check("tracking-id", LINK.format(url=url)) == []


DETOURS = [
    "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.fr%2Fx&data=05",
    "https://urldefense.com/v3/__https://a.fr/x__;!!abc$",
    "https://www.google.com/url?q=https%3A%2F%2Fa.fr%2Fx&sa=D",
    "https://www.google.fr/url?sa=t&url=https://a.fr/x",
    "https://numeum.us1.list-manage.com/track/click?u=12&id=34&e=56",
    "https://u123.ct.sendgrid.net/ls/click?upn=abc",
]


@pytest.mark.parametrize("url", DETOURS)
def test_a_link_through_a_service_that_knows_who_copied_it_is_found(url: str, check: Check) -> None:
    (problem,) = check("tracking-id", LINK.format(url=url))

    assert problem.position == (9, 29)
    assert problem.hint.startswith("open it")


@pytest.mark.parametrize(
    "url", ["https://www.google.com/maps?q=Paris", "https://a.fr/url/x", "https://outlook.com/x"]
)
def test_a_page_passes(url: str, check: Check) -> None:
    assert check("tracking-id", LINK.format(url=url)) == []


SRC = "https://suivi.example.org/o.gif"
UNSEEN = [
    f'<img src="{SRC}" width="1" height="1" alt=""/>',
    f'<img src="{SRC}" style="display: none" alt=""/>',
    f'<img src="{SRC}" style="width:1px;height:1px" alt=""/>',
    '<img src="https://www.google-analytics.com/collect?v=1" alt=""/>',
]
SEEN = [
    f'<img src="{SRC}" width="100" height="10" alt=""/>',
    f'<img src="{SRC}" style="width:100%;max-width:100px;opacity:0.5" alt=""/>',
]


@pytest.mark.parametrize("image", UNSEEN)
def test_a_picture_that_nobody_is_to_see_is_found(
    image: str, workspace: Path, check: Check
) -> None:
    add_to_footer(workspace, image)

    assert len(check("tracking-pixel", ITEM)) == 1


@pytest.mark.parametrize("image", SEEN)
def test_a_picture_that_is_seen_passes(image: str, workspace: Path, check: Check) -> None:
    add_to_footer(workspace, image)

    assert check("tracking-pixel", ITEM) == []


def test_a_pixel_in_an_item_is_found_at_its_address(check: Check) -> None:
    item = f"  - kind: picture\n    url: {SRC}\n    width: 1\n    height: 1\n    alt: Un point\n"

    (problem,) = check("tracking-pixel", item)

    assert problem.position == (8, 10)


def test_a_hidden_picture_of_ones_own_folder_passes(workspace: Path, check: Check) -> None:
    site = "site: {images_url: 'https://suivi.example.org'}\nunsubscribe:\n"
    change_settings(workspace, "unsubscribe:\n", site)
    add_to_footer(workspace, f'<img src="{SRC}" style="display:none" alt=""/>')

    assert check("tracking-pixel", ITEM) == []


PICTURE = "  - kind: picture\n    url: {url}\n    width: 9\n    height: 9\n    alt: Un point\n"
SITE = "site: {images_url: 'https://images.exemple.net/lettres'}\n"


def test_a_picture_of_another_site_is_found_at_its_address(check: Check) -> None:
    (problem,) = check("foreign-picture", PICTURE.format(url="https://cdn.example.net/a.png"))

    assert problem.position == (8, 10)
    assert "'cdn.example.net'" in problem.message


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a.png",
        "https://www.example.org/a.png",
        "https://images.exemple.net/a.png",
    ],
)
def test_pictures_of_the_organisation_pass(url: str, workspace: Path, check: Check) -> None:
    change_settings(workspace, "unsubscribe:\n", f"{SITE}unsubscribe:\n")

    assert check("foreign-picture", PICTURE.format(url=url)) == []


def test_a_machine_beside_the_organisations_www_passes(workspace: Path, check: Check) -> None:
    change_settings(workspace, "website: https://example.org", "website: https://www.example.org")

    assert check("foreign-picture", PICTURE.format(url="https://img.example.org/a.png")) == []


def test_a_site_that_only_ends_alike_is_found(check: Check) -> None:
    assert check("foreign-picture", PICTURE.format(url="https://notexample.org/a.png"))
