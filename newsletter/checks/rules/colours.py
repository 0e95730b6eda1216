"""The colours of the mail's words and of the grounds behind them, by day and in dark mode."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

import cssselect
import tinycss2
from lxml import html
from lxml.cssselect import CSSSelector, SelectorError
from tinycss2.ast import AtRule, Declaration, Node, QualifiedRule
from tinycss2.color3 import parse_color

from newsletter.checks.rule import Checked, Finding, Findings, found, in_file, rule
from newsletter.i18n import N_, _, decimal
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
_HIDDEN = re.compile(r"(?:^|;)\s*display\s*:\s*none")
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark")
_HINT = N_("make one darker or lighter: text needs at least {least}")
_Declared = tuple[tuple[bool, str, bool], ...]


@rule(Level.ERROR)
def low_contrast(checked: Checked) -> Findings:
    """Text stands out from its background, in light and dark mode.

    In the sun, on an old screen or with tired eyes, pale text vanishes: it needs a contrast of 4.5 to 1.
    The theme's palettes are checked, and the colours of your own templates, by day and in dark mode.
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
    message, hint = _("'{colour}' on '{ground_colour}' has a contrast of {ratio}"), _(_HINT)
    if is_dark:
        message = _("in dark mode '{colour}' on '{ground_colour}' has a contrast of {ratio}")
        hint = _('use a background of the theme, as in class="tint", or add yours to dark.css')
    ratio, least = _ratio(colour, ground), decimal(MIN_CONTRAST)
    return found(message, hint, loc, colour=colour, ground_colour=ground, ratio=ratio, least=least)


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
    hint = _(_HINT).format(least=decimal(MIN_CONTRAST))
    return in_file(path, named[0] if named else (), message, hint)


def pale_words(checked: Checked) -> Iterator[tuple[Loc, str, str, bool]]:
    """Yield place, colour and ground of words that can hardly be read, and whether by night."""
    told = set()
    for is_dark in (False, True):
        for words in _words(checked, is_dark=is_dark):
            if words not in told and contrast(*words[1:]) < MIN_CONTRAST:
                told.add(words)
                yield *words, is_dark


def _ratio(colour: str, ground: str) -> str:
    """Return the contrast to show: 4.46 is not to be told as the 4.5 that it misses."""
    return decimal(int(contrast(colour, ground) * 10) / 10)


def _words(checked: Checked, *, is_dark: bool) -> Iterator[tuple[Loc, str, str]]:
    """Yield place, colour and ground, as "#rrggbb", of each element that shows words."""
    places = {each: loc for loc, each in checked.elements}
    light = checked.settings.theme.colours.light
    painted: dict[html.HtmlElement, dict[bool, str]] = {}
    lightest_first = sorted(_painted(checked.page, is_dark=is_dark), key=lambda each: each[0])
    for _weight, element, is_ground, colour in lightest_first:
        painted.setdefault(element, {})[is_ground] = colour
    pending = [(checked.page, {False: light.text, True: light.surface})]
    while pending:
        element, inherited = pending.pop()
        if element.tag == "head" or _HIDDEN.search(element.get("style", "")):
            continue
        colours = inherited | painted.get(element, {})
        words = (element.text, *(child.tail for child in element.iterchildren()))
        if any(each and not each.isspace() for each in words):
            yield places[element], colours[False], colours[True]
        pending += [(child, colours) for child in element.iterchildren("*")]


# Of two that paint an element the heavier wins, else the later: attributes, rules by their
# specificity, the element's own style; then what is important of these.
_Weight = tuple[bool, int, tuple[int, int, int]]


def _painted(
    page: html.HtmlElement, *, is_dark: bool
) -> Iterator[tuple[_Weight, html.HtmlElement, bool, str]]:
    """Yield what paints the elements: its weight, which one, whether its ground, the colour."""
    # No rules of a mail's style blocks paint, but those of dark mode.
    for element in page.iter("*"):
        attributes = f"color:{element.get('color')};background:{element.get('bgcolor')}"
        for rank, declarations in ((0, attributes), (2, element.get("style", ""))):
            for is_ground, colour, is_important in _declared(declarations):
                yield (is_important, rank, (0, 0, 0)), element, is_ground, colour
    for style in page.iter("style") if is_dark else ():
        for selects, specificity, declared in _dark_rules(style.text or ""):
            for element in selects(page):
                for is_ground, colour, is_important in declared:
                    yield (is_important, 1, specificity), element, is_ground, colour


@lru_cache(maxsize=16)
def _dark_rules(sheet: str) -> tuple[tuple[Any, tuple[int, int, int], _Declared], ...]:
    """Return the rules of dark mode, each with a selector: its elements, its weight, its colours."""
    rules = []
    for node in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
        is_dark = isinstance(node, AtRule) and _DARK.search(tinycss2.serialize(node.prelude))
        for each in tinycss2.parse_blocks_contents(node.content or []) if is_dark else ():
            if isinstance(each, QualifiedRule):
                declared = _declared(tinycss2.serialize(each.content))
                for selector in tinycss2.serialize(each.prelude).split(","):
                    # A state or a part that no element of a mail has is an error.
                    with suppress(SelectorError):
                        specificity = cssselect.parse(selector)[0].specificity()
                        selects = CSSSelector(selector.strip(), translator="html")
                        rules.append((selects, specificity, declared))
    return tuple(rules)


@lru_cache(maxsize=1024)  # a mail of 600 elements has 40 styles
def _declared(style: str) -> _Declared:
    """Return each colour that declarations give: whether of the ground, and whether important."""
    found = []
    for node in tinycss2.parse_blocks_contents(style):
        name = node.lower_name if isinstance(node, Declaration) else ""
        is_ground = name in {"background", "background-color"}
        values = node.value if is_ground or name == "color" else ()
        if colours := [each for token in values if (each := _colour_of(token))]:
            found.append((is_ground, colours[-1], node.important))
    return tuple(found)


def _colour_of(word: str | Node) -> str | None:
    """Return a colour as "#rrggbb"; None of what is none, or is transparent."""
    colour = parse_color(word) if word else None
    if colour is None or isinstance(colour, str) or colour.alpha < 1:
        return None
    red, green, blue = (round(255 * part) for part in (colour.red, colour.green, colour.blue))
    return f"#{red:02x}{green:02x}{blue:02x}"
