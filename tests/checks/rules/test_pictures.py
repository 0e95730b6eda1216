"""The words of pictures."""

from pathlib import Path

import pytest
from PIL import Image

from tests.checks.conftest import Check, change_settings, draw

PICTURE = (
    "  - kind: text\n    body: Un texte.\n  - {kind: picture, file: photo.png, alt: Deux amis}\n"
)


def test_a_template_that_forgets_alt_is_found_at_its_item(check: Check, workspace: Path) -> None:
    template = workspace / "templates/email/items/picture.mjml"
    template.parent.mkdir(parents=True)
    template.write_text(
        """{% set shown = pictures.shown(item, 560) %}
        <p><img src="{{ shown.src }}" width="{{ shown.width }}"/></p>"""
    )

    (problem,) = check("image-without-alt", PICTURE)

    assert problem.position.line == 9
    assert ".png" in problem.message


def test_pictures_of_our_own_templates_have_their_words(check: Check) -> None:
    assert check("image-without-alt", PICTURE) == []


WEAK = [
    "IMG_2034.jpg",
    "IMG_2034",
    "photo",
    "Logo",
    "la rencontre du 3 mars",
]
TELLING = [
    "Deux personnes à une table",
    "Logo de Numeum",
    "Dessin d'un pont",
    "Photographe au travail",
    "Portrait de Camille Durand",
]


def with_alt(alt: str) -> str:
    picture = f'{{file: photo.png, alt: "{alt}", caption: La rencontre du 3 mars}}'
    return f"  - kind: article\n    title: Titre\n    body: Un texte.\n    picture: {picture}\n"


@pytest.mark.parametrize("alt", WEAK)
def test_an_alt_that_says_nothing_of_its_own_is_found(alt: str, check: Check) -> None:
    (problem,) = check("weak-alt", with_alt(alt))

    assert problem.position == (10, 38)
    assert alt in problem.message


@pytest.mark.parametrize("alt", TELLING)
def test_an_alt_that_says_what_one_sees_passes(alt: str, check: Check) -> None:
    assert check("weak-alt", with_alt(alt)) == []


def test_an_alt_does_not_repeat_the_title_of_its_item(check: Check) -> None:
    (problem,) = check("weak-alt", with_alt("Titre"))

    assert problem.message == "'Titre' is already written beside the picture"


def test_a_decorative_picture_with_a_link_is_found_at_its_link(check: Check) -> None:
    picture = (
        "  - kind: picture\n    file: photo.png\n    decorative: true\n    link: https://a.fr\n"
    )

    (problem,) = check("decorative-link", picture)

    assert problem.position == (10, 11)


def test_a_picture_with_words_may_be_a_link(check: Check) -> None:
    picture = "  - {kind: picture, file: photo.png, alt: Le salon, link: 'https://a.fr'}\n"

    assert check("decorative-link", picture) == []


@pytest.mark.parametrize(
    ("ink", "where"), [("#101014", "in dark mode"), ("#fdfdfd", "on a light background")]
)
def test_letters_that_are_lost_on_a_ground_are_found_at_their_picture(
    ink: str, where: str, check: Check, workspace: Path
) -> None:
    draw(workspace / "assets/images/photo.png", ink)

    (problem,) = check("vanishing-picture", PICTURE)

    assert problem.position == (9, 27)
    assert where in problem.message


@pytest.mark.parametrize(
    ("ink", "ground"), [("#5b2bb5", "#00000000"), ("#f7b500", "#00000000"), ("#101014", "#ffffff")]
)
def test_letters_that_are_seen_on_both_grounds_pass(
    ink: str, ground: str, check: Check, workspace: Path
) -> None:
    draw(workspace / "assets/images/photo.png", ink, ground)

    assert check("vanishing-picture", PICTURE) == []


@pytest.mark.parametrize(
    ("theme", "ink"),
    [
        ("look: plain", "#ffffff"),
        ("look: plain\nlogo: {file: logo.png}", "#ffffff"),
        (
            'look: institution\ncolours: {light: {band: "#eeeeee"}}\nlogo: {file: logo.png}',
            "#ffffff",
        ),
        ("look: institution\nlogo: {file: logo.png, on_brand: logo.png}", "#5b2bb5"),
        ('look: institution\nbrand: "#f7b500"\nlogo: {file: logo.png}', "#ffffff"),
    ],
)
def test_a_logo_that_no_plate_saves_is_found_where_it_is_named(
    theme: str, ink: str, check: Check, workspace: Path
) -> None:
    (workspace / "assets/theme.yaml").write_text(theme)
    if "logo" not in theme:
        change_settings(workspace, "  website:", "  logo: logo.png\n  website:")
    draw(workspace / "assets/logo.png", ink)

    (problem,) = check("vanishing-picture", "  - kind: text\n    body: Un texte.\n")

    named = "theme.yaml" if "logo" in theme else "newsletter.yaml"
    assert problem.path.name == named
    assert "logo" in problem.path.read_text("utf-8").splitlines()[problem.position.line - 1]


@pytest.mark.parametrize("look", ["plain", "institution"])
def test_a_dark_logo_passes_for_dark_mode_gives_it_a_plate(
    look: str, check: Check, workspace: Path
) -> None:
    (workspace / "assets/theme.yaml").write_text(f"look: {look}\nlogo: logo.png\n")
    draw(workspace / "assets/logo.png", "#101014")

    assert check("vanishing-picture", "  - kind: text\n    body: Un texte.\n") == []


DRAWN = "  - {kind: picture, file: %s, alt: Deux amis}\n"


def two_frames() -> list[Image.Image]:
    frames = [Image.new("RGB", (40, 20), colour) for colour in ("red", "blue")]
    for frame in frames:
        frame.paste("white", (0, 0, 9, 9))
    return frames


@pytest.mark.parametrize("ending", ["png", "webp", "avif"])
def test_an_animation_that_becomes_still_is_told(
    ending: str, check: Check, workspace: Path
) -> None:
    frames = two_frames()
    path = workspace / f"assets/images/anime.{ending}"
    frames[0].save(path, save_all=True, append_images=frames[1:])

    (problem,) = check("stilled-picture", DRAWN % path.name)

    assert problem.position == (7, 27)
    assert path.name in problem.message


@pytest.mark.parametrize("name", ["anime.gif", "telephone.jpg"])
def test_a_gif_and_a_photo_with_a_second_one_behind_it_pass(
    name: str, check: Check, workspace: Path
) -> None:
    frames = two_frames()
    kind = "MPO" if name.endswith("jpg") else "GIF"
    path = workspace / "assets/images" / name
    frames[0].save(path, kind, save_all=True, append_images=frames[1:])

    assert check("stilled-picture", DRAWN % name) == []
