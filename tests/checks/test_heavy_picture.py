"""Pictures that weigh."""

import random
from pathlib import Path

import pytest
from PIL import Image

from newsletter.problems.problem import Level
from tests.checks.conftest import Check

NOISE = random.Random(1)  # noqa: S311 - a picture that no format can make small
PICTURE = "  - kind: picture\n    file: {name}\n    alt: Un dessin\n"


def noise(workspace: Path, name: str, side: int) -> str:
    pixels = Image.frombytes("RGB", (side, side), NOISE.randbytes(3 * side * side))
    pixels.save(workspace / "assets/images" / name)
    return PICTURE.format(name=name)


@pytest.mark.parametrize(("side", "level"), [(450, Level.ADVICE), (620, Level.WARNING)])
def test_a_heavy_picture_is_found_where_it_is_named(
    side: int, level: Level, workspace: Path, check: Check
) -> None:
    (problem,) = check("heavy-picture", noise(workspace, "a.png", side))

    assert problem.level is level
    assert problem.position == (8, 11)


def test_many_pictures_are_heavy_together(workspace: Path, check: Check) -> None:
    items = [noise(workspace, f"{number}.png", 380) for number in range(4)]

    (problem,) = check("heavy-picture", "".join(items))

    assert "in all" in problem.message


def test_a_light_picture_passes(check: Check) -> None:
    assert check("heavy-picture", PICTURE.format(name="photo.png")) == []
