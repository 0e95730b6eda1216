"""The words of links, and how one sees that they are links."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checks.conftest import ITEM, Check, change_template

VAGUE = ["cliquez ici", "Ici", "Lire la suite…", "En savoir plus >", "« ici »", "Click here", "là"]
CLEAR = ["Notre étude sur l'emploi", "ici commence le programme", "la suite du rapport"]


@pytest.mark.parametrize("words", VAGUE)
def test_words_that_say_nothing_are_found_where_they_stand(words: str, check: Check) -> None:
    (problem,) = check(
        "vague-link", f"  - kind: text\n    body: |\n      Paru : [{words}](https://a.fr/x).\n"
    )

    assert problem.position == (9, 15)
    assert words in problem.message


@pytest.mark.parametrize("words", CLEAR)
def test_words_that_say_something_pass(words: str, check: Check) -> None:
    item = f"  - kind: text\n    body: |\n      Paru : [{words}](https://a.fr/x).\n"

    assert check("vague-link", item) == []


def test_links_of_fields_are_looked_at_too(check: Check) -> None:
    link = "{kind: links, links: [{title: En savoir plus, url: 'https://a.fr'}]}"

    (problem,) = check("vague-link", f"  - {link}\n")

    assert problem.position.line == 7


def test_a_link_that_a_template_adds_is_found_at_its_item(check: Check, workspace: Path) -> None:
    link = '<p><a href="https://a.fr">En savoir plus</a></p>'
    change_template(workspace, "email/items/text.mjml", "{{ item.body", link + "{{ item.body")

    (problem,) = check("vague-link", ITEM)

    assert problem.position == (7, 5)


def test_a_link_without_words_that_a_template_adds_is_found(
    check: Check, in_template: Callable[[str], None]
) -> None:
    link = '<a href="https://a.fr"><img src="l.png" alt="" width="1"/></a>'
    in_template(f"<mj-section><mj-column><mj-text>{link}</mj-text></mj-column></mj-section>")

    (problem,) = check("wordless-link", ITEM)

    assert problem.position == (1, 1)


def test_links_of_our_own_templates_have_words(check: Check) -> None:
    assert check("wordless-link", ITEM) == []


def with_second(second: str) -> str:
    return (
        "  - kind: text\n    body: |\n      [L'étude](https://a.fr/mars) est parue.\n\n"
        f"      Après {second}.\n"
    )


def test_the_same_words_for_two_pages_are_found_at_the_second(check: Check) -> None:
    (problem,) = check("twin-links", with_second("[l’étude](https://a.fr/juin)"))

    assert problem.position == (11, 14)
    assert "https://a.fr/juin" in problem.message
    assert "https://a.fr/mars" in problem.message


def test_two_links_to_the_same_page_pass(check: Check) -> None:
    assert check("twin-links", with_second("[L'étude](https://a.fr/mars/)")) == []


def test_other_words_for_another_page_pass(check: Check) -> None:
    assert check("twin-links", with_second("[L'étude de juin](https://a.fr/juin)")) == []


def test_a_picture_that_is_online_is_no_link(check: Check) -> None:
    picture = (
        "  - {kind: picture, url: 'https://a.fr/i.png', width: 9, height: 9, alt: Vu,"
        " link: 'https://a.fr'}\n"
    )

    assert check("twin-links", picture) == []


AMONG_WORDS = "  - kind: text\n    body: Lire [le rapport](https://a.fr/r) avant mardi.\n"
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

    (problem,) = check("link-without-underline", AMONG_WORDS)

    assert problem.position == (7, 5)
    assert problem.message == "only its colour shows that 'le rapport' is a link"


@pytest.mark.parametrize("selector", ["a", "p a", "body, a:link", "a, p"])
def test_a_style_block_that_takes_all_lines_away_is_found(
    selector: str, check: Check, workspace: Path
) -> None:
    change_template(workspace, "email/content.css", "text-decoration: underline", "")
    block = f"<mj-style>p {{ margin: 0 }} {selector} {{ text-decoration: none }}</mj-style>"
    change_template(workspace, "email/head.mjml", "</mj-head>", f"{block}</mj-head>")

    assert check("link-without-underline", AMONG_WORDS)


@pytest.mark.parametrize(
    "css",
    ["", "p a { text-decoration: underline }\n", PLAIN + "p a { border-bottom: 1px solid }\n"],
)
def test_a_link_with_a_line_passes(css: str, check: Check, in_css: Callable[[str], None]) -> None:
    in_css(css)

    assert check("link-without-underline", AMONG_WORDS) == []


def test_a_link_that_stands_alone_passes(check: Check, in_css: Callable[[str], None]) -> None:
    in_css(PLAIN)
    alone = "  - {kind: text, body: '[Un](https://a.fr/1) · [Deux](https://a.fr/2)'}\n"

    assert check("link-without-underline", alone) == []


def test_a_button_passes(check: Check) -> None:
    button = "  - {kind: call-to-action, label: Venir, url: 'https://a.fr', text: Tous les ans}\n"

    assert check("link-without-underline", button) == []


LONG = "https://www.example.org/evenements/2025/salon?utm_source=lettre"
SHORT = [
    "https://example.org",
    f"[Le programme]({LONG})",
    "une-adresse-vraiment-tres-longue@une-association.example.org",
]


@pytest.mark.parametrize("typed", [LONG, f"<{LONG}>", f"[{LONG}]({LONG})"])
def test_a_long_address_is_found_where_it_stands(typed: str, check: Check) -> None:
    (problem,) = check("bare-address", f"  - kind: text\n    body: |\n      Ici : {typed}\n")

    assert problem.position == (9, 13 + typed.index(LONG))


@pytest.mark.parametrize("typed", SHORT)
def test_short_addresses_words_and_emails_pass(typed: str, check: Check) -> None:
    assert check("bare-address", f"  - kind: text\n    body: |\n      Ici : {typed}\n") == []
