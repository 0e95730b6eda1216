"""How mails look: `assets/theme.yaml`, the only place with colour codes."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from newsletter.i18n import N_, _
from newsletter.packaged import packaged_files, packaged_or_own
from newsletter.problems.problem import Level, Problem
from newsletter.source import read_source
from newsletter.values.fields import Colour, Pixels, ReadingContext, Text
from newsletter.values.validation import Model, validate
from newsletter.workspace import THEME_FILE


class Palette(Model):
    """The colours of one appearance, light or dark."""

    page: Colour = Field(description=N_("Background around the email"))
    surface: Colour = Field(description=N_("Background of the email itself"))
    text: Colour = Field(description=N_("Text"))
    muted: Colour = Field(description=N_("Dates, captions, footer"))
    accent: Colour = Field(description=N_("Links, labels and buttons"))
    on_accent: Colour = Field(description=N_("Text on a button"))
    line: Colour = Field(description=N_("Thin lines"))


class Colours(Model):
    """Two palettes, each chosen for itself: dark is not light inverted."""

    light: Palette
    dark: Palette


class Fonts(Model):
    """Fonts that are on the reader's machine: no mail of ours loads one."""

    body: Text = Field(description=N_("Text fonts, in order of preference"))
    heading: Text = Field(description=N_("Heading fonts, in order of preference"))


class Widths(Model):
    """Widths in pixels."""

    page: Pixels = Field(description=N_("Width of the email"))


class Theme(Model):
    """What `assets/theme.yaml` says."""

    colours: Colours
    fonts: Fonts
    widths: Widths


def load_theme(workspace: Path, context: ReadingContext) -> tuple[Theme | None, Sequence[Problem]]:
    """Return the theme of `workspace` and its problems.

    Where they forbid it, the packaged theme stands in: a bad one hides no problem of the settings.
    """
    source = read_source(packaged_or_own(workspace, THEME_FILE))
    theme, problems = validate(Theme, source, context=context)
    if theme is None:
        theme, _none = validate(Theme, read_source(packaged_files() / THEME_FILE), context=context)
    return theme, problems


def font_problem(workspace: Path, theme: Theme, font: str) -> Problem:
    """Return the warning that the machine lacks a font of the theme."""
    path = packaged_or_own(workspace, THEME_FILE)
    use = "body" if font in theme.fonts.body.split(",")[0] else "heading"
    message = _("the font '{font}' is not on this machine: the PDF uses another one")
    return Problem(
        path,
        read_source(path).find(("fonts", use), font),
        message.format(font=font),
        _("install it, or put another font first"),
        "font-missing",
        Level.WARNING,
    )
