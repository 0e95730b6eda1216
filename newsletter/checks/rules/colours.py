"""The colours of the mail's words and of the grounds behind them, by day and in dark mode."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import tinycss2
from lxml import html
from lxml.cssselect import CSSSelector, SelectorError
from tinycss2.ast import AtRule, Declaration, Node, QualifiedRule
from tinycss2.color3 import parse_color

from newsletter.checks.rule import Checked, Finding, Findings, found, in_file, rule
from newsletter.i18n import _, decimal
from newsletter.packaged import packaged_or_own
from newsletter.problems.problem import Level
from newsletter.rendering.own_templates import own_names
from newsletter.settings.settings import Settings
from newsletter.settings.theme import Theme
from newsletter.source import Loc, read_source
from newsletter.values.colours import MIN_CONTRAST, WHITE, contrast
from newsletter.workspace import THEME_FILE

_ON_PAPER: tuple[str, ...] = ("page", "surface", "tint")
_GROUNDS_OF = dict.fromkeys(("text", "muted", "accent"), _ON_PAPER)
_GROUNDS_OF |= {"on_accent": ("accent",), "on_band": ("band",)}
_GROUNDS_OF |= dict.fromkeys(("on_ink", "ink_muted"), ("ink",))
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:([^;]+)")
_GROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:([^;]+)")
_HIDDEN = re.compile(r"(?:^|;)\s*display\s*:\s*none")
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark")


@rule(Level.ERROR)
def low_contrast(checked: Checked) -> Findings:
    """Text stands out from its background, in light and dark mode.

    In the sun, on an old screen or with tired eyes, pale text vanishes: it needs a contrast of 4.5 to 1
    at least. Both palettes of the theme are checked, with the colours made from `brand:`, and those of your
    own templates, in dark mode too: text turns light there, and a background of yours may stay light.
    Fails: `muted: "#999999"` on `surface: "#ffffff"`, 2.8 to 1; `<td style="background:#f1edf9">` in a
    template.
    Passes: `muted: "#5f5a70"` on `surface: "#ffffff"`, 6.6 to 1; `<td class="box tint">`.
    Source: WCAG 1.4.3; Email Markup Consortium 2026 (58 per cent of emails fail).
    """
    settings = checked.settings
    pairs = _pairs(settings.theme)
    pale = [each for each in pairs if contrast(each.colour, each.ground_colour) < MIN_CONTRAST]
    yield from (_of_the_theme(settings, pair) for pair in pale)
    if any(not name.startswith(("text/", "press/")) for name in own_names(settings.workspace)):
        told = {(pair.colour, pair.ground_colour) for pair in pale}
        for loc, colour, ground, is_dark in pale_words(checked):
            if (colour, ground) not in told:
                yield _of_templates(loc, colour, ground, is_dark=is_dark)


def _of_templates(loc: Loc, colour: str, ground: str, *, is_dark: bool) -> Finding:
    message, hint = _("'{colour}' on '{ground_colour}' has a contrast of {ratio}"), _hint()
    if is_dark:
        message = _("in dark mode '{colour}' on '{ground_colour}' has a contrast of {ratio}")
        hint = _('use a background of the theme, as in class="tint", or add yours to dark.css')
    ratio = _ratio(colour, ground)
    return found(message, hint, loc, colour=colour, ground_colour=ground, ratio=ratio)


class _Pair(NamedTuple):
    """Two colours with their names, and where a theme may name either, the likelier first."""

    colour: str
    ground_colour: str
    words: str
    ground: str
    locs: tuple[Loc, ...]


def _pairs(theme: Theme) -> Iterator[_Pair]:
    for appearance, palette in vars(theme.colours).items():
        colours = {name: colour.lower() for name, colour in vars(palette).items()}
        for words, grounds in _GROUNDS_OF.items():
            for ground in grounds:
                locs = tuple(("colours", appearance, name) for name in (words, ground))
                yield _Pair(colours[words], colours[ground], words, ground, locs)
    if theme.sections.style == "chip":  # its words are white, its ground is the same by night
        for number, colour in enumerate(theme.sections.colours):
            loc: Loc = ("sections", "colours", number)
            if colour == "brand":
                colour, loc = theme.colours.light.accent, ("colours", "light", "accent")
            yield _Pair(WHITE, colour.lower(), "chip", "sections", (loc,))


def _of_the_theme(settings: Settings, pair: _Pair) -> Finding:
    path = packaged_or_own(settings.workspace, THEME_FILE)
    theme = read_source(path)
    named = [loc for loc in (*pair.locs, ("brand",)) if theme.names(loc)]
    message = _("'{colour}' ({words}) on '{ground_colour}' ({ground}) has a contrast of {ratio}")
    message = message.format(**pair._asdict(), ratio=_ratio(pair.colour, pair.ground_colour))
    return in_file(path, named[0] if named else (), message, _hint())


def pale_words(checked: Checked) -> Iterator[tuple[Loc, str, str, bool]]:
    """Yield place, colour and ground of words that can hardly be read, and whether by night."""
    told = set()
    for is_dark, rules in ((False, {}), (True, dark_rules_of(checked.page))):
        for words in painted_words(checked, rules):
            if words not in told and contrast(*words[1:]) < MIN_CONTRAST:
                told.add(words)
                yield *words, is_dark


def _hint() -> str:
    hint = _("make one darker or lighter: text needs at least {ratio}")
    return hint.format(ratio=decimal(MIN_CONTRAST))


def _ratio(colour: str, ground: str) -> str:
    """Return the contrast to show: 4.46 is not to be told as the 4.5 that it misses."""
    return decimal(int(contrast(colour, ground) * 10) / 10)


class _DarkRule(NamedTuple):
    """One declaration of dark mode; of two the later wins, unless it has less weight."""

    weight: tuple[bool, int, int, int]  # whether it is important, then its specificity
    selector: Any  # a CSSSelector, whose type does not say that it gives elements
    is_ground: bool
    colour: str


_Dark = Mapping[html.HtmlElement, Mapping[bool, _DarkRule]]


def dark_rules_of(page: html.HtmlElement) -> _Dark:
    """Return the rules of dark mode that colour each element: of its ground, of its words."""
    rules = [each for style in page.iter("style") for each in _dark_rules(style.text or "")]
    selected = {each.selector: each.selector(page) for each in rules}
    painted: dict[html.HtmlElement, dict[bool, _DarkRule]] = {}
    for dark in sorted(rules, key=lambda each: each.weight):
        for element in selected[dark.selector]:
            painted.setdefault(element, {})[dark.is_ground] = dark
    return painted


def painted_words(checked: Checked, dark: _Dark) -> Iterator[tuple[Loc, str, str]]:
    """Yield place, colour and ground, as "#rrggbb", of each element that shows words."""
    # Styles in the elements count, and the rules `dark`: no others of a mail's style blocks paint.
    places = {each: loc for loc, each in checked.elements}
    light = checked.settings.theme.colours.light
    pending: list[tuple[html.HtmlElement, str, str]] = [(checked.page, light.text, light.surface)]
    while pending:
        element, colour, ground = pending.pop()
        style, rules = element.get("style", ""), dark.get(element, {})
        if _HIDDEN.search(style) or element.tag == "head":
            continue
        own_colour = _colour_in(_COLOUR, style) or _colour_of(element.get("color", ""))
        own_ground = _colour_in(_GROUND, style) or _colour_of(element.get("bgcolor", ""))
        colour = _winner(own_colour, rules.get(False)) or colour
        ground = _winner(own_ground, rules.get(True)) or ground
        words = (element.text, *(child.tail for child in element.iterchildren()))
        if any(each and not each.isspace() for each in words):
            yield places[element], colour, ground
        pending += [(child, colour, ground) for child in element.iterchildren("*")]


def _winner(own: str | None, rule: _DarkRule | None) -> str | None:
    return rule.colour if rule and (rule.weight[0] or not own) else own


@lru_cache(maxsize=16)
def _dark_rules(sheet: str) -> tuple[_DarkRule, ...]:
    return tuple(
        each
        for node in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
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
                types = re.findall(r"(?:^|[\s>+~])[a-z]", selector.strip())
                classes = re.findall(r"[.\[:]", selector)
                weight = node.important, selector.count("#"), len(classes), len(types)
                yield _DarkRule(weight, selects, is_ground, colours[-1])


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
