"""Pictures of the mail without words."""

from pathlib import Path

from tests.checks.conftest import Check

PICTURE = (
    "  - kind: text\n    body: Un texte.\n  - {kind: picture, file: photo.png, alt: Deux amis}\n"
)


def test_a_template_that_forgets_alt_is_found_at_its_item(check: Check, workspace: Path) -> None:
    template = workspace / "templates/email/items/picture.mjml"
    template.parent.mkdir(parents=True)
    template.write_text(
        """{% set shown = pictures.show(item) %}<mj-section><mj-column>
        <mj-image src="{{ shown.src }}" width="{{ shown.width }}px"/></mj-column></mj-section>"""
    )

    (problem,) = check("image-without-alt", PICTURE)

    assert problem.position.line == 9
    assert ".png" in problem.message


def test_pictures_of_our_own_templates_have_their_words(check: Check) -> None:
    assert check("image-without-alt", PICTURE) == []
