"""Pictures as people bring them: what a file holds, and the words about one that is unfit."""

import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageSequence

from newsletter.values.pictures import (
    DAMAGED,
    keep,
    kept,
    picture_facts,
    picture_fault,
    without_metadata,
)

SUFFIXES = {"PNG": ".png", "JPEG": ".jpg", "GIF": ".gif", "WEBP": ".webp", "AVIF": ".avif"}
MAX_MEMORY_BYTES = 500_000_000


def saved(picture: Image.Image, format_name: str, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, format_name, **options)
    return file.getvalue()


def photo() -> Image.Image:
    noise = Image.effect_noise((64, 48), 80)
    return Image.merge("RGB", [noise, noise.rotate(180), noise])


def png_header_of(width: int, height: int) -> bytes:
    """Return a PNG whose header says another size than its pixels have."""
    png = saved(Image.new("RGB", (1, 1)), "PNG")
    header = b"IHDR" + struct.pack(">II", width, height) + png[24:29]
    return png[:12] + header + struct.pack(">I", zlib.crc32(header)) + png[33:]


def gif_header_of(width: int, height: int) -> bytes:
    gif = saved(Image.new("P", (1, 1)), "GIF")
    return gif[:6] + struct.pack("<HH", width, height) + gif[10:]


def webp_header_of(width: int, height: int) -> bytes:
    webp = saved(Image.new("RGB", (1, 1)), "WEBP", lossless=True)
    size = (width - 1) | (height - 1) << 14 | int.from_bytes(webp[21:25], "little") >> 28 << 28
    return webp[:21] + size.to_bytes(4, "little") + webp[25:]


def animation(*colours: str, size: tuple[int, int] = (8, 8)) -> bytes:
    frames = [Image.new("RGB", size, colour) for colour in colours]
    frames[0].putpixel((0, 0), (1, 2, 3))
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:])


