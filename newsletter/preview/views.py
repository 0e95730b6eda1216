"""The ways in which readers will see a mail: each a function from its HTML to other HTML."""

import colorsys
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, NamedTuple

import tinycss2
from lxml import etree
from tinycss2.color3 import RGBA, parse_color

from newsletter.i18n import N_
from newsletter.preview.mail_pictures import parsed, serialized
from newsletter.preview.word_layout import laid_out_by_word

# What white becomes: the ground of a dark mail program, a little above black.
DARKEST = 0.08
MIDDLE = 0.5  # lightness: what is below is dark
_GROUND, _TEXT, _LINE = "ground", "text", "line"
_PROGRAM_S = (("#ffffff", _GROUND), ("#000000", _TEXT))
# Media features that always, and never, hold on a screen.
_ALWAYS, _NEVER = "(min-width:0)", "(max-width:0)"
_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.DOTALL | re.IGNORECASE)
_MEDIA_ATTRIBUTE = re.compile(r"\bmedia\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_SCHEME_META = re.compile(
    r"(<meta\s+name=[\"']?(?:supported-)?color-schemes?[\"']?\s+content=)(\"[^\"]*\"|'[^']*')",
    re.IGNORECASE,
)
_SCHEME_QUERY = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(\w+)\s*\)", re.IGNORECASE)
_CONDITION = re.compile(r"@media\b[^{]*", re.IGNORECASE)
_WIDTH_QUERY = re.compile(r"\(\s*(min|max)-width\s*:\s*(\d+(?:\.\d+)?)px\s*\)", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"\b(?:only\s+)?(screen|print)\b", re.IGNORECASE)
_MEDIA_TYPES = {"screen": "all", "print": "not all"}
_SCHEME_PROPERTY = re.compile(r"(?<![\w-])color-scheme\s*:\s*[^;}]+", re.IGNORECASE)


def inverted(html: str, *, is_partial: bool = False) -> str:
    """Return the mail with the colours of its attributes and styles turned over."""
    # Colours in style attributes, `bgcolor` and `color` attributes and style blocks; not gradients.
    # `is_partial` turns light grounds, dark texts and all lines alone, and notes on an element what
    # it changed there, as Outlook.com does.
    root = parsed(html)
    for element in root.iter(etree.Element):
        _turn_attributes(element, is_partial)
    for block in root.iter("style"):
        rules = _without_errors(tinycss2.parse_stylesheet(block.text or ""))
        _turn(rules, is_partial)
        block.text = str(tinycss2.serialize(rules))
    # A mail without colours of its own has the program's.
    own = etree.Element("style")
    ground, text = (_turned_color(each, use, is_partial) or each for each, use in _PROGRAM_S)
    own.text = f"html{{background:{ground};color:{text}}}"
    head = root.find("head")
    (root if head is None else head).insert(0, own)
    return serialized(root)


def _turn_attributes(element: etree._Element, is_partial: bool) -> None:
    changed: dict[str, str] = {}
    for name, use in (("bgcolor", _GROUND), ("color", _TEXT)):
        before = element.get(name, "")
        if (after := _turned_color(before, use, is_partial)) is not None:
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
    changed = _turn(declarations, is_partial)
    return tinycss2.serialize(declarations), changed


def _without_errors(nodes: list[Any]) -> list[Any]:
    """Return `nodes` but what is no CSS: browsers skip it, and tinycss2 cannot write it."""
    return [node for node in nodes if node.type != "error"]


def _turn(nodes: list[Any], is_partial: bool) -> dict[str, str]:
    """Turn the colours of rules, in `@media` too, or of declarations; return them as they were."""
    changed: dict[str, str] = {}
    for node in nodes:
        if node.type in {"at-rule", "qualified-rule"}:
            # Rules that are written for Outlook when dark it leaves as they are.
            if node.content is not None and "[data-ogs" not in tinycss2.serialize(node.prelude):
                node.content = _without_errors(tinycss2.parse_blocks_contents(node.content))
                _turn(node.content, is_partial)
        elif node.type == "declaration":
            name = node.lower_name
            other = _LINE if name.startswith(("border", "outline")) else _TEXT
            use = _GROUND if name.startswith("background") else other
            for place, token in enumerate(node.value):
                if (after := _turned_color(token, use, is_partial)) is not None:
                    changed[use] = token.serialize()
                    node.value[place] = tinycss2.parse_one_component_value(after)
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


def on_screen(html: str, width: int) -> str:
    """Return the mail as on a screen of `width` pixels, whatever it is shown in: paper too."""

    def settled(query: re.Match[str]) -> str:
        holds = float(query[2]) <= width if query[1].lower() == "min" else width <= float(query[2])
        return _ALWAYS if holds else _NEVER

    def in_condition(condition: re.Match[str]) -> str:
        asked = _MEDIA_TYPE.sub(lambda kind: _MEDIA_TYPES[kind[1].lower()], condition[0])
        return _WIDTH_QUERY.sub(settled, asked)

    html = _in_styles(html, lambda css: _CONDITION.sub(in_condition, css))
    return _MEDIA_ATTRIBUTE.sub(in_condition, html)


def _in_scheme(html: str, scheme: str) -> str:
    """Return the mail as if the reader's screen preferred `scheme`, "light" or "dark"."""

    def settled(query: re.Match[str]) -> str:
        return _ALWAYS if query[1].lower() == scheme else _NEVER

    def in_css(css: str) -> str:
        return _SCHEME_PROPERTY.sub(f"color-scheme:{scheme}", _SCHEME_QUERY.sub(settled, css))

    named = _SCHEME_META.sub(rf'\1"{scheme}"', _in_styles(html, in_css))
    return _MEDIA_ATTRIBUTE.sub(lambda each: _SCHEME_QUERY.sub(settled, each[0]), named)


light = partial(_in_scheme, scheme="light")  # as in a light mail program
dark = partial(_in_scheme, scheme="dark")  # as in Apple Mail: the mail's own dark styles alone


def _in_styles(html: str, change: Callable[[str], str]) -> str:
    return _STYLE.sub(lambda style: style[1] + change(style[2]) + style[3], html)


class Appearance(NamedTuple):
    """A way to show a mail, to be translated; `is_layout` where it changes more than colours."""

    title: str
    explanation: str
    apply: Callable[[str], str]
    is_layout: bool = False


# Sources: hteumeuleu/email-bugs, and caniemail, css-at-media-prefers-color-scheme. What Outlook.com
# changes it marks `data-ogsc` or `data-ogsb`, so a mail's own `[data-ogsc]` rules apply (note 3).
APPEARANCES: Mapping[str, Appearance] = {
    "light": Appearance(N_("Light"), N_("As most email programs show it."), light),
    "dark": Appearance(
        N_("Dark"), N_("The email's own dark colours, as shown by Apple Mail in dark mode."), dark
    ),
    "gmail": Appearance(
        N_("Dark, Gmail"),
        N_("Approximation: Gmail on iPhone ignores dark styles and inverts every colour."),
        lambda html: inverted(light(html)),
    ),
    "outlook": Appearance(
        N_("Dark, Outlook"),
        N_("Approximation: Outlook darkens light backgrounds and lightens dark text, no more."),
        lambda html: inverted(light(html), is_partial=True),
    ),
    "outlook-classic": Appearance(
        N_("Outlook classic"),
        N_("Approximation: Word lays it out: only tables have padding, columns and fixed widths."),
        lambda html: laid_out_by_word(light(html)),
        is_layout=True,
    ),
}
