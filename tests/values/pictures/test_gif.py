"""Animated GIFs lose their metadata and nothing else."""

from io import BytesIO

import pytest
from PIL import Image, ImageSequence

from newsletter.values.pictures.gif import without_metadata

XMP = b"\x21\xff\x0bXMP DataXMP\x05<gps>\x00"


def animation() -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    frames[1].putpixel((3, 3), (0, 0, 0))
    file = BytesIO()
    frames[0].save(
        file, "GIF", save_all=True, append_images=frames[1:], loop=0, duration=90, comment=b"secret"
    )
    return file.getvalue()


def shown(gif: bytes) -> list[tuple[bytes, int]]:
    with Image.open(BytesIO(gif)) as picture:
        assert picture.info["loop"] == 0
        return [
            (frame.convert("RGB").tobytes(), frame.info["duration"])
            for frame in ImageSequence.Iterator(picture)
        ]


def test_an_animation_without_its_metadata_shows_the_same() -> None:
    gif = animation()
    with_xmp = gif[:-1] + XMP + gif[-1:]

    bare = without_metadata(with_xmp)

    assert b"secret" in gif
    assert b"secret" not in bare
    assert b"gps" not in bare
    assert shown(bare) == shown(gif)


def test_what_stands_behind_the_end_of_an_animation_goes() -> None:
    assert without_metadata(animation() + b"behind") == without_metadata(animation())


def test_an_animation_without_its_last_byte_gets_it_back() -> None:
    assert without_metadata(animation()[:-1]) == without_metadata(animation())


@pytest.mark.parametrize("damaged", [b"GIF89a", animation()[:-3], animation()[:-1] + b"\x01"])
def test_an_animation_that_breaks_off_is_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="GIF"):
        without_metadata(damaged)