def heavy_animation() -> bytes:
    frames = [Image.effect_noise((600, 600), 90 + number) for number in range(5)]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:])


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
FAULTS: dict[str, tuple[str, Callable[[], bytes], str, str]] = {
    "empty": ("vide.png", lambda: b"", "cannot be opened", "export"),
    "a text": ("texte.jpg", lambda: b"bonjour", "cannot be opened", "export"),
    "a PDF": ("page.pdf", lambda: b"%PDF-1.7", "not a PNG, JPEG, GIF, WebP or AVIF", "export"),
    "HEIC": ("IMG_1.HEIC", lambda: HEIC, "HEIC", "JPEG"),
    "HEIC called JPEG": ("IMG_1.jpg", lambda: HEIC, "HEIC", "JPEG"),
    "SVG": ("dessin.svg", lambda: b"<svg/>", "SVG", "PNG"),
    "SVG in a smaller file": ("dessin.svgz", lambda: b"\x1f\x8b", "SVG", "PNG"),
    "SVG called PNG": ("dessin.png", lambda: b"<?xml?><svg/>", "SVG", "PNG"),
    "WebP called JPEG": (
        "photo.jpg",
        lambda: saved(photo(), "WEBP"),
        "is really a WebP picture",
        "rename it to photo.webp",
    ),
    "no suffix": ("photo", lambda: saved(photo(), "JPEG"), "is really", "rename it to photo.jpg"),
    "bomb": ("b.png", lambda: png_header_of(30_000, 30_000), "30000 × 30000", "smaller"),
    "GIF bomb": ("b.gif", lambda: gif_header_of(65_535, 65_535), "65535 × 65535", "smaller"),
    "WebP bomb": ("b.webp", lambda: webp_header_of(16_383, 16_383), "16383 × 16383", "smaller"),
    "heavy animation": ("a.gif", heavy_animation, "MB", "1 MB"),
    "animation that begins with nothing": (
        "a.gif",
        lambda: animation("#010203", "red"),
        "empty",
        "first",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_file_that_a_mail_cannot_show_is_told_with_what_to_do(case: str, tmp_path: Path) -> None:
    name, content, message, hint = FAULTS[case]
    path = tmp_path / name
    path.write_bytes(content())

    fault = picture_fault(path, name)

    assert fault is not None
    assert name in fault.message
    assert message in fault.message
    assert hint in fault.hint


@pytest.mark.parametrize("format_name", SUFFIXES)
def test_a_picture_cut_in_half_is_told(format_name: str, tmp_path: Path) -> None:
    path = tmp_path / f"coupe{SUFFIXES[format_name]}"
    content = saved(photo(), format_name)
    path.write_bytes(content[: len(content) // 2])

    fault = picture_fault(path, path.name)

    assert fault is not None
    assert "cannot be opened" in fault.message


def test_an_animation_cut_in_half_is_told(tmp_path: Path) -> None:
    content = animation("red", "green", "blue", size=(80, 80))
    path = tmp_path / "coupe.gif"
    path.write_bytes(content[:-20])

    assert picture_fault(path, path.name) is not None


PICTURES: dict[str, tuple[str, Callable[[], bytes]]] = {
    **{
        name: (f"a{suffix}", lambda name=name: saved(photo(), name))
        for name, suffix in SUFFIXES.items()
    },
    "JPEG as browsers save it": ("a.jfif", lambda: saved(photo(), "JPEG")),
    "capital suffix": ("A.JPG", lambda: saved(photo(), "JPEG")),
    "JPEG with a second picture": (
        "a.jpg",
        lambda: saved(photo(), "MPO", save_all=True, append_images=[photo()]),
    ),
    "CMYK": ("a.jpg", lambda: saved(photo().convert("CMYK"), "JPEG")),
    "palette": ("a.png", lambda: saved(photo().quantize(16), "PNG")),
    "one bit": ("a.png", lambda: saved(photo().convert("1"), "PNG")),
    "16-bit grey": ("a.png", lambda: saved(Image.new("I;16", (9, 9)), "PNG")),
    "animation": ("a.gif", lambda: animation("red", "green")),
    "damaged EXIF in a PNG": ("a.png", lambda: saved(photo(), "PNG", exif=b"Exif\0\0bad")),
    "damaged EXIF in a JPEG": ("a.jpg", lambda: saved(photo(), "JPEG", exif=b"Exif\0\0bad")),
}


@pytest.mark.parametrize("case", PICTURES)
def test_a_picture_that_cameras_and_programs_make_is_fit(case: str, tmp_path: Path) -> None:
    name, content = PICTURES[case]
    path = tmp_path / name
    path.write_bytes(content())

    assert picture_fault(path, name) is None


@pytest.mark.parametrize("held", range(1, 9))
def test_width_and_height_are_those_of_the_picture_held_upright(held: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = held
    path = tmp_path / "photo.jpg"
    path.write_bytes(saved(photo(), "JPEG", exif=exif))

    facts = picture_facts(path)

    assert facts is not None
    assert (facts.width, facts.height) == ((64, 48) if held < 5 else (48, 64))


ORIGINALS = [saved(photo().resize((12, 9)), name) for name in SUFFIXES] + [
    animation("red", "green")
]


@example(original=saved(photo().resize((12, 9)), "AVIF"), changes=[(89, 1)], cut=0)
@given(
    original=st.sampled_from(ORIGINALS),
    changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8),
    cut=st.integers(0, 2000),
)
def test_no_damage_to_a_picture_is_our_fault(
    tmp_path_factory: pytest.TempPathFactory,
    original: bytes,
    changes: list[tuple[int, int]],
    cut: int,
) -> None:
    damaged = bytearray(original)
    for place, value in changes:
        damaged[place % len(damaged)] = value
    folder = tmp_path_factory.mktemp("abime")
    path = folder / "photo.png"
    path.write_bytes(damaged[: cut or None])

    fault = picture_fault(path, path.name)

    assert fault is None or fault.message
    shutil.rmtree(folder)


MEASURED = """\
import resource, sys
from pathlib import Path
from newsletter.values.pictures import picture_facts
from newsletter.rendering.pictures.encoding import encode_picture
path = Path(sys.argv[1])
facts = picture_facts(path)
if facts and not facts.has_too_many_pixels:
    encode_picture(path, (1120, 840))
status = Path("/proc/self/status")
if status.exists():  # getrusage would count what this process was forked from
    print(int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
LARGE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "JPEG of 50 megapixels": (
        "a.jpg",
        lambda: saved(
            Image.new("RGB", (8160, 6120), "#336699"), "JPEG", progressive=True, subsampling=0
        ),
    ),
    "transparent PNG of 50 megapixels": (
        "a.png",
        lambda: saved(Image.new("RGBA", (8160, 6120), "#33669980"), "PNG", compress_level=1),
    ),
    "palette of 50 megapixels": (
        "a.gif",
        lambda: saved(Image.new("P", (8160, 6120)), "GIF"),
    ),
    "WebP of 24 megapixels": (
        "a.webp",
        lambda: saved(Image.new("RGB", (5600, 4200), "#336699"), "WEBP", method=0),
    ),
    "PNG bomb": ("b.png", lambda: png_header_of(30_000, 30_000)),
    "GIF bomb": ("b.gif", lambda: gif_header_of(65_535, 65_535)),
    "WebP bomb": ("b.webp", lambda: webp_header_of(16_383, 16_383)),
}


@pytest.mark.parametrize(
    "case",
    [name if "bomb" in name else pytest.param(name, marks=pytest.mark.soak) for name in LARGE],
)
def test_no_picture_takes_500_megabytes_of_memory(case: str, tmp_path: Path) -> None:
    name, content = LARGE[case]
    path = tmp_path / name
    path.write_bytes(content())

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, path], capture_output=True, text=True, check=True
    )

    assert int(done.stdout) < MAX_MEMORY_BYTES


def drawing(ink: str, *, size: int = 300, disc: str | None = None) -> Image.Image:
    """Return bars of `ink`, thin as letters are, beside or on a disc."""
    picture = Image.new("RGBA", (size, size), "#00000000")
    if disc:
        ImageDraw.Draw(picture).ellipse((0, 0, size // 2, size // 2), fill=disc)
    for left in range(size * 6 // 10, size, size // 10):
        ImageDraw.Draw(picture).rectangle((left, 0, left + size // 30, size), fill=ink)
    return picture


def cut_out(picture: Image.Image) -> Image.Image:
    """Return the picture as a disc."""
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).ellipse((0, 0, *picture.size), fill=255)
    cut = picture.convert("RGBA")
    cut.putalpha(mask)
    return cut


FACE = Image.new("RGB", (300, 300), "#14141a")
FACE.paste("#c8a08c", (90, 60, 210, 240))
FACE.paste("#3c466e", (60, 225, 240, 300))


@pytest.mark.parametrize(
    ("picture", "inks"),
    [
        (drawing("#000000"), {"#000000"}),
        (drawing("#ffffff"), {"#ffffff"}),
        (drawing("#000000", disc="#ff7a00"), {"#000000"}),
        (drawing("#ffffff").convert("P"), {"#ffffff"}),
        (cut_out(Image.new("RGB", (300, 300), "#000000")), {"#000000"}),
        (cut_out(FACE), set()),
        (cut_out(photo().resize((300, 300))), set()),
        (photo(), set()),
    ],
    ids=["black", "white", "two", "palette", "disc", "face", "photo-cut-out", "photo"],
)
def test_inks_are_what_touches_the_transparent_ground(
    picture: Image.Image, inks: set[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(saved(picture, "PNG"))

    facts = picture_facts(path)

    assert facts is not None
    assert set(facts.inks) - {"#ff7a00"} == inks


XMP = b"\x21\xff\x0bXMP DataXMP\x05<gps>\x00"


def short_animation() -> bytes:
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
    gif = short_animation()
    with_xmp = gif[:-1] + XMP + gif[-1:]

    bare = without_metadata(with_xmp)

    assert b"secret" in gif
    assert b"secret" not in bare
    assert b"gps" not in bare
    assert shown(bare) == shown(gif)


def test_what_stands_behind_the_end_of_an_animation_goes() -> None:
    assert without_metadata(short_animation() + b"behind") == without_metadata(short_animation())


def test_an_animation_without_its_last_byte_gets_it_back() -> None:
    assert without_metadata(short_animation()[:-1]) == without_metadata(short_animation())


@pytest.mark.parametrize(
    "damaged", [b"GIF89a", short_animation()[:-3], short_animation()[:-1] + b"\x01"]
)
def test_an_animation_that_breaks_off_is_refused(damaged: bytes) -> None:
    with pytest.raises(DAMAGED):
        without_metadata(damaged)


def test_what_was_kept_comes_back(user_cache: Path) -> None:
    keep("a", b"content")

    assert kept("a") == b"content"
    assert kept("b") is None


def test_a_damaged_file_counts_as_none(user_cache: Path) -> None:
    keep("a", b"content")
    (path,) = (user_cache / "pictures").iterdir()
    path.write_bytes(path.read_bytes()[:-1])

    assert kept("a") is None


def test_where_nothing_can_be_written_nothing_is_kept(user_cache: Path) -> None:
    user_cache.parent.write_text("un fichier, pas un dossier")

    keep("a", b"content")

    assert kept("a") is None
