"""Colours inverted, as by email programs without support for dark styles; never a picture's."""

import colorsys
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
_PROGRAM_S = (("#ffffff", _GROUND), ("#000000", _TEXT))


def inverted(html: str, *, is_partial: bool = False) -> str:
    """Return the mail with the colours of its attributes and styles turned over.

    Colours in style attributes, `bgcolor` and `color` attributes and style blocks; not gradients.
    `is_partial` turns light grounds, dark texts and all lines alone, and notes on an element what
    it changed there, as Outlook.com does.
    """
    root = lxml_html.document_fromstring(html)
    for element in root.iter(etree.Element):
        _turn_attributes(element, is_partial)
    for block in root.iter("style"):
        rules = _without_errors(tinycss2.parse_stylesheet(block.text or ""))
        _turn_rules(rules, is_partial)
        block.text = str(tinycss2.serialize(rules))
    # A mail without colours of its own has the program's.
    own = etree.Element("style")
    ground, text = (_turned_color(each, use, is_partial) or each for each, use in _PROGRAM_S)
    own.text = f"html{{background:{ground};color:{text}}}"
    head = root.find("head")
    (root if head is None else head).insert(0, own)
    return etree.tostring(root.getroottree(), method="html", encoding="unicode")


def _turn_attributes(element: etree._Element, is_partial: bool) -> None:
    changed: dict[str, str] = {}
    for name, use in (("bgcolor", _GROUND), ("color", _TEXT)):
        before = element.get(name, "")
        after = _turned_color(before, use, is_partial)
        if after is not None:
            element.set(name, after)
            changed[use] = before
    if style := element.get("style"):
        turned, in_style = _turned_style(style, is_partial)
        element.set("style", turned)
        changed |= in_style
    if is_partial:
        for use, mark in ((_TEXT, "data-ogsc"), (_GROUND, "data-ogsb")):
            if use in changed:
                element.set(mark, changed[use])


@lru_cache(maxsize=1024)  # a mail says the same hundreds of times
def _turned_style(style: str, is_partial: bool) -> tuple[str, dict[str, str]]:
    declarations = _without_errors(tinycss2.parse_blocks_contents(style))
    changed = _turn_declarations(declarations, is_partial)
    return tinycss2.serialize(declarations), changed


def _without_errors(nodes: list[Any]) -> list[Any]:
    """Return `nodes` but what is no CSS: browsers skip it, and tinycss2 cannot write it."""
    return [node for node in nodes if node.type != "error"]


def _turn_rules(rules: list[Any], is_partial: bool) -> None:
    """Turn the colours of all rules, those in `@media` too."""
    for rule in rules:
        if rule.type == "at-rule" and rule.content is not None:
            inner = _without_errors(tinycss2.parse_blocks_contents(rule.content))
            _turn_rules(inner, is_partial)
            rule.content = inner
        elif rule.type == "qualified-rule":
            if "[data-ogs" in tinycss2.serialize(rule.prelude):
                continue  # written for Outlook when dark: it leaves them as they are
            inner = _without_errors(tinycss2.parse_blocks_contents(rule.content))
            _turn_declarations(inner, is_partial)
            rule.content = inner


def _turn_declarations(declarations: list[Any], is_partial: bool) -> dict[str, str]:
    """Turn the colours of `declarations`; return the colour before of each use that changed."""
    changed: dict[str, str] = {}
    for declaration in declarations:
        if declaration.type != "declaration":
            continue
        name = declaration.lower_name
        other = _LINE if name.startswith(("border", "outline")) else _TEXT
        use = _GROUND if name.startswith("background") else other
        for place, token in enumerate(declaration.value):
            before = token.serialize()
            after = _turned_color(token, use, is_partial)
            if after is not None:
                declaration.value[place] = tinycss2.parse_one_component_value(after)
                changed[use] = before
    return changed


def _turned_color(value: Any, use: str, is_partial: bool) -> str | None:
    """Return the colour that `value`, text or a token, becomes; None where it stays or is none."""
    color = parse_color(value)
    if not isinstance(color, RGBA) or color.alpha == 0:
        return None
    hue, lightness, saturation = colorsys.rgb_to_hls(color.red, color.green, color.blue)
    is_fit = lightness <= MIDDLE if use == _GROUND else lightness >= MIDDLE
    if is_partial and use != _LINE and is_fit:
        return None
    parts = colorsys.hls_to_rgb(hue, 1 - lightness * (1 - DARKEST), saturation)
    red, green, blue = (round(part * 255) for part in parts)
    if color.alpha == 1:
        return f"#{red:02x}{green:02x}{blue:02x}"
    return f"rgba({red},{green},{blue},{color.alpha:g})"
