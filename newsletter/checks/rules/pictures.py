"""The words of pictures, for who cannot see them."""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.source import Loc
from newsletter.values.structures import PictureParts
from newsletter.values.suggestions import fold


@rule(Level.ERROR)
def image_without_alt(checked: Checked) -> Iterator[Finding]:
    """A picture has a text for people who cannot see it.

    Without one, screen readers read out the file name letter by letter, and people who block pictures,
    as Outlook does by default, see an empty frame. Issue files do not accept a picture without `alt:`;
    this rule checks the finished email, in case a template of yours has left it out.

    Fails: `<img src="photo.jpg">` in a template.
    Passes: `<img src="photo.jpg" alt="Two people at a table">`, or `alt=""` for a decoration.

    Source: WCAG 1.1.1; Email Markup Consortium 2026 (48 per cent of emails fail).
    """
    for loc, part in checked.all_parts:
        for image in part.iter("img"):
            if image.get("alt") is None:
                message = _("the picture '{src}' has no text for people who cannot see it")
                yield Finding(
                    message.format(src=image.get("src", "")), _("write alt: in the template"), loc
                )


_FILE_NAME = re.compile(r".+\.(?:jpe?g|png|gif|webp|avif)|(?:img|dsc|dscn|pict?|screenshot) ?\d*")
_EMPTY_WORDS = frozenset({
    "photo", "photographie", "image", "illustration", "logo", "portrait", "visuel", "dessin",
    "capture", "capture d ecran", "picture", "photograph", "drawing", "graphic", "screenshot",
})  # fmt: skip
_ANNOUNCED = re.compile(
    r"(?:image|photo|photographie|picture) (?:de|du|des|d|of|montrant|representant|showing)\b"
)
# Not the name of a person: it is the very alt of a portrait.
_SAID_BESIDE = ("caption", "title")


@rule(Level.WARNING)
def weak_alt(checked: Checked) -> Iterator[Finding]:
    """The text of a picture says what it shows, and repeats nothing.

    `alt:` is read aloud instead of the picture. A file name, a second copy of the caption, or "Picture
    of" after the screen reader has already said "image", wastes the listener's time.

    Fails: `alt: IMG_2034.jpg`, or `alt: Image de deux personnes à une table`.
    Passes: `alt: Deux personnes à une table, devant un écran`.

    Source: WCAG 1.1.1, technique H37, failure F30; RGAA 1.3.
    """
    said = {each.loc: each.text for each in checked.texts if each.loc[-1] in _SAID_BESIDE}
    for text in checked.texts:
        if text.field == "alt" and (fault := _fault(text.text, _beside(text.loc, said))):
            message, hint = fault
            yield Finding(message.format(alt=text.text), hint, text.loc, snippet=text.text)


def _beside(loc: Loc, said: dict[Loc, str]) -> set[str]:
    """Return what is said around a picture: its caption, the title of what it stands in."""
    picture, item = loc[:-1], loc[:-2]
    places = [(*part, name) for part in (picture, item) for name in _SAID_BESIDE]
    return {fold(said[place]) for place in places if place in said}


def _fault(alt: str, beside: set[str]) -> tuple[str, str] | None:
    folded = fold(alt)
    if folded in beside:
        return _("'{alt}' is already written beside the picture"), _(
            "say what the picture shows, or write decorative: true"
        )
    if folded in _EMPTY_WORDS or _FILE_NAME.fullmatch(folded):
        return _("'{alt}' does not say what the picture shows"), _(
            "describe the picture in one sentence, as you would on the phone"
        )
    if _ANNOUNCED.match(folded):
        return _("'{alt}' starts by saying that it is a picture"), _(
            "start with what the picture shows: screen readers already say it is a picture"
        )
    return None


@rule(Level.ERROR)
def decorative_link(checked: Checked) -> Iterator[Finding]:
    """A picture that is a link says where it leads.

    Screen readers skip a decorative picture, so they announce its link without any words, or read its
    address character by character.

    Fails: `{file: salon.png, decorative: true, link: https://example.org/salon}`
    Passes: `{file: salon.png, alt: Le programme du salon, link: https://example.org/salon}`

    Source: WCAG 2.4.4 and 4.1.2; RGAA 1.1.3 and 6.2.1.
    """
    for loc, model in checked.models:
        if isinstance(model, PictureParts) and model.decorative and model.link:
            message = _("the picture links to '{url}', but it is decorative and has no text")
            hint = _("write in alt: where the link leads, and remove decorative:; or remove link:")
            yield Finding(message.format(url=model.link), hint, (*loc, "link"))
