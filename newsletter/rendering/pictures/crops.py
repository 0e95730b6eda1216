"""Which part of a picture is shown: in shares of its width and height."""

from collections.abc import Mapping

from newsletter.values.structures import Focus

Crop = tuple[float, float, float, float]  # left, top, right, bottom
WHOLE: Crop = (0, 0, 1, 1)
# How much of what is cut off lies left of the crop, and above it.
_CUT_BEFORE: Mapping[Focus, tuple[float, float]] = {
    "centre": (0.5, 0.5),
    "top": (0.5, 0),
    "bottom": (0.5, 1),
    "left": (0, 0.5),
    "right": (1, 0.5),
}


def crop_to(ratio: float, size: tuple[int, int], focus: Focus) -> Crop:
    """Return the largest part of a picture of `size` whose width by height is `ratio`."""
    own = size[0] / size[1]
    width, height = min(1, ratio / own), min(1, own / ratio)
    before, above = _CUT_BEFORE[focus]
    left, top = before * (1 - width), above * (1 - height)
    return left, top, min(1, left + width), min(1, top + height)


def size_of(crop: Crop, size: tuple[int, int]) -> tuple[float, float]:
    """Return width and height of the crop of a picture of `size`."""
    left, top, right, bottom = crop
    return (right - left) * size[0], (bottom - top) * size[1]


def as_held(crop: Crop, held: int) -> Crop:
    """Return where the crop of an upright picture lies in its file; `held` as EXIF counts it."""
    left, top, right, bottom = crop
    if held >= 5:
        left, top, right, bottom = top, left, bottom, right
    if held in {2, 3, 7, 8}:
        left, right = 1 - right, 1 - left
    if held in {3, 4, 6, 7}:
        top, bottom = 1 - bottom, 1 - top
    return left, top, right, bottom
