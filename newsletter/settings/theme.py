"""How mails look: `assets/theme.yaml`, laid over one of `looks/`; other colours from the brand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from newsletter.i18n import N_, _
from newsletter.packaged import packaged_files, packaged_or_own
from newsletter.problems.problem import Fault, Level, Problem, has_errors
from newsletter.source import Source, read_source
from newsletter.values.colours import dark_palette, is_colour, light_palette, nearest_readable
from newsletter.values.model import Model, needed, optional
from newsletter.values.reading import ReadingContext, Several
from newsletter.values.types import Colour, LogoFile, Pixels, Text, YesNo, named_by_text
from newsletter.values.validation import read_model
from newsletter.workspace import THEME_FILE

LOOK_FILES = Path(__file__).with_name("looks")
LOOKS = ("institution", "editorial", "magazine", "plain")
LookName = Literal["institution", "editorial", "magazine", "plain"]
SPACINGS = {"compact": 0.75, "normal": 1.0, "airy": 1.25}
SCALE = (0, 4, 8, 12, 16, 24, 32, 48)  # CSS pixels: every margin and padding of a mail


class Palette(Model):
    """The colours of one appearance, light or dark."""

    page: Colour = needed(N_("Background around the email"))
    surface: Colour = needed(N_("Background of the email itself"))
    text: Colour = needed(N_("Text"))
    muted: Colour = needed(N_("Dates, captions, footer"))
    accent: Colour = needed(N_("Links, labels and buttons"))
    on_accent: Colour = needed(N_("Text on a button"))
    line: Colour = needed(N_("Thin lines"))
    band: Colour = needed(N_("Background of the header"))
    on_band: Colour = needed(N_("Text in the header"))
    tint: Colour = needed(N_("Background of boxes"))
    ink: Colour = needed(N_("Dark background: the footer, a quote in a box"))
    on_ink: Colour = needed(N_("Text on the dark background"))
    ink_muted: Colour = needed(N_("Small print on the dark background"))


class Colours(Model):
    """Two palettes, each chosen for itself: dark is not light inverted."""

    light: Palette
    dark: Palette


class Logo(Model):
    """The organisation's logo, and how it looks on other backgrounds than white."""

    file: LogoFile = needed(N_("The logo, a file under assets/"))
    on_brand: LogoFile | None = optional(N_("The logo for the brand's background"))
    on_dark: LogoFile | None = optional(N_("The logo for a dark background"))
    height: Pixels = optional(N_("Its height in the email, in pixels"), 48)


class Fonts(Model):
    """Fonts that are on the reader's machine: no mail of ours loads one."""

    body: Text = needed(N_("Text fonts, in order of preference"))
    heading: Text = needed(N_("Heading fonts, in order of preference"))
    size: Pixels = needed(N_("Size of the text in pixels"))


class Widths(Model):
    """Widths in pixels."""

    page: Pixels = needed(N_("Width of the email"))


class Header(Model):
    """The head of a mail."""

    style: Literal["band", "masthead", "cover", "plain"] = needed(
        N_("band (logo on a coloured band), masthead (centred), cover (all dark), plain")
    )
    show: tuple[Literal["date", "web_version"], ...] = needed(
        N_("What is on its right: date, web_version")
    )


class SectionStyle(Model):
    """The titles of sections."""

    style: Literal["strip", "rule", "chip", "plain"] = needed(
        N_("strip (tinted, with a bar), rule (between two lines), chip, plain")
    )
    colours: Several[Colour | Literal["brand"]] = needed(
        N_("Their colours, in turn; brand: the brand's own")
    )


class StoryStyle(Model):
    """How stories are laid out where the issue does not say."""

    picture: Literal["above", "beside"] = needed(
        N_("Where the picture goes: above the text, or beside its start")
    )
    first: Literal["above", "beside", "hero"] = needed(
        N_("The same for the first story; hero: across the whole email")
    )
    action: Literal["solid", "outline", "link"] = needed(
        N_("The button under a story: solid, outline, link")
    )


class Footer(Model):
    """The foot of a mail."""

    ground: Literal["ink", "paper", "brand"] = needed(
        N_("Its background: ink (dark), paper (the page's), brand")
    )
    icons: YesNo = needed(N_("true: social networks as icons"))


class Types(Model):
    """Sizes of type, each "size/line" in pixels."""

    h1: Text = needed(N_("Title of the email"))
    h1_phone: Text = needed(N_("The same on a phone"))
    title: Text = needed(N_("Titles of items"))
    lead: Text = needed(N_("First paragraphs"))
    figure: Text = needed(N_("Key figures"))
    quote: Text = needed(N_("Quotes"))


