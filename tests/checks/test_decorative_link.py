"""Decorations that are links."""

from tests.checks.conftest import Check


def test_a_decorative_picture_with_a_link_is_found_at_its_link(check: Check) -> None:
    picture = (
        "  - kind: picture\n    file: photo.png\n    decorative: true\n    link: https://a.fr\n"
    )

    (problem,) = check("decorative-link", picture)

    assert problem.position == (10, 11)


def test_a_picture_with_words_may_be_a_link(check: Check) -> None:
    picture = "  - {kind: picture, file: photo.png, alt: Le salon, link: 'https://a.fr'}\n"

    assert check("decorative-link", picture) == []
