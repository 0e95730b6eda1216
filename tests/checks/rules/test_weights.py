"""What a mail weighs."""

import random
from pathlib import Path

from PIL import Image

from newsletter.problems.problem import Level
from tests.checks.conftest import Check, change_template

SHORT = "  - {kind: text, body: Un mot}\n"


def long_item(kilobytes: int) -> str:
    return f"  - kind: text\n    title: Le long\n    body: {'mots ' * (kilobytes * 1000 // 5)}\n"


def test_a_mail_that_gmail_cuts_is_an_error_at_its_heaviest_item(check: Check) -> None:
    (problem,) = check("gmail-clipping", SHORT + long_item(105))

    assert problem.level is Level.ERROR
    assert problem.position.line == 8
    assert "'Le long' (103 kB)" in problem.message


def test_a_mail_that_gmail_nearly_cuts_is_a_warning(check: Check) -> None:
    (problem,) = check("gmail-clipping", SHORT + long_item(85))

    assert problem.level is Level.WARNING


def test_bytes_are_counted_not_letters(check: Check) -> None:
    item = f"  - {{kind: text, body: {'é' * 45_000}}}\n"

    assert len(check("gmail-clipping", item)) == 1


def test_a_mail_of_70_kilobytes_passes(check: Check) -> None:
    assert check("gmail-clipping", SHORT + long_item(70)) == []


ITEM = "  - {kind: text, body: Un mot}\n"
STYLE = ".x{color:#000000}"


def test_styles_of_over_16_kilobytes_are_found(workspace: Path, check: Check) -> None:
    styles = f"<mj-style>{STYLE * 900}</mj-style></mj-head>"
    change_template(workspace, "email/head.mjml", "</mj-head>", styles)

    (problem,) = check("style-weight", ITEM)

    assert problem.position == (1, 1)
    assert "of styles" in problem.message


def test_the_packaged_styles_pass(check: Check) -> None:
    assert check("style-weight", ITEM) == []


NOISE = random.Random(1)  # noqa: S311 - a picture that no format can make small
PICTURE = "  - kind: picture\n    file: {name}\n    alt: Un dessin\n"


def noise(workspace: Path, name: str, side: int) -> str:
    pixels = Image.frombytes("RGB", (side, side), NOISE.randbytes(3 * side * side))
    pixels.save(workspace / "assets/images" / name)
    return PICTURE.format(name=name)


def test_a_heavy_picture_is_found_where_it_is_named(workspace: Path, check: Check) -> None:
    (problem,) = check("heavy-picture", noise(workspace, "a.png", 450))

    assert problem.position == (8, 11)


def test_many_pictures_are_heavy_together(workspace: Path, check: Check) -> None:
    items = [noise(workspace, f"{number}.png", 380) for number in range(4)]

    (problem,) = check("heavy-picture", "".join(items))

    assert "in all" in problem.message


def test_a_light_picture_passes(check: Check) -> None:
    assert check("heavy-picture", PICTURE.format(name="photo.png")) == []


REMOTE = (
    "  - {{kind: picture, url: 'https://example.org/{number}.png', width: 9, height: 9, alt: Un}}\n"
)


def remote(count: int) -> str:
    return "".join(REMOTE.format(number=number) for number in range(count))


def test_the_eleventh_picture_is_found(check: Check) -> None:
    (problem,) = check("remote-requests", remote(12))

    assert problem.position.line == 17


def test_ten_pictures_pass(check: Check) -> None:
    assert check("remote-requests", remote(10)) == []


def test_pictures_of_the_mail_itself_do_not_count(workspace: Path, check: Check) -> None:
    items = "  - {kind: picture, file: photo.png, alt: Un}\n" * 3

    assert check("remote-requests", remote(10) + items) == []
