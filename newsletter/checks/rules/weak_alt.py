"""The text of a picture says what it shows, and repeats nothing.

`alt:` is read aloud instead of the picture. A file name, a second copy of the caption, or "Picture
of" after the screen reader has already said "image", wastes the listener's time.

Fails: `alt: IMG_2034.jpg`, or `alt: Image de deux personnes à une table`.
Passes: `alt: Deux personnes à une table, devant un écran`.

Source: WCAG 1.1.1, technique H37, failure F30; RGAA 1.3.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.source import Loc
from newsletter.values.suggestions import fold

LEVEL = Level.WARNING

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


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each `alt` that says nothing of its own."""
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
