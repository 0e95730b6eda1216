"""Colours "#rrggbb": how they stand out; a theme's, made of its brand, a colour for grounds."""

import colorsys
import re
from collections.abc import Mapping, Sequence
from typing import TypeGuard

MIN_CONTRAST = 4.5  # WCAG 1.4.3, for text of usual size
WHITE, BLACK = "#ffffff", "#000000"
Shades = Mapping[str, str]
TINT_SHARE = 0.08  # of the brand on the mail's ground: seen, and words on it hardly lose
INK_LIGHTNESS, INK_SATURATION = 0.16, 0.45  # HLS: nearly black, and still of the brand's hue
NIGHT_LIGHTNESS, NIGHT_SATURATION = 0.3, 0.6  # the same, for a head that stands out from the night
# A brand brighter than this is as far from the accent that could be read as white from grey.
MAX_LUMINANCE = 0.8


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


def light_palette(brand: str, given: Shades, *, cover: bool) -> dict[str, str]:
    """Return the light palette: `given`, and the rest from `brand`; a `cover` has a head of ink."""
    colours = _tinted(brand, brand, given)
    colours.setdefault("ink", with_lightness(brand, INK_LIGHTNESS, INK_SATURATION))
    colours.setdefault("on_ink", words_on(colours["ink"]))
    colours.setdefault("ink_muted", mixed(colours["on_ink"], colours["ink"], 0.75))
    colours.setdefault("band", colours["ink"] if cover else brand)
    colours.setdefault("on_band", words_on(colours["band"], WHITE, colours["ink"]))
    return colours


def dark_palette(brand: str, given: Shades, light: Shades) -> dict[str, str]:
    """Return the dark palette; what is dark by day, or the brand's, stays by night."""
    colours = _tinted(brand, readable(brand, [given["surface"]]), given)
    colours.setdefault("ink", colours["page"])
    colours.setdefault("on_ink", colours["text"])
    colours.setdefault("ink_muted", colours["muted"])
    # An ink that is dark by day would be lost by night.
    is_cover = light["band"] == light["ink"]
    band = with_lightness(brand, NIGHT_LIGHTNESS, NIGHT_SATURATION) if is_cover else light["band"]
    colours.setdefault("band", band)
    colours.setdefault("on_band", words_on(colours["band"], light["on_band"]))
    return colours


def _tinted(brand: str, tint: str, given: Shades) -> dict[str, str]:
    colours = dict(given)
    colours.setdefault("tint", mixed(tint, colours["surface"], TINT_SHARE))
    grounds = [colours[name] for name in ("surface", "page", "tint")]
    colours.setdefault("accent", readable(brand, grounds))
    colours.setdefault("on_accent", words_on(colours["accent"], WHITE, colours["surface"]))
    return colours


def nearest_readable(brand: str) -> str:
    """Return the brand itself, or the nearest of its hue from which an accent can be made."""
    lightness = 1.0
    nearest = brand
    while luminance(nearest) > MAX_LUMINANCE:
        lightness -= 0.01
        nearest = with_lightness(brand, lightness)
    return nearest
