"""The colours of the mail's words, and of the backgrounds behind them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree, html
from tinycss2 import parse_component_value_list
from tinycss2.ast import Node
from tinycss2.color3 import parse_color

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
