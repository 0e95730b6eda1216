"""Pictures as mails carry them: upright, in sRGB, without metadata, in the right format."""

import struct
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from PIL import Image, ImageChops, ImageCms, ImageOps

from newsletter.rendering.pictures.encoding import encode_picture
from newsletter.rendering.pictures.images import crop_to
from newsletter.values.pictures import picture_facts
from newsletter.values.structures import Focus

SECRET = b"48.8566"


def photo(size: tuple[int, int] = (64, 48)) -> Image.Image:
    noise = Image.effect_noise(size, 80)
    return Image.merge("RGB", [noise, noise.rotate(180), noise])


def drawing() -> Image.Image:
    picture = Image.new("RGB", (1200, 600), "#ffffff")
    picture.paste("#1a2b3c", (100, 100, 501, 501))
    picture.paste("#e4003a", (601, 101, 1100, 300))
    return picture.rotate(3, resample=Image.Resampling.NEAREST, fillcolor="#ffffff")


def encode(path: Path, size: tuple[int, int]) -> tuple[str, Image.Image]:
    suffix, content = encode_picture(path, size)
    picture = Image.open(BytesIO(content))
    picture.load()
    return suffix, picture


def red_is_green() -> bytes:
    """Return a colour profile whose red is sRGB's green, and the reverse."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", profile, 128)
    tags = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 136 + 12 * n for n in range(count)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    at_red, at_green = profile[red : red + 8], profile[green : green + 8]
    profile[red : red + 8], profile[green : green + 8] = at_green, at_red
    return bytes(profile)


def linear_grey() -> bytes:
    """Return a profile of greys in which 128 is half of the light (ICC.1, section 8)."""
    d50 = struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    tags = {b"wtpt": b"XYZ \0\0\0\0" + d50, b"kTRC": b"curv" + bytes(8)}
    table, content, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(content), len(value))
        content += value
    size = start + len(content)
    head = struct.pack(">I4sI", size, b"lcms", 0x02400000) + b"mntrGRAYXYZ ".ljust(24, b"\0")
    return (head + b"acsp").ljust(68, b"\0") + d50.ljust(60, b"\0") + table + content


def with_secrets() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    return exif


@pytest.mark.parametrize(
    ("format_name", "expected"), [("JPEG", ".jpg"), ("PNG", ".jpg"), ("WEBP", ".jpg")]
)
def test_a_photo_tells_nobody_where_it_was_taken(
    format_name: str, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "photo"
    photo().save(path, format_name, exif=with_secrets(), icc_profile=red_is_green())
    assert SECRET in path.read_bytes()

    suffix, content = encode_picture(path, (64, 48))

    picture = Image.open(BytesIO(content))
    assert suffix == expected
    assert SECRET not in content
    assert dict(picture.getexif()) == {}
    assert "icc_profile" not in picture.info


def test_a_drawing_loses_its_profile_and_comment(tmp_path: Path) -> None:
    path = tmp_path / "dessin.gif"
    drawing().quantize(8).save(path, comment=SECRET)

    suffix, content = encode_picture(path, (1200, 600))

    assert SECRET in path.read_bytes()
    assert SECRET not in content
    assert suffix == ".png"


@pytest.mark.parametrize("held", range(1, 9))
@pytest.mark.parametrize("format_name", ["PNG", "JPEG"])
def test_a_photo_is_turned_upright(held: int, format_name: str, tmp_path: Path) -> None:
    corners = Image.new("RGB", (40, 20), "white")
    corners.paste("red", (0, 0, 20, 10))
    corners.paste("blue", (20, 10, 40, 20))
    exif = Image.Exif()
    exif[0x0112] = held
    path = tmp_path / "photo"
    corners.save(path, format_name, exif=exif, quality=100, subsampling=0)
    upright = ImageOps.exif_transpose(Image.open(path)).convert("RGB")

    _suffix, picture = encode(path, upright.size)

    assert picture.size == upright.size
    for corner in ((4, 4), (upright.width - 5, 4), (4, upright.height - 5)):
        found = picture.convert("RGB").getpixel(corner)
        assert found == pytest.approx(upright.getpixel(corner), abs=4)


@pytest.mark.parametrize("held", [0, 9, 65535])
def test_a_photo_held_as_no_camera_is_held_is_upright(held: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = held
    path = tmp_path / "photo.jpg"
    photo().save(path, exif=exif)

    facts = picture_facts(path)

    assert facts is not None
    assert (facts.width, facts.height) == (64, 48)
    assert encode(path, (64, 48))[1].size == (64, 48)


@pytest.mark.parametrize("held", range(1, 9))
@pytest.mark.parametrize("format_name", ["PNG", "JPEG"])
def test_a_crop_is_of_the_upright_photo(held: int, format_name: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = held
    path = tmp_path / "photo"
    ramps = [Image.linear_gradient("L").rotate(turn).resize((400, 400)) for turn in (0, 90, 45)]
    ramp = Image.merge("RGB", ramps).resize((400, 200))
    ramp.save(path, format_name, exif=exif, quality=100, subsampling=0)
    upright = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    left, top = upright.width // 4, upright.height // 8
    crop = (0.25, 0.125, 0.375, 0.875)

    _suffix, content = encode_picture(path, (20, 40), crop)

    pixels = (left, top, left + upright.width // 8, top + upright.height * 3 // 4)
    expected = upright.crop(pixels).resize((20, 40), Image.Resampling.LANCZOS)
    found = Image.open(BytesIO(content)).convert("RGB")
    assert difference(found, expected) < 12


def difference(one: Image.Image, other: Image.Image) -> int:
    """Return by how much two pictures differ in the pixel and colour where they do most."""
    assert one.size == other.size
    return max(abs(a - b) for a, b in zip(one.tobytes(), other.tobytes(), strict=True))


@pytest.mark.parametrize("size", [(1, 5000), (5000, 1)])
def test_a_crop_of_less_than_a_pixel_shows_that_pixel(
    size: tuple[int, int], tmp_path: Path
) -> None:
    Image.new("RGB", size, "red").save(tmp_path / "a.png")

    for focus in get_args(Focus):
        _suffix, content = encode_picture(tmp_path / "a.png", (1, 1), crop_to(1.3, size, focus))

        assert Image.open(BytesIO(content)).convert("RGB").getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
@pytest.mark.parametrize(
    ("size", "diameter"), [((1200, 800), 120), ((600, 300), 96), ((60, 40), 20)]
)
def test_a_play_disc_lies_in_the_middle_of_a_picture_and_leaves_the_rest(
    mode: str, size: tuple[int, int], diameter: int, tmp_path: Path
) -> None:
    ground = Image.new("RGB", size, "#669933").convert(mode)
    ground.save(tmp_path / "a.png")

    _suffix, content = encode_picture(tmp_path / "a.png", size, play=True)

    shown = Image.open(BytesIO(content)).convert("RGB")
    changed = ImageChops.difference(shown, ground.convert("RGB")).getbbox()
    assert changed is not None
    left, top, right, bottom = changed
    assert (right - left, bottom - top) == pytest.approx((diameter, diameter), abs=2)
    assert (left + right, top + bottom) == pytest.approx(size, abs=2)
    assert shown.getpixel((size[0] // 2, size[1] // 2)) == (0x1F, 0x1B, 0x2E)


def test_a_picture_too_small_for_a_play_disc_has_none(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), "red").save(tmp_path / "a.png")

    assert encode_picture(tmp_path / "a.png", (1, 1), play=True) == encode_picture(
        tmp_path / "a.png", (1, 1)
    )


GREEN = (0, 128, 0)
MODES = {
    "RGB": Image.new("RGB", (8, 8), GREEN),
    "RGBA": Image.new("RGBA", (8, 8), (*GREEN, 255)),
    "palette": Image.new("RGB", (8, 8), GREEN).quantize(4),
}


@pytest.mark.parametrize("mode", MODES)
def test_colours_come_out_as_they_were(mode: str, tmp_path: Path) -> None:
    MODES[mode].save(tmp_path / "a.png")

    suffix, picture = encode(tmp_path / "a.png", (8, 8))

    assert suffix == ".png"
    assert picture.convert("RGBA").getpixel((4, 4)) == (*GREEN, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16"])
def test_greys_come_out_as_they_were(mode: str, tmp_path: Path) -> None:
    whites = {"1": 1, "L": 255, "LA": (255, 255), "I;16": 65535}
    picture = Image.new(mode, (9, 9))
    picture.paste(whites[mode], (4, 4, 9, 9))
    picture.putpixel((0, 0), 128 * 256 if mode == "I;16" else 0)
    if mode == "LA":
        picture.putalpha(255)
    picture.save(tmp_path / "a.png")

    _suffix, shown = encode(tmp_path / "a.png", (9, 9))

    grey = shown.convert("L")
    assert grey.getpixel((8, 8)) == 255
    assert grey.getpixel((0, 8)) == 0
    assert grey.getpixel((0, 0)) == (128 if mode == "I;16" else 0)


def test_colours_for_print_become_colours_for_screens(tmp_path: Path) -> None:
    ink = photo()
    ink.paste("red", (8, 8, 40, 40))
    ink.convert("CMYK").save(tmp_path / "a.jpg", quality=100)

    _suffix, picture = encode(tmp_path / "a.jpg", (64, 48))

    assert picture.mode == "RGB"
    assert picture.getpixel((24, 24)) == pytest.approx((255, 0, 0), abs=6)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_colour_profile_is_applied_before_it_is_dropped(mode: str, tmp_path: Path) -> None:
    picture = Image.new("RGB", (8, 8), (255, 0, 0)).convert(mode)
    picture.save(tmp_path / "a.png", icc_profile=red_is_green())

    _suffix, shown = encode(tmp_path / "a.png", (8, 8))

    assert shown.convert("RGB").getpixel((4, 4)) == pytest.approx((0, 255, 0), abs=3)


def test_a_transparent_picture_carries_no_profile_on(tmp_path: Path) -> None:
    picture = photo()
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    picture.save(tmp_path / "a.png", icc_profile=red_is_green())

    _suffix, shown = encode(tmp_path / "a.png", (64, 48))

    assert "icc_profile" not in shown.info


def test_greys_of_another_scale_become_those_of_screens(tmp_path: Path) -> None:
    Image.new("L", (8, 8), 128).save(tmp_path / "a.png", icc_profile=linear_grey())

    _suffix, shown = encode(tmp_path / "a.png", (8, 8))

    assert shown.convert("L").getpixel((4, 4)) == pytest.approx(188, abs=1)


def test_a_photo_in_greys_of_another_scale_stays_one(tmp_path: Path) -> None:
    grey = photo((300, 300)).convert("L").resize((600, 600))
    grey.save(tmp_path / "a.png", icc_profile=linear_grey())

    suffix, picture = encode(tmp_path / "a.png", (600, 600))

    assert (suffix, picture.mode) == (".jpg", "L")


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_colour_profile_that_does_not_fit_is_dropped(mode: str, tmp_path: Path) -> None:
    profile = b"no profile" if mode == "RGB" else red_is_green()
    Image.new(mode, (8, 8), "white").save(tmp_path / "a.png", icc_profile=profile)

    _suffix, shown = encode(tmp_path / "a.png", (8, 8))

    assert shown.convert("RGB").getpixel((4, 4)) == (255, 255, 255)


def test_a_photo_becomes_a_jpeg(tmp_path: Path) -> None:
    photo().save(tmp_path / "a.webp", lossless=True)

    suffix, picture = encode(tmp_path / "a.webp", (64, 48))

    assert (suffix, picture.format) == (".jpg", "JPEG")


def test_a_photo_in_black_and_white_becomes_a_jpeg(tmp_path: Path) -> None:
    photo((300, 300)).convert("L").resize((600, 600)).save(tmp_path / "a.png")

    suffix, picture = encode(tmp_path / "a.png", (600, 600))

    assert (suffix, picture.mode) == (".jpg", "L")


def test_a_transparent_picture_stays_so(tmp_path: Path) -> None:
    picture = photo()
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    picture.save(tmp_path / "a.png")

    suffix, shown = encode(tmp_path / "a.png", (64, 48))

    assert suffix == ".png"
    assert shown.tobytes() == picture.tobytes()


@pytest.mark.parametrize("alpha", [255, 128])
def test_a_picture_of_256_colours_keeps_each_of_them(alpha: int, tmp_path: Path) -> None:
    picture = Image.new("RGBA", (16, 16))
    picture.putdata([(n, n // 2, 255 - n, alpha) for n in range(256)])
    picture.save(tmp_path / "a.png")

    suffix, shown = encode(tmp_path / "a.png", (16, 16))

    assert (suffix, shown.mode) == (".png", "P")
    assert shown.convert("RGBA").tobytes() == picture.tobytes()


def test_a_drawing_stays_one_when_it_is_made_smaller(tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")

    suffix, picture = encode(tmp_path / "a.png", (700, 350))

    assert (suffix, picture.mode) == (".png", "P")
    assert picture.convert("RGB").getpixel((175, 175)) == (0x1A, 0x2B, 0x3C)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L"])
def test_a_large_picture_made_smaller_strip_by_strip_has_no_seam(mode: str, tmp_path: Path) -> None:
    ramp = Image.radial_gradient("L").resize((2003, 3001))
    ramp.convert(mode).save(tmp_path / "a.png")

    _suffix, picture = encode(tmp_path / "a.png", (200, 300))

    whole = ramp.resize((200, 300), Image.Resampling.LANCZOS)
    differences = zip(picture.convert("L").tobytes(), whole.tobytes(), strict=True)
    assert max(abs(mine - its) for mine, its in differences) < 12


def test_an_animation_keeps_all_its_pictures(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    path = tmp_path / "a.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:], comment=SECRET)

    suffix, content = encode_picture(path, (4, 4))

    assert suffix == ".gif"
    assert getattr(Image.open(BytesIO(content)), "n_frames", 1) == 3
    assert SECRET not in content


def test_a_second_picture_behind_a_photo_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    photo().save(path, "MPO", save_all=True, append_images=[photo()])

    suffix, content = encode_picture(path, (64, 48))

    facts = picture_facts(path)
    assert facts is not None
    assert facts.format == "JPEG"
    assert suffix == ".jpg"
    assert Image.open(BytesIO(content)).format == "JPEG"
