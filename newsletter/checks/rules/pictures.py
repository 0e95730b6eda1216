"""Pictures, and the words for who cannot see them."""

import re

from newsletter.checks.rule import Checked, Findings, found, in_file, rule
from newsletter.i18n import _
from newsletter.packaged import packaged_or_own
from newsletter.problems.problem import Level
from newsletter.rendering.pictures.images import MIN_LOGO_CONTRAST
from newsletter.settings.settings import Settings
from newsletter.values.colours import WHITE, contrast
from newsletter.values.pictures import picture_facts
from newsletter.values.structures import PictureParts
from newsletter.values.suggestions import fold
from newsletter.workspace import SETTINGS_FILE, THEME_FILE

_FILE_NAME = re.compile(r".+\.(?:jpe?g|png|gif|webp|avif)|(?:img|dsc|dscn|pict?|screenshot) ?\d*")
_EMPTY_WORDS = frozenset({
    "photo", "photographie", "image", "illustration", "logo", "portrait", "visuel", "dessin",
    "capture", "capture d ecran", "picture", "photograph", "drawing", "graphic", "screenshot",
})  # fmt: skip
# Not the name of a person: it is the very alt of a portrait.
_SAID_BESIDE = ("caption", "title")
# Less is told apart by its hue alone: yellow on white has 1.8, #3a3a3a on the dark surface 1.5.
MIN_SEEN = 1.4


@rule(Level.ERROR)
def image_without_alt(checked: Checked) -> Findings:
    """A picture has a text for people who cannot see it.

    Without one, screen readers read out the file name letter by letter, and people who block pictures see
    an empty frame. Issue files need `alt:`; this rule looks at what your templates add.
    Fails: `<img src="photo.jpg">` in a template.
    Passes: `<img src="photo.jpg" alt="Two people at a table">`, or `alt=""` for a decoration.
    Source: WCAG 1.1.1; Email Markup Consortium 2026 (48 per cent of emails fail).
    """
    for loc, image in checked.tags("img"):
        if image.get("alt") is None:
            message = _("the picture '{src}' has no text for people who cannot see it")
            yield found(message, _("write alt= in the template"), loc, src=image.get("src", ""))


@rule(Level.WARNING)
def weak_alt(checked: Checked) -> Findings:
    """The text of a picture says what it shows, and repeats nothing.

    `alt:` is read aloud instead of the picture: a file name or a copy of the caption wastes time.
    Fails: `alt: IMG_2034.jpg`, or `alt: Photo`.
    Passes: `alt: Two people at a table, in front of a screen`.
    Source: WCAG 1.1.1, technique H37, failure F30.
    """
    said = {each.loc: fold(each.text) for each in checked.texts if each.field in _SAID_BESIDE}
    for text in checked.texts:
        if text.field != "alt":
            continue
        # The picture's caption, and the title of what it stands in.
        around = [(*part, name) for part in (text.loc[:-1], text.loc[:-2]) for name in _SAID_BESIDE]
        folded = fold(text.text)
        if folded in {said.get(place) for place in around}:
            message = _("'{alt}' is already written beside the picture")
            hint = _("say what the picture shows, or write decorative: true")
        elif folded in _EMPTY_WORDS or _FILE_NAME.fullmatch(folded):
            message = _("'{alt}' does not say what the picture shows")
            hint = _("describe the picture in one sentence, as you would on the phone")
        else:
            continue
        yield found(message, hint, text.loc, snippet=text.text, alt=text.text)


@rule(Level.ERROR)
def decorative_link(checked: Checked) -> Findings:
    """A picture that is a link says where it leads.

    Screen readers skip a decorative picture: its link is announced without words, or by its address.
    Fails: `{file: fair.png, decorative: true, link: https://example.org/fair}`
    Passes: `{file: fair.png, alt: The programme of the fair, link: https://example.org/fair}`
    Source: WCAG 2.4.4 and 4.1.2.
    """
    for loc, picture in checked.structures(PictureParts):
        if picture.decorative and picture.link:
            message = _("the picture links to '{url}', but it is decorative and has no text")
            hint = _("write in alt: where the link leads, and remove decorative:; or remove link:")
            yield found(message, hint, (*loc, "link"), url=picture.link)


@rule(Level.WARNING)
def vanishing_picture(checked: Checked) -> Findings:
    """A drawing or logo without a background of its own can be seen in light and in dark mode.

    What is transparent shows the background: black letters vanish in dark mode, white ones in light mode.
    The organisation's logo has a white plate in dark mode; a white one needs another file by day.
    Fails: `file: partner-logo.png`, black letters on a transparent background.
    Passes: the same file exported with a white background, or as JPEG.
    Source: WCAG 1.4.11, non-text contrast; our own limit, as a logo may be pale on purpose.
    """
    settings, colours = checked.settings, checked.settings.theme.colours
    hint = _("export it on a background that shows it: white for dark letters")
    for loc, picture in checked.structures(PictureParts):
        inks = _inks(settings, picture.file)
        if _is_lost(inks, colours.dark.surface):
            yield found(_("part of this picture cannot be seen in dark mode"), hint, (*loc, "file"))
        if _is_lost(inks, colours.light.surface):
            message = _("part of this picture cannot be seen on a light background")
            yield found(message, hint, (*loc, "file"))
    yield from _logo(settings)


def _inks(settings: Settings, file: str | None) -> tuple[str, ...]:
    facts = picture_facts(settings.workspace / file) if file else None
    return facts.inks if facts else ()


def _is_lost(inks: tuple[str, ...], ground: str) -> bool:
    return any(contrast(ink, ground) < MIN_SEEN for ink in inks)


def _logo(settings: Settings) -> Findings:
    """Yield a finding for a logo that is lost at the head of a mail, where no plate saves it."""
    theme, workspace = settings.theme, settings.workspace
    logo, light = theme.logo, theme.colours.light
    on_band = theme.header.style in {"band", "cover"}
    key = "on_brand" if on_band and logo and logo.on_brand else "file"
    inks = _inks(settings, getattr(logo, key) if logo else settings.organisation.logo)
    ground = light.band if on_band else light.surface
    # What `shown_logo` does: a plate is white.
    if on_band and key == "file" and any(contrast(ink, ground) < MIN_LOGO_CONTRAST for ink in inks):
        ground = WHITE
    if _is_lost(inks, ground):
        path = packaged_or_own(workspace, THEME_FILE) if logo else workspace / SETTINGS_FILE
        loc = ("logo", key) if logo else ("organisation", "logo")
        line = "logo: {file: …, on_brand: …}" if on_band else "logo: {file: …}"
        hint = _("name a file for that background: in theme.yaml, {line}").format(line=line)
        yield in_file(path, loc, _("the logo cannot be seen on the background of the header"), hint)


@rule(Level.WARNING)
def stilled_picture(checked: Checked) -> Findings:
    """An animated picture is a GIF.

    Of an animated PNG, WebP or AVIF readers get the first frame, which may be empty or say only half.
    Fails: `file: counter.webp`, an animation.
    Passes: the same animation exported as GIF, or one frame of it as PNG.
    Source: WebP and AVIF are not shown everywhere (caniemail, image-webp and image-avif).
    """
    for loc, picture in checked.structures(PictureParts):
        facts = picture_facts(checked.settings.workspace / picture.file) if picture.file else None
        if facts and facts.is_stilled:
            message = _("'{name}' is animated, but emails show only its first frame")
            hint = _("export it as GIF, or the frame that says most as PNG")
            yield found(message, hint, (*loc, "file"), name=str(picture.file).rpartition("/")[2])
