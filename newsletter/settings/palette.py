"""The colours that a theme does not name, made from its brand and the few that it does.

A brand is a colour for grounds; words need one that can be read, so the two are told apart.
"""

from collections.abc import Mapping

from newsletter.values.colours import WHITE, luminance, mixed, readable, with_lightness, words_on

Shades = Mapping[str, str]
TINT_SHARE = 0.08  # of the brand on the mail's ground: seen, and words on it hardly lose
INK_LIGHTNESS, INK_SATURATION = 0.16, 0.45  # HLS: nearly black, and still of the brand's hue
NIGHT_LIGHTNESS, NIGHT_SATURATION = 0.3, 0.6  # the same, for a head that stands out from the night
# A brand brighter than this is as far from the accent that could be read as white from grey.
MAX_LUMINANCE = 0.8


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
