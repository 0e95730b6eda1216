"""A picture file as mails carry it: upright, small, in sRGB, not saying where it was taken."""

import math
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from PIL import ExifTags, Image, ImageCms, ImageDraw, ImageOps

from newsletter.values.pictures import is_animation, opened_picture, orientation, without_metadata

Crop = tuple[float, float, float, float]  # left, top, right, bottom: shares of width and height

_JPEG = {"quality": 82, "optimize": True, "progressive": True}
_MAX_COLOURS = 256  # of a palette
_STRIP_ROWS = 128
_DISC_SHARE = 0.15  # of the picture's height
_MIN_DISC_PX = 96  # of the file, which has two pixels for each that is shown
_INK = (0x1F, 0x1B, 0x2E)
_WHITE_ALPHA = 235  # 92 %: the picture is felt behind it
_RIM_ALPHA = 70  # of a thin line of ink, without which a white picture has no disc
_FINER = 4  # drawn so much larger, then reduced: smooth edges


def encode_picture(
    path: Path, size: tuple[int, int], crop: Crop = (0, 0, 1, 1), *, play: bool = False
) -> tuple[str, bytes]:
    """Return ".png", ".jpg" or ".gif", and the file of the crop, upright, `size` in pixels."""
    # An animated GIF stays whole and keeps its size: only its metadata goes. `play` paints the disc
    # of a video. OSError and other errors of Pillow: the file is no picture that was examined
    # before.
    with opened_picture(path) as source:
        if is_animation(source):
            return ".gif", without_metadata(path.read_bytes())
        held = orientation(source)
        width, height = size[::-1] if held >= 5 else size
        crop = _as_held(crop, held)
        shares = (crop[2] - crop[0], crop[3] - crop[1])
        # Twice what is needed: the resizing that follows is better then than the decoder's.
        source.draft(None, (math.ceil(2 * width / shares[0]), math.ceil(2 * height / shares[1])))
        source.load()
        is_16_bit_grey = source.mode.startswith("I")  # whose colours Pillow cannot count
        is_drawn = not is_16_bit_grey and source.getcolors(_MAX_COLOURS) is not None
        resized = _resized(source, (width, height), crop)
        picture = _upright(_in_srgb(resized, source.info.get("icc_profile")), held)
    return _encoded(_with_play_disc(picture) if play else picture, is_drawn=is_drawn)


def press_picture(path: Path) -> bytes:
    """Return a picture for the press in its own size and format, upright, without metadata."""
    with opened_picture(path) as source:
        if is_animation(source):
            return without_metadata(path.read_bytes())
        upright = _upright(source, orientation(source))
    profile = source.info.get("icc_profile")  # a printer needs to know what its colours are
    return _saved(upright, str(source.format), quality=95, icc_profile=profile)


