"""Words of links that say nothing."""

from pathlib import Path

import pytest

from tests.checks.conftest import ITEM, Check, change_template

FAILS = ["cliquez ici", "Ici", "Lire la suite…", "En savoir plus >", "« ici »", "Click here", "là"]
PASSES = ["Notre étude sur l'emploi", "ici commence le programme", "la suite du rapport"]


@pytest.mark.parametrize("words", FAILS)
def test_words_that_say_nothing_are_found_where_they_stand(words: str, check: Check) -> None:
    (problem,) = check(
        "vague-link", f"  - kind: text\n    body: |\n      Paru : [{words}](https://a.fr/x).\n"
    )

    assert problem.position == (9, 15)
    assert words in problem.message


@pytest.mark.parametrize("words", PASSES)
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
