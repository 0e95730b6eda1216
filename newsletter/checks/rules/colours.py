"""The colours of the mail's words, and of the backgrounds behind them."""

from collections.abc import Iterator
from typing import NamedTuple

from newsletter.checks.checked import Checked
from newsletter.checks.reading.painting import dark_rules_of, marked_page, painted_words
from newsletter.checks.rule import Finding, found, rule
from newsletter.i18n import _, decimal
from newsletter.packaged import packaged_or_own
from newsletter.problems.problem import Level
from newsletter.rendering.own_templates import own_names
from newsletter.settings.settings import Settings
from newsletter.settings.theme import Theme
from newsletter.source import Loc, read_source
from newsletter.source.source import BEGINNING
from newsletter.values.colours import MIN_CONTRAST, WHITE, contrast
from newsletter.workspace import THEME_FILE

_ON_PAPER = ("page", "surface", "tint")
_GROUNDS_OF = {
    "text": _ON_PAPER,
    "muted": _ON_PAPER,
    "accent": _ON_PAPER,
    "on_accent": ("accent",),
    "on_band": ("band",),
    "on_ink": ("ink",),
    "ink_muted": ("ink",),
}


@rule(Level.ERROR)
def low_contrast(checked: Checked) -> Iterator[Finding]:
    """Text stands out from its background, in light and dark mode.

    In the sun, on an old screen or with tired eyes, pale text vanishes: it needs a contrast of 4.5 to 1
    at least. Both palettes of the theme are checked, with the colours made from `brand:`, and those of your
    own templates, in dark mode too: text turns light there on what no rule of `dark.css` darkens.
    Fails: `muted: "#999999"` on `surface: "#ffffff"`, 2.8 to 1; `<td style="background:#f1edf9">` in a
    template.
    Passes: `muted: "#5f5a70"` on `surface: "#ffffff"`, 6.6 to 1; `<td class="box tint">`.
    Source: WCAG 1.4.3; Email Markup Consortium 2026 (58 per cent of emails fail).
    """
    settings = checked.settings
    pale = [each for each in _pairs(settings.theme) if _is_pale(each.colour, each.ground)]
    yield from (_of_the_theme(settings, pair) for pair in pale)
    if any(not name.startswith(("text/", "press/")) for name in own_names(settings.workspace)):
        told = {(pair.colour, pair.ground) for pair in pale}
        for loc, colour, ground, is_dark in pale_words(checked):
            if (colour, ground) not in told:
                message, hint = (
                    _("'{colour}' on '{ground_colour}' has a contrast of {ratio}"),
                    _hint(),
                )
                if is_dark:
                    message = _(
                        "in dark mode '{colour}' on '{ground_colour}' has a contrast of {ratio}"
                    )
                    hint = _(
                        'use a background of the theme, as in class="tint", or add yours to dark.css'
                    )
                ratio = _ratio(colour, ground)
                yield found(message, hint, loc, colour=colour, ground_colour=ground, ratio=ratio)


class _Pair(NamedTuple):
    """Two colours with their names, and where a theme may name either, the likelier first."""

    colour: str
    ground: str
    words: str
    place: str
    locs: tuple[Loc, ...]


def _pairs(theme: Theme) -> Iterator[_Pair]:
    for appearance, palette in theme.colours:
        colours = {name: colour.lower() for name, colour in palette}
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
    position = theme.position(named[0]) if named else BEGINNING
    message = _("'{colour}' ({words}) on '{ground_colour}' ({ground}) has a contrast of {ratio}")
    message = message.format(
        colour=pair.colour,
        words=pair.words,
        ground_colour=pair.ground,
        ground=pair.place,
        ratio=_ratio(pair.colour, pair.ground),
    )
    return Finding(message, _hint(), place=(path, position))


def pale_words(checked: Checked) -> Iterator[tuple[Loc, str, str, bool]]:
    """Yield place, colour and ground of words that can hardly be read, and whether by night."""
    page, light = marked_page(checked.document), checked.settings.theme.colours.light
    told = set()
    for is_dark, rules in ((False, {}), (True, dark_rules_of(page))):
        for words in painted_words(page, checked.document, light.text, light.surface, rules):
            if words not in told and _is_pale(*words[1:]):
                told.add(words)
                yield *words, is_dark


def _hint() -> str:
    hint = _("make one darker or lighter: text needs at least {ratio}")
    return hint.format(ratio=decimal(MIN_CONTRAST))


def _is_pale(colour: str, ground: str) -> bool:
    return contrast(colour, ground) < MIN_CONTRAST


def _ratio(colour: str, ground: str) -> str:
    """Return the contrast to show: 4.46 is not to be told as the 4.5 that it misses."""
    return decimal(int(contrast(colour, ground) * 10) / 10)
