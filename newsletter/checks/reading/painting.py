"""The colours of a mail's words and of the grounds behind them, by day and in dark mode."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import tinycss2
from lxml import html
from lxml.cssselect import CSSSelector, SelectorError
from tinycss2.ast import AtRule, Declaration, Node, QualifiedRule
from tinycss2.color3 import parse_color

from newsletter.rendering.document import Document
from newsletter.source import Loc

_COLOUR = re.compile(r"(?:^|;)\s*color\s*:([^;]+)")
_GROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:([^;]+)")
_HIDDEN = re.compile(r"(?:^|;)\s*display\s*:\s*none")
_MARK = re.compile(r"item:(\d*)")
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark")


class _DarkRule(NamedTuple):
    """One declaration of dark mode; of two the later wins, unless it has less weight."""

    weight: tuple[bool, int, int, int]  # whether it is important, then its specificity
    selector: Any  # a CSSSelector, whose type does not say that it gives elements
    is_ground: bool
    colour: str


_Dark = Mapping[html.HtmlElement, Mapping[bool, _DarkRule]]


def marked_page(document: Document) -> html.HtmlElement:
    """Return the mail as a tree, each item between two comments: `painted_words` reads them."""
    text, last = "", 0
    for number, span in enumerate(document.item_spans):
        item = document.html[span.start : span.end]
        text += f"{document.html[last : span.start]}<!--item:{number}-->{item}<!--item:-->"
        last = span.end
    return html.document_fromstring(text + document.html[last:])


def dark_rules_of(page: html.HtmlElement) -> _Dark:
    """Return the rules of dark mode that colour each element: of its ground, of its words."""
    rules = [rule for style in page.iter("style") for rule in _dark_rules(style.text or "")]
    painted: dict[html.HtmlElement, dict[bool, _DarkRule]] = {}
    for rule in sorted(rules, key=lambda each: each.weight):
        for element in rule.selector(page):
            painted.setdefault(element, {})[rule.is_ground] = rule
    return painted


def painted_words(
    page: html.HtmlElement, document: Document, colour: str, ground: str, dark: _Dark
) -> Iterator[tuple[Loc, str, str]]:
    """Yield place, colour and ground, as "#rrggbb", of each element that shows words.

    `colour` and `ground` are those of the page. Styles in the elements count, and the rules `dark`;
    of other rules the style blocks of a mail have none that paint.
    """
    pending: list[tuple[html.HtmlElement, str, str, Loc]] = [(page, colour, ground, ())]
    while pending:
        element, colour, ground, loc = pending.pop()
        style, rules = element.get("style", ""), dark.get(element, {})
        if _HIDDEN.search(style) or element.tag == "head":
            continue
        own_colour = _colour_in(_COLOUR, style) or _colour_of(element.get("color", ""))
        own_ground = _colour_in(_GROUND, style) or _colour_of(element.get("bgcolor", ""))
        colour = _winner(own_colour, rules.get(False)) or colour
        ground = _winner(own_ground, rules.get(True)) or ground
        words = (element.text, *(child.tail for child in element.iterchildren()))
        if any(each and not each.isspace() for each in words):
            yield loc, colour, ground
        inside = loc
        for child in element:
            if isinstance(child.tag, str):
                pending.append((child, colour, ground, inside))
            elif mark := _MARK.fullmatch(child.text or ""):
                inside = document.item_spans[int(mark[1])].loc if mark[1] else loc


def _winner(own: str | None, rule: _DarkRule | None) -> str | None:
    return rule.colour if rule and (rule.weight[0] or not own) else own


@lru_cache(maxsize=16)
def _dark_rules(sheet: str) -> tuple[_DarkRule, ...]:
    nodes = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    return tuple(
        each
        for node in nodes
        if isinstance(node, AtRule) and _DARK.search(tinycss2.serialize(node.prelude))
        for rule in tinycss2.parse_blocks_contents(node.content or [])
        if isinstance(rule, QualifiedRule)
        for each in _of_rule(rule)
    )


def _of_rule(rule: QualifiedRule) -> Iterator[_DarkRule]:
    """Yield what a rule says of colours, once for each of its selectors."""
    for selector in tinycss2.serialize(rule.prelude).split(","):
        try:
            selects = CSSSelector(selector.strip(), translator="html")
        except SelectorError:  # a state or a part that no element of a mail has
            continue
        for node in tinycss2.parse_blocks_contents(rule.content):
            name = node.lower_name if isinstance(node, Declaration) else ""
            is_ground = name.startswith("background")
            values = node.value if is_ground or name == "color" else ()
            if colours := [each for token in values if (each := _colour_of(token))]:
                weight = (node.important, *_specificity(selector))
                yield _DarkRule(weight, selects, is_ground, colours[-1])


def _specificity(selector: str) -> tuple[int, int, int]:
    types = re.findall(r"(?:^|[\s>+~])[a-z]", selector.strip())
    return selector.count("#"), len(re.findall(r"[.\[:]", selector)), len(types)


@lru_cache(maxsize=1024)  # a mail of 600 elements has 40 styles
def _colour_in(declaration: re.Pattern[str], style: str) -> str | None:
    """Return the colour that the last such declaration of `style` gives."""
    values = declaration.findall(style)
    nodes = [node for value in values for node in tinycss2.parse_component_value_list(value)]
    colours = [_colour_of(node) for node in nodes]
    return next((colour for colour in reversed(colours) if colour), None)


def _colour_of(word: str | Node) -> str | None:
    """Return a colour as "#rrggbb"; None of what is none, or is transparent."""
    colour = parse_color(word) if word else None
    if colour is None or isinstance(colour, str) or colour.alpha < 1:
        return None
    red, green, blue = (round(255 * part) for part in (colour.red, colour.green, colour.blue))
    return f"#{red:02x}{green:02x}{blue:02x}"
