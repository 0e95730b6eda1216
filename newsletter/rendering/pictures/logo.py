"""The organisation's logo on the ground where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from newsletter.rendering.pictures.images import Pictures, ShownImage
from newsletter.settings.settings import Settings
from newsletter.settings.theme import Logo
from newsletter.values.colours import WHITE, contrast
from newsletter.values.pictures.examination import picture_facts

MIN_LOGO_CONTRAST = 3  # WCAG 1.4.11, for what is no text


@dataclass(frozen=True)
class ShownLogo:
    """How a template shows the logo; `on_plate` where it needs a light ground of its own.

    `dark` is another file that takes its place where the mail is dark.
    """

    image: ShownImage
    on_plate: bool
    dark: ShownImage | None = None


def shown_logo(
    pictures: Pictures, settings: Settings, ground: Literal["band", "surface"]
) -> ShownLogo | None:
    """Return how the logo is shown on the head's band or on the mail's own ground, if there is one.

    A logo with its own ground is seen anywhere. One that is transparent needs another file, or a
    plate: on the band now, on the surface when it is dark.
    """
    theme = settings.theme
    file = settings.organisation.logo
    logo = theme.logo or (Logo.model_construct(file=file) if file else None)
    if logo is None:
        return None
    other = logo.on_brand if ground == "band" else logo.on_dark
    width = theme.widths.page // 2
    if ground == "band" and other:
        return ShownLogo(pictures.shown(other, width, height=logo.height), on_plate=False)
    image = pictures.shown(logo.file, width, height=logo.height)
    if other:
        dark = pictures.shown(other, width, height=logo.height)
        return ShownLogo(image, on_plate=False, dark=dark)
    facts = picture_facts(settings.workspace / logo.file)
    shade = theme.colours.light.band if ground == "band" else theme.colours.dark.surface
    inks = facts.inks if facts else ()
    return ShownLogo(image, on_plate=_is_lost(inks, shade) and not _is_lost(inks, WHITE))


def _is_lost(inks: Sequence[str], ground: str) -> bool:
    return any(contrast(ink, ground) < MIN_LOGO_CONTRAST for ink in inks)