def _resized(source: Image.Image, size: tuple[int, int], crop: Crop) -> Image.Image:
    """Return the picture's crop at `size`, in colours that can be mixed."""
    # A large one is first made smaller by a whole factor, strip by strip: in one piece, 50
    # megapixels of a palette or with transparency would take 600 MB.
    left, right = crop[0] * source.width, crop[2] * source.width
    top, bottom = crop[1] * source.height, crop[3] * source.height
    x, y, end, last = int(left), int(top), math.ceil(right), math.ceil(bottom)
    factor = int(max(1, min((right - left) // (2 * size[0]), (bottom - top) // (2 * size[1]))))
    rows = _STRIP_ROWS * factor
    strips = [
        _mixable(source.crop((x, start, end, min(start + rows, last)))).reduce(factor)
        for start in range(y, last, rows)
    ]
    reduced = Image.new(strips[0].mode, (strips[0].width, math.ceil((last - y) / factor)))
    for number, strip in enumerate(strips):
        reduced.paste(strip, (0, number * _STRIP_ROWS))
    box = ((left - x) / factor, (top - y) / factor, (right - x) / factor, (bottom - y) / factor)
    return reduced.resize(size, Image.Resampling.LANCZOS, box=box)


def _mixable(strip: Image.Image) -> Image.Image:
    """Return the strip in a mode whose neighbouring pixels can be mixed: L, RGB, RGBA or CMYK."""
    if strip.mode.startswith("I"):  # 16-bit grey, which convert("L") alone would cut off at 255
        return strip.point(lambda value: value * (1 / 256)).convert("L")
    if strip.has_transparency_data:
        return strip.convert("RGBA")
    if strip.mode == "1":
        return strip.convert("L")
    return strip if strip.mode in {"L", "RGB", "CMYK"} else strip.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB, which is what mail programs take every colour for."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    # A profile may be damaged, or that of another kind of picture.
    with suppress(ImageCms.PyCMSError, OSError, TypeError, ValueError):
        if profile:
            found = ImageCms.ImageCmsProfile(BytesIO(profile))
            srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
            converted = ImageCms.ImageCmsTransform(found, srgb, picture.mode, mode).apply(picture)
            return converted.convert("L") if picture.mode == "L" else converted
    return picture.convert("RGB") if picture.mode == "CMYK" else picture


def _as_held(crop: Crop, held: int) -> Crop:
    """Return where the crop of an upright picture lies in its file; `held` as EXIF counts it."""
    left, top, right, bottom = crop
    if held >= 5:
        left, top, right, bottom = top, left, bottom, right
    if held in {2, 3, 7, 8}:
        left, right = 1 - right, 1 - left
    if held in {3, 4, 6, 7}:
        top, bottom = 1 - bottom, 1 - top
    return left, top, right, bottom


def _upright(picture: Image.Image, held: int) -> Image.Image:
    """Return a copy of the picture as it is to be seen; `held` as EXIF counts it."""
    picture.getexif()[ExifTags.Base.Orientation] = held
    return ImageOps.exif_transpose(picture)


def _with_play_disc(picture: Image.Image) -> Image.Image:
    largest = min(picture.size) / 2  # a small picture is not hidden
    diameter = round(min(max(_DISC_SHARE * picture.height, _MIN_DISC_PX), largest))
    painted = picture.convert("RGBA")
    if diameter:
        disc = _disc(diameter * _FINER).resize((diameter, diameter), Image.Resampling.BOX)
        left, top = ((side - diameter) // 2 for side in picture.size)
        painted.alpha_composite(disc, (left, top))
    return painted if picture.mode == "RGBA" else painted.convert("RGB")


def _disc(size: int) -> Image.Image:
    disc = Image.new("RGBA", (size, size), (*_INK, 0))
    draw = ImageDraw.Draw(disc)
    rim = size / 40
    draw.ellipse((0, 0, size - 1, size - 1), (*_INK, _RIM_ALPHA))
    draw.ellipse((rim, rim, size - 1 - rim, size - 1 - rim), (255, 255, 255, _WHITE_ALPHA))
    # Its corners are equally far from the centre: so it looks to be in the middle.
    corners = [(0.75, 0.5), (0.375, 0.283), (0.375, 0.717)]
    draw.polygon([(x * size, y * size) for x, y in corners], (*_INK, 255))
    return disc


def _encoded(picture: Image.Image, *, is_drawn: bool) -> tuple[str, bytes]:
    """Return PNG where the picture is transparent or of few colours, else JPEG."""
    # A drawing that was made smaller has its colours mixed at every edge; it stays a drawing. A
    # photo in black and white has no more than 256 greys, but is a photo.
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    if picture.getcolors(_MAX_COLOURS) is not None:
        png = _saved(_with_palette(picture), "PNG", optimize=True)
        jpeg = _saved(picture, "JPEG", **_JPEG) if picture.mode == "L" else png
        return (".jpg", jpeg) if 2 * len(jpeg) < len(png) else (".png", png)
    if picture.mode != "RGBA" and not is_drawn:
        return ".jpg", _saved(picture, "JPEG", **_JPEG)
    drawn = picture if picture.mode == "RGBA" else picture.quantize(_MAX_COLOURS)
    return ".png", _saved(drawn, "PNG", optimize=True)


def _with_palette(picture: Image.Image) -> Image.Image:
    """Return the picture with a palette of exactly its colours; Pillow's own choose near ones."""
    pixels = memoryview(picture.convert("RGBA").tobytes()).cast("I")
    colours = sorted(pixel.to_bytes(4, sys.byteorder) for pixel in set(pixels))
    places = {int.from_bytes(colour, sys.byteorder): at for at, colour in enumerate(colours)}
    paletted = Image.frombytes("P", picture.size, bytes(map(places.__getitem__, pixels)))
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    paletted.putpalette(b"".join(colour[: len(mode)] for colour in colours), mode)
    return paletted


def _saved(picture: Image.Image, format_name: str, **options: object) -> bytes:
    picture.info.clear()  # Pillow writes the colour profile and the comment that it finds there
    file = BytesIO()
    picture.save(file, format_name, **options)
    return file.getvalue()