class Theme(Model):
    """What `assets/theme.yaml` says, laid over its look."""

    look: LookName = needed(N_("The look: institution, editorial, magazine, plain"))
    brand: Colour = needed(N_("The brand's colour: the others are made from it"))
    logo: Annotated[Logo, named_by_text("file")] | None = optional(
        N_("The logo; without it, the one of the settings")
    )
    colours: Colours
    fonts: Fonts
    types: Types
    header: Header
    sections: SectionStyle
    stories: StoryStyle
    quotes: Literal["bar", "centred", "box"] = needed(
        N_("Quotes: with a bar, centred, in a dark box")
    )
    footer: Footer
    corners: Literal["0", "4", "24"] = needed(N_("Rounding of corners"))
    spacing: Literal["compact", "normal", "airy"] = needed(
        N_("Space between things: compact, normal, airy")
    )
    widths: Widths

    @property
    def space(self) -> Mapping[int, int]:
        """Each step of the scale -> its CSS pixels in this theme."""
        return {step: round(step * SPACINGS[self.spacing]) for step in SCALE}


def load_theme(workspace: Path, context: ReadingContext) -> tuple[Theme | None, Sequence[Problem]]:
    """Return the theme of `workspace`, the packaged one in place of a bad one, and its problems."""
    theme, problems = themed(read_source(packaged_or_own(workspace, THEME_FILE)), context)
    if theme is None:
        theme, _none = themed(read_source(packaged_files() / THEME_FILE), context)
    return theme, problems


def themed(
    source: Source, context: ReadingContext, *, look_name: str = ""
) -> tuple[Theme | None, Sequence[Problem]]:
    """Return the theme that `source` makes of its look, or of `look_name`, and its problems.

    One without `look:` is plain: so mails looked before there were looks.
    """
    own = {**_keys(source.value), **({"look": look_name} if look_name else {})}
    look = look_of(name) if (name := own.get("look")) in LOOKS else look_of("plain")
    light = _keys(_keys(own.get("colours")).get("light"))
    # Before there was a brand, its colour was the accent.
    accent = light.get("accent")
    brand = own.get("brand") or (accent if is_colour(accent) else look["brand"])
    laid = _laid_over({**look, "brand": brand}, own)
    whole = replace(source, value=_coloured(laid, look))
    theme, problems, _stand_ins = read_model(Theme, whole, context=context, given={})
    return None if has_errors(problems) else theme, [*problems, *_pale_brand(source, own)]


@cache
def look_of(name: str) -> dict[str, Any]:
    """Return what a look says, with the keys of a theme."""
    return {"look": name, **_keys(read_source(LOOK_FILES / f"{name}.yaml").value)}


def _keys(value: object) -> dict[str, Any]:
    """Return `value` if it has keys: a theme may say anything until it is validated."""
    return value if isinstance(value, dict) else {}


def _laid_over(below: object, own: object) -> Any:
    """Return `own` with all that `below` says and it does not."""
    if not (isinstance(below, dict) and isinstance(own, dict)):
        return own
    return {**below, **{key: _laid_over(below.get(key), value) for key, value in own.items()}}


def _coloured(theme: dict[str, Any], look: Mapping[str, Any]) -> dict[str, Any]:
    """Return the theme with whole palettes; what is no colour stays, to be told."""
    own = _keys(theme["colours"])
    light, dark = (
        look["colours"][of]
        | {name: each for name, each in _keys(own.get(of)).items() if is_colour(each)}
        for of in ("light", "dark")
    )
    brand = theme["brand"] if is_colour(theme["brand"]) else look["brand"]
    light = light_palette(brand, light, cover=_keys(theme["header"]).get("style") == "cover")
    palettes = {"light": light, "dark": dark_palette(brand, dark, light)}
    return {**theme, "colours": _laid_over(palettes, theme["colours"])}


def _pale_brand(source: Source, own: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the problem of a brand that says nothing of the accent that its words should have."""
    palettes = [_keys(_keys(own.get("colours")).get(each)) for each in ("light", "dark")]
    brand = own.get("brand")
    if not is_colour(brand) or all("accent" in each for each in palettes):
        return
    nearest = nearest_readable(brand)
    if nearest != brand:
        message = _("'{brand}' is too pale: no readable colour of that hue comes near it")
        hint = _("write {nearest}, the nearest that works, or your own accent: under colours:")
        hint = hint.format(nearest=f'brand: "{nearest}"')
        fault = Fault("pale-brand", message.format(brand=brand), hint)
        yield fault.at(source.path, source.position(("brand",)))


def font_problem(workspace: Path, theme: Theme, font: str) -> Problem:
    """Return the warning that the machine lacks a font of the theme."""
    path = packaged_or_own(workspace, THEME_FILE)
    use = "body" if font in theme.fonts.body.split(",")[0] else "heading"
    message = _("the font '{font}' is not on this machine: the PDF uses another one")
    hint = _("install it, or put another font first")
    fault = Fault("font-missing", message.format(font=font), hint)
    return fault.at(path, read_source(path).find(("fonts", use), font), Level.WARNING)
