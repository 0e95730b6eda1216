"""A picture file as mails carry it: upright, small, its colours sRGB, and nothing else in it.

Where a photo was taken stands in its metadata: none is ever written.
"""

import math
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.rendering.pictures.crop import WHOLE, Crop, as_held
from newsletter.values.pictures.examination import is_animation, opened_picture, orientation
from newsletter.values.pictures.gif import without_metadata

if TYPE_CHECKING:
    from PIL.Image import Image

JPEG_QUALITY = 82
MAX_COLOURS = 256  # of a palette
_STRIP_ROWS = 128


def encode_picture(
    path: Path, size: tuple[int, int], crop: Crop = WHOLE, *, play: bool = False
) -> tuple[str, bytes]:
    """Return ".png", ".jpg" or ".gif", and the file of the picture's crop, held upright.

    The crop gets `size`, in pixels; `play` paints the disc of a video on it.
    An animated GIF stays whole and keeps its size: only its metadata goes.

    Raises:
        OSError and other errors of Pillow: the file is no picture that was examined before.
    """
    with opened_picture(path) as source:
        if is_animation(source):
            return ".gif", without_metadata(path.read_bytes())
        held = orientation(source)
        width, height = size[::-1] if held >= 5 else size
        crop = as_held(crop, held)
        shares = (crop[2] - crop[0], crop[3] - crop[1])
        # Twice what is needed: the resizing that follows is better then than the decoder's.
        source.draft(None, (math.ceil(2 * width / shares[0]), math.ceil(2 * height / shares[1])))
        source.load()
        is_16_bit_grey = source.mode.startswith("I")  # whose colours Pillow cannot count
        is_drawn = not is_16_bit_grey and source.getcolors(MAX_COLOURS) is not None
        resized = _resized(source, (width, height), crop)
        picture = _upright(_in_srgb(resized, source.info.get("icc_profile")), held)
    if play:
        from newsletter.rendering.pictures.play_disc import with_play_disc

        picture = with_play_disc(picture)
    return _encoded(picture, is_drawn=is_drawn)


def press_picture(path: Path) -> bytes:
    """Return a picture for the press in its own size and format, upright, without metadata.

    Raises:
        OSError and other errors of Pillow: the file is no picture that was examined before.
    """
    with opened_picture(path) as source:
        if is_animation(source):
            return without_metadata(path.read_bytes())
        format_name = str(source.format)
        upright = _upright(source.copy(), orientation(source))
    profile = source.info.get("icc_profile")  # a printer needs to know what its colours are
    return _saved(upright, format_name, quality=95, icc_profile=profile)


def _resized(source: "Image", size: tuple[int, int], crop: Crop) -> "Image":
    """Return the picture's crop at `size`, in colours that can be mixed.

    A large one is first made smaller by a whole factor, strip by strip: in one piece, 50 megapixels
    of a palette or with transparency would take 600 MB.
    """
    from PIL import Image

    left, right = crop[0] * source.width, crop[2] * source.width
    top, bottom = crop[1] * source.height, crop[3] * source.height
    pixels = (int(left), int(top), math.ceil(right), math.ceil(bottom))
    factor = int(max(1, min((right - left) // (2 * size[0]), (bottom - top) // (2 * size[1]))))
    first, *others = (_mixable(strip).reduce(factor) for strip in _strips(source, pixels, factor))
    reduced = Image.new(first.mode, (first.width, math.ceil((pixels[3] - pixels[1]) / factor)))
    for number, strip in enumerate((first, *others)):
        reduced.paste(strip, (0, number * _STRIP_ROWS))
    x, y = pixels[:2]
    box = ((left - x) / factor, (top - y) / factor, (right - x) / factor, (bottom - y) / factor)
    return reduced.resize(size, Image.Resampling.LANCZOS, box=box)


def _strips(source: "Image", pixels: tuple[int, int, int, int], factor: int) -> "Iterator[Image]":
    left, top, right, bottom = pixels
    rows = _STRIP_ROWS * factor
    for start in range(top, bottom, rows):
        yield source.crop((left, start, right, min(start + rows, bottom)))


def _mixable(strip: "Image") -> "Image":
    """Return the strip in a mode whose neighbouring pixels can be mixed: L, RGB, RGBA or CMYK."""
    if strip.mode.startswith("I"):  # 16-bit grey, which convert("L") alone would cut off at 255
        return strip.point(lambda value: value * (1 / 256)).convert("L")
    if strip.has_transparency_data:
        return strip.convert("RGBA")
    if strip.mode == "1":
        return strip.convert("L")
    return strip if strip.mode in {"L", "RGB", "CMYK"} else strip.convert("RGB")


def _in_srgb(picture: "Image", profile: bytes | None) -> "Image":
    """Return the picture in sRGB, which is what mail programs take every colour for."""
    from PIL import ImageCms

    in_rgb = picture.convert("RGB") if picture.mode == "CMYK" else picture
    if not profile:
        return in_rgb
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        found = ImageCms.ImageCmsProfile(BytesIO(profile))
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        converted = ImageCms.ImageCmsTransform(found, srgb, picture.mode, mode).apply(picture)
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return in_rgb  # the profile is damaged, or that of another kind of picture
    return converted.convert("L") if picture.mode == "L" else converted


def _upright(picture: "Image", held: int) -> "Image":
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return picture.transpose(turns[held]) if held in turns else picture


def _encoded(picture: "Image", *, is_drawn: bool) -> tuple[str, bytes]:
    """Return PNG where the picture is transparent or of few colours, else JPEG.

    A drawing that was made smaller has its colours mixed at every edge; it stays a drawing.
    """
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    colours = picture.getcolors(MAX_COLOURS)
    if colours is not None:
        return _png_or_grey_photo(picture)
    if picture.mode == "RGBA":
        return ".png", _png(picture)
    if is_drawn:
        return ".png", _png(picture.quantize(MAX_COLOURS))
    return ".jpg", _jpeg(picture)


def _png_or_grey_photo(picture: "Image") -> tuple[str, bytes]:
    """Return PNG; a photo in black and white has no more than 256 greys, but is a photo."""
    png = _png(_with_palette(picture))
    if picture.mode == "L":
        jpeg = _jpeg(picture)
        if 2 * len(jpeg) < len(png):
            return ".jpg", jpeg
    return ".png", png


def _with_palette(picture: "Image") -> "Image":
    """Return the picture with a palette of exactly its colours; Pillow's own choose near ones."""
    from PIL import Image

    rgba = picture.convert("RGBA")
    pixels = memoryview(rgba.tobytes()).cast("I")
    colours = sorted(pixel.to_bytes(4, sys.byteorder) for pixel in set(pixels))
    places = {int.from_bytes(colour, sys.byteorder): at for at, colour in enumerate(colours)}
    paletted = Image.frombytes("P", picture.size, bytes(map(places.__getitem__, pixels)))
    if picture.mode == "RGBA":
        paletted.putpalette(b"".join(colours), "RGBA")
    else:
        paletted.putpalette(b"".join(colour[:3] for colour in colours))
    return paletted


def _png(picture: "Image") -> bytes:
    return _saved(picture, "PNG", optimize=True)


def _jpeg(picture: "Image") -> bytes:
    return _saved(picture, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)


def _saved(picture: "Image", format_name: str, **options: object) -> bytes:
    picture.info.clear()  # Pillow writes the colour profile and the comment that it finds there
    file = BytesIO()
    picture.save(file, format_name, **options)
    return file.getvalue()
