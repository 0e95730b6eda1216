"""The colours of the mail's words, and of the backgrounds behind them."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.checks.checked import Checked
from newsletter.checks.reading.painting import dark_rules_of, marked_page, painted_words
from newsletter.checks.rule import Finding, rule
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

    In the sun, on an old screen or with tired eyes, pale text vanishes. Text needs a contrast of at
    least 4.5 to 1. Both palettes of the theme are checked, with the colours made from `brand:`. Where a
    template of your own has a part in the email, its colours are checked as well, in light mode and in
    dark mode: there, text turns light on a background that no rule of `dark.css` darkens.
    Fails: `muted: "#999999"` on `surface: "#ffffff"`, 2.8 to 1; `<td style="background:#f1edf9">` in a
    template.
    Passes: `muted: "#5f5a70"` on `surface: "#ffffff"`, 6.6 to 1; `<td class="box tint">`.
    Source: WCAG 1.4.3; Email Markup Consortium 2026 (58 per cent of emails fail).
    """
    settings = checked.settings
    pale = [pair for pair in _pairs(settings.theme) if pair.contrast < MIN_CONTRAST]
    yield from (_of_the_theme(settings, pair) for pair in pale)
    if any(not name.startswith(("text/", "press/")) for name in own_names(settings.workspace)):
        told = {(pair.colour, pair.ground) for pair in pale}
        for loc, colour, ground, is_dark in pale_words(checked):
            if (colour, ground) not in told:
                yield _of_templates(loc, colour, ground, is_dark=is_dark)


@dataclass(frozen=True)
class _Pair:
    """Two colours with their names, and where a theme may name either, the likelier first."""

    colour: str
    ground: str
    words: str
    place: str
    locs: tuple[Loc, ...]

    @property
    def contrast(self) -> float:
        return contrast(self.colour, self.ground)


def _pairs(theme: Theme) -> Iterator[_Pair]:
    for appearance, palette in theme.colours:
        colours = {name: colour.lower() for name, colour in palette}
        for words, grounds in _GROUNDS_OF.items():
            for ground in grounds:
                locs = tuple(("colours", appearance, name) for name in (words, ground))
                yield _Pair(colours[words], colours[ground], words, ground, locs)
    if theme.sections.style == "chip":  # its words are white, its ground is the same by night
        for number, colour in enumerate(theme.sections.colours):
            ground = theme.colours.light.accent if colour == "brand" else colour
            named: Loc = (
                ("colours", "light", "accent")
                if colour == "brand"
                else ("sections", "colours", number)
            )
            yield _Pair(WHITE, ground.lower(), "chip", "sections", (named,))


def _of_the_theme(settings: Settings, pair: _Pair) -> Finding:
    message = _("'{colour}' ({words}) on '{ground_colour}' ({ground}) has a contrast of {ratio}")
    path = packaged_or_own(settings.workspace, THEME_FILE)
    theme = read_source(path)
    named = [loc for loc in (*pair.locs, ("brand",)) if theme.names(loc)]
    return Finding(
        message.format(
            colour=pair.colour,
            words=pair.words,
            ground_colour=pair.ground,
            ground=pair.place,
            ratio=_cut(pair.contrast),
        ),
        _hint(),
        path=path,
        position=theme.position(named[0]) if named else BEGINNING,
    )


def pale_words(checked: Checked) -> Iterator[tuple[Loc, str, str, bool]]:
    """Yield place, colour and ground of words that can hardly be read, and whether by night."""
    page, light = marked_page(checked.document), checked.settings.theme.colours.light
    told = set()
    for is_dark, rules in ((False, {}), (True, dark_rules_of(page))):
        for words in painted_words(page, checked.document, light.text, light.surface, rules):
            if words not in told and contrast(*words[1:]) < MIN_CONTRAST:
                told.add(words)
                yield *words, is_dark


def _of_templates(loc: Loc, colour: str, ground: str, *, is_dark: bool) -> Finding:
    message, hint = _("'{colour}' on '{ground_colour}' has a contrast of {ratio}"), _hint()
    if is_dark:
        message = _("in dark mode '{colour}' on '{ground_colour}' has a contrast of {ratio}")
        hint = _('use a background of the theme, as in class="tint", or add yours to dark.css')
    ratio = _cut(contrast(colour, ground))
    return Finding(message.format(colour=colour, ground_colour=ground, ratio=ratio), hint, loc)


def _hint() -> str:
    return _("make one darker or lighter: text needs at least {ratio}").format(
        ratio=decimal(MIN_CONTRAST)
    )


def _cut(ratio: float) -> str:
    """Return the ratio to show: 4.46 is not to be told as the 4.5 that it misses."""
    return decimal(int(ratio * 10) / 10)
