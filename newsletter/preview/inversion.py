"""Colours inverted, as by email programs without support for dark styles; never a picture's."""

import colorsys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2
from lxml import etree
from lxml import html as lxml_html
from tinycss2.color3 import RGBA, parse_color

# What white becomes: the ground of a dark mail program, a little above black.
DARKEST = 0.08
MIDDLE = 0.5  # lightness: what is below is dark
_GROUND, _TEXT, _LINE = "ground", "text", "line"
Turn = Callable[[float, str], float]


@dataclass(frozen=True)
class Inversion:
    """How a mail program turns colours: from lightness (0 to 1) and use to lightness.

    `leaves_marks` tells whether it notes on an element what it changed there, as Outlook.com does.
    """

    turn: Turn
    leaves_marks: bool = False


def _turn_all(lightness: float, _use: str) -> float:
    return 1 - lightness * (1 - DARKEST)


def _turn_unfit(lightness: float, use: str) -> float:
    """Turn light grounds, dark texts and all lines."""
    if use == _LINE:
        return _turn_all(lightness, use)
    unfit = lightness > MIDDLE if use == _GROUND else lightness < MIDDLE
    return _turn_all(lightness, use) if unfit else lightness


WHOLE = Inversion(_turn_all)
PARTIAL = Inversion(_turn_unfit, leaves_marks=True)


def inverted(html: str, inversion: Inversion) -> str:
    """Return the mail with the colours of its attributes and styles turned over.

    Colours in style attributes, `bgcolor` and `color` attributes and style blocks; not gradients.
    """
    root = lxml_html.document_fromstring(html)
    for element in root.iter(etree.Element):
        _turn_attributes(element, inversion)
    for block in root.iter("style"):
        block.text = _turned_sheet(block.text or "", inversion)
    ground, text = _shade(inversion.turn(1, _GROUND)), _shade(inversion.turn(0, _TEXT))
    # A mail without colours of its own has the program's.
    head = root.find("head")
    (root if head is None else head).insert(0, _style(f"html{{background:{ground};color:{text}}}"))
    return etree.tostring(root.getroottree(), method="html", encoding="unicode")


def _style(rules: str) -> etree._Element:
    element = etree.Element("style")
    element.text = rules
    return element


def _shade(lightness: float) -> str:
    return _hexadecimal(RGBA(lightness, lightness, lightness, 1))


def _turn_attributes(element: etree._Element, inversion: Inversion) -> None:
    changed: dict[str, str] = {}
    for name, use in (("bgcolor", _GROUND), ("color", _TEXT)):
        before = element.get(name, "")
        after = _turned_color(before, use, inversion)
        if after is not None:
            element.set(name, after)
            changed[use] = before
    if style := element.get("style"):
        turned, in_style = _turned_style(style, inversion)
        element.set("style", turned)
        changed |= in_style
    if inversion.leaves_marks:
        for use, mark in ((_TEXT, "data-ogsc"), (_GROUND, "data-ogsb")):
            if use in changed:
                element.set(mark, changed[use])


@lru_cache(maxsize=1024)  # a mail says the same hundreds of times
def _turned_style(style: str, inversion: Inversion) -> tuple[str, dict[str, str]]:
    declarations = _without_errors(tinycss2.parse_blocks_contents(style))
    changed = _turn_declarations(declarations, inversion)
    return tinycss2.serialize(declarations), changed


def _turned_sheet(css: str, inversion: Inversion) -> str:
    rules = _without_errors(tinycss2.parse_stylesheet(css))
    _turn_rules(rules, inversion)
    return str(tinycss2.serialize(rules))


def _without_errors(nodes: list[Any]) -> list[Any]:
    """Return `nodes` but what is no CSS: browsers skip it, and tinycss2 cannot write it."""
    return [node for node in nodes if node.type != "error"]


def _turn_rules(rules: list[Any], inversion: Inversion) -> None:
    """Turn the colours of all rules, those in `@media` too."""
    for rule in rules:
        if rule.type == "at-rule" and rule.content is not None:
            inner = _without_errors(tinycss2.parse_blocks_contents(rule.content))
            _turn_rules(inner, inversion)
            rule.content = inner
        elif rule.type == "qualified-rule":
            if "[data-ogs" in tinycss2.serialize(rule.prelude):
                continue  # written for Outlook when dark: it leaves them as they are
            inner = _without_errors(tinycss2.parse_blocks_contents(rule.content))
            _turn_declarations(inner, inversion)
            rule.content = inner


def _turn_declarations(declarations: list[Any], inversion: Inversion) -> dict[str, str]:
    """Turn the colours of `declarations`; return the colour before of each use that changed."""
    changed: dict[str, str] = {}
    for declaration in declarations:
        if declaration.type != "declaration":
            continue
        use = _use(declaration.lower_name)
        for place, token in enumerate(declaration.value):
            before = token.serialize()
            after = _turned_color(token, use, inversion)
            if after is not None:
                declaration.value[place] = tinycss2.parse_one_component_value(after)
                changed[use] = before
    return changed


def _use(name: str) -> str:
    """Return what the colours of a CSS property are for."""
    if name.startswith("background"):
        return _GROUND
    return _LINE if name.startswith(("border", "outline")) else _TEXT


def _turned_color(value: Any, use: str, inversion: Inversion) -> str | None:
    """Return the colour that `value`, text or a token, becomes; None where it stays or is none."""
    color = parse_color(value)
    if not isinstance(color, RGBA) or color.alpha == 0:
        return None
    hue, lightness, saturation = colorsys.rgb_to_hls(color.red, color.green, color.blue)
    after = inversion.turn(lightness, use)
    if after == lightness:
        return None
    return _written(RGBA(*colorsys.hls_to_rgb(hue, after, saturation), color.alpha))


def _written(color: RGBA) -> str:
    if color.alpha == 1:
        return _hexadecimal(color)
    red, green, blue = (round(part * 255) for part in color[:3])
    return f"rgba({red},{green},{blue},{color.alpha:g})"


def _hexadecimal(color: RGBA) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in color[:3])
