"""Colours "#rrggbb": how they stand out, and others made of them."""

import colorsys
import re
from collections.abc import Sequence
from typing import TypeGuard

MIN_CONTRAST = 4.5  # WCAG 1.4.3, for text of usual size
WHITE, BLACK = "#ffffff", "#000000"


def is_colour(value: object) -> TypeGuard[str]:
    """Tell whether `value` is a colour."""
    return isinstance(value, str) and re.fullmatch(r"#[0-9A-Fa-f]{6}", value) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return how bright a colour is, from 0 to 1, as WCAG 2.2 defines it."""
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
        for each in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(colour: str, ground: str, share: float) -> str:
    """Return `share`, from 0 to 1, of `colour` on `ground`."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return _written([share * one + (1 - share) * other for one, other in pairs])


def with_lightness(colour: str, lightness: float, most_saturated: float = 1) -> str:
    """Return the colour of the same hue at a lightness from 0 to 1 (HLS)."""
    hue, _lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    return _written(colorsys.hls_to_rgb(hue, lightness, min(saturation, most_saturated)))


def readable(colour: str, grounds: Sequence[str]) -> str:
    """Return `colour`, made darker or lighter until words in it stand out on all of `grounds`."""
    lightness = colorsys.rgb_to_hls(*_channels(colour))[1]
    is_dark = luminance(grounds[0]) < 0.18  # as far from black as from white
    while min(contrast(colour, each) for each in grounds) < MIN_CONTRAST:
        lightness += 0.01 if is_dark else -0.01
        if not 0 < lightness < 1:
            return WHITE if is_dark else BLACK
        colour = with_lightness(colour, lightness)
    return colour


def words_on(ground: str, *liked: str) -> str:
    """Return the first of `liked`, white and black in which words stand out on `ground`."""
    return next(each for each in (*liked, WHITE, BLACK) if contrast(each, ground) >= MIN_CONTRAST)


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _written(channels: Sequence[float]) -> str:
    return "#" + "".join(f"{round(each * 255):02x}" for each in channels)
