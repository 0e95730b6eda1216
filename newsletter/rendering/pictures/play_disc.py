"""The disc with a triangle that says that a picture opens a video."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

SHARE = 0.15  # of the picture's height
MIN_PX = 96  # of the file, which has two pixels for each that is shown
_INK = (0x1F, 0x1B, 0x2E)
_WHITE_ALPHA = 235  # 92 %: the picture is felt behind it
_RIM_ALPHA = 70  # of a thin line of ink, without which a white picture has no disc
_FINER = 4  # drawn so much larger, then reduced: smooth edges


def with_play_disc(picture: "Image") -> "Image":
    """Return the picture, in RGB or RGBA, with the disc on its centre."""
    from PIL import Image

    largest = min(picture.size) / 2  # a small picture is not hidden
    diameter = round(min(max(SHARE * picture.height, MIN_PX), largest))
    painted = picture.convert("RGBA")
    if diameter:
        left, top = ((side - diameter) // 2 for side in picture.size)
        disc = _disc(diameter * _FINER).resize((diameter, diameter), Image.Resampling.BOX)
        painted.alpha_composite(disc, (left, top))
    return painted if picture.mode == "RGBA" else painted.convert("RGB")


def _disc(size: int) -> "Image":
    from PIL import Image, ImageDraw

    disc = Image.new("RGBA", (size, size), (*_INK, 0))
    draw = ImageDraw.Draw(disc)
    rim = size / 40
    draw.ellipse((0, 0, size - 1, size - 1), (*_INK, _RIM_ALPHA))
    draw.ellipse((rim, rim, size - 1 - rim, size - 1 - rim), (255, 255, 255, _WHITE_ALPHA))
    # Its corners are equally far from the centre: so it looks to be in the middle.
    corners = [(0.75, 0.5), (0.375, 0.283), (0.375, 0.717)]
    draw.polygon([(x * size, y * size) for x, y in corners], (*_INK, 255))
    return disc
