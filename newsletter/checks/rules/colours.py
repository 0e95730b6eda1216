"""The colours of the mail's words, and of the backgrounds behind them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree, html
from tinycss2 import parse_component_value_list
from tinycss2.ast import Node
from tinycss2.color3 import parse_color

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, rule
from newsletter.i18n import _, decimal
from newsletter.packaged import packaged_or_own
from newsletter.problems.problem import Level
from newsletter.source import read_source
from newsletter.workspace import THEME_FILE

_PAINTED = re.compile(
    r"(?<![\w-])(?:background(?:-color)?|(?:bg)?color)\s*[:=]\s*[\"']?([^;\"'>]+)"
)
MIN_CONTRAST = 4.5  # WCAG 1.4.3, for text of usual size
_ON_GROUNDS = (
    ("text", ("page", "surface")),
    ("muted", ("page", "surface")),
    ("accent", ("page", "surface")),
    ("on_accent", ("accent",)),
)


@rule(Level.ERROR)
def low_contrast(checked: Checked) -> Iterator[Finding]:
    """Text stands out from its background, in light and dark mode.

    In the sun, on an old screen or with tired eyes, pale text vanishes. Text needs a contrast of at
    least 4.5 to 1. Both the `light:` and `dark:` colours of the theme are checked, and any colours
    that a template sets itself.

    Fails: `muted: "#999999"` on `surface: "#ffffff"`, 2.8 to 1.
    Passes: `muted: "#5f5a70"` on `surface: "#ffffff"`, 6.6 to 1.

    Source: WCAG 1.4.3; RGAA 3.2.1; Email Markup Consortium 2026 (58 per cent of emails fail).
    """
    yield from _of_the_theme(checked)
    yield from _of_templates(checked)


def _of_the_theme(checked: Checked) -> Iterator[Finding]:
    colours = checked.settings.theme.colours
    for appearance, palette in (("light", colours.light), ("dark", colours.dark)):
        for words, grounds in _ON_GROUNDS:
            for ground in grounds:
                ratio = contrast(getattr(palette, words), getattr(palette, ground))
                if ratio < MIN_CONTRAST:
                    yield _finding(checked, (appearance, words, ground), ratio)


def _of_templates(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each pair of colours that is not the theme's alone."""
    light = checked.settings.theme.colours.light
    of_the_theme = {colour.lower() for _name, colour in light}
    # A quick look: the tree is walked only where a template writes colours of its own.
    body = checked.document.html.partition("<body")[2]
    if {colour.strip().lower() for colour in _PAINTED.findall(body)} <= of_the_theme:
        return
    told = set()
    for loc, part in checked.all_parts:
        root = part if part.find("body") is None else part.find("body")
        for colour, ground in painted_words(root, light.text, light.surface):
            ratio = contrast(colour, ground)
            pair = (loc, colour, ground)
            if ratio >= MIN_CONTRAST or {colour, ground} <= of_the_theme or pair in told:
                continue
            told.add(pair)
            message = _("'{colour}' on '{ground_colour}' has a contrast of {ratio}")
            yield Finding(
                message.format(colour=colour, ground_colour=ground, ratio=_cut(ratio)), _hint(), loc
            )


def _hint() -> str:
    return _("make one darker or lighter: text needs at least {ratio}").format(
        ratio=decimal(MIN_CONTRAST)
    )


def _cut(ratio: float) -> str:
    """Return the ratio to show: 4.46 is not to be told as the 4.5 that it misses."""
    return decimal(int(ratio * 10) / 10)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours "#rrggbb", from 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _finding(checked: Checked, names: tuple[str, str, str], ratio: float) -> Finding:
    appearance, words, ground = names
    palette = getattr(checked.settings.theme.colours, appearance)
    message = _("'{colour}' ({words}) on '{ground_colour}' ({ground}) has a contrast of {ratio}")
    path = packaged_or_own(checked.settings.workspace, THEME_FILE)
    return Finding(
        message.format(
            colour=getattr(palette, words),
            words=words,
            ground_colour=getattr(palette, ground),
            ground=ground,
            ratio=_cut(ratio),
        ),
        _hint(),
        path=path,
        position=read_source(path).position(("colours", appearance, words)),
    )


_COLOUR = re.compile(r"(?:^|;)\s*color\s*:([^;]+)")
_GROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:([^;]+)")
_HIDDEN = re.compile(r"(?:^|;)\s*display\s*:\s*none")


def painted_words(root: html.HtmlElement, colour: str, ground: str) -> Iterator[tuple[str, str]]:
    """Yield colour and ground, as "#rrggbb", of each element of `root` that shows words.

    `colour` and `ground` are what `root` inherits. Styles in the elements count, those of style
    blocks do not.
    """
    pending = [(root, colour, ground)]
    while pending:
        element, colour, ground = pending.pop()
        style = element.get("style", "")
        if _HIDDEN.search(style):
            continue
        colour = _colour_in(_COLOUR, style) or _colour_of(element.get("color", "")) or colour
        ground = _colour_in(_GROUND, style) or _colour_of(element.get("bgcolor", "")) or ground
        if _own_words(element):
            yield colour, ground
        pending += [(child, colour, ground) for child in element.iterchildren(etree.Element)]


def _own_words(element: html.HtmlElement) -> bool:
    texts = (element.text, *(child.tail for child in element.iterchildren()))
    return any(text and not text.isspace() for text in texts)


@lru_cache(maxsize=1024)  # a mail of 600 elements has 40 styles
def _colour_in(declaration: re.Pattern[str], style: str) -> str | None:
    """Return the colour that the last such declaration of `style` gives."""
    nodes = [each for value in declaration.findall(style) for each in _nodes(value)]
    colours = [_colour_of(node) for node in nodes]
    return next((colour for colour in reversed(colours) if colour), None)


def _nodes(value: str) -> list[Node]:
    nodes: list[Node] = parse_component_value_list(value)
    return nodes


def _colour_of(word: str | Node) -> str | None:
    """Return a colour as "#rrggbb"; None of what is none, or is transparent."""
    colour = parse_color(word) if word else None
    if colour is None or isinstance(colour, str) or colour.alpha < 1:
        return None
    red, green, blue = (round(255 * part) for part in (colour.red, colour.green, colour.blue))
    return f"#{red:02x}{green:02x}{blue:02x}"
