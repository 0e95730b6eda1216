"""The same words for two pages."""

from tests.checks.conftest import Check


def item(second: str) -> str:
    return (
        "  - kind: text\n    body: |\n      [L'étude](https://a.fr/mars) est parue.\n\n"
        f"      Après {second}.\n"
    )


def test_the_same_words_for_two_pages_are_found_at_the_second(check: Check) -> None:
    (problem,) = check("twin-links", item("[l’étude](https://a.fr/juin)"))

    assert problem.position == (11, 14)
    assert "https://a.fr/juin" in problem.message
    assert "https://a.fr/mars" in problem.message


def test_two_links_to_the_same_page_pass(check: Check) -> None:
    assert check("twin-links", item("[L'étude](https://a.fr/mars/)")) == []


def test_other_words_for_another_page_pass(check: Check) -> None:
    assert check("twin-links", item("[L'étude de juin](https://a.fr/juin)")) == []


def test_a_picture_that_is_online_is_no_link(check: Check) -> None:
    picture = (
        "  - {kind: picture, url: 'https://a.fr/i.png', width: 9, height: 9, alt: Vu,"
        " link: 'https://a.fr'}\n"
    )

    assert check("twin-links", picture) == []
