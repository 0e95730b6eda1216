"""The words for a picture say what one sees, and nothing that is said already.

`alt:` is read aloud in the place of the picture. A file name, the caption a second time, or
« Image de », after the screen reader has said "image" itself, waste the listener's time.

Fails: `alt: IMG_2034.jpg`, or `alt: Image de deux personnes à une table`.
Passes: `alt: Deux personnes à une table, devant un écran`.

Source: WCAG 1.1.1, technique H37, failure F30; RGAA 1.3.
"""

import re
from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding
from newsletter.diagnostics import Level
from newsletter.i18n import _
from newsletter.source import Loc
from newsletter.suggestions import fold

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
        return _("'{alt}' stands beside the picture already"), _(
            "say what one sees on it, or write decorative: true"
        )
    if folded in _EMPTY_WORDS or _FILE_NAME.fullmatch(folded):
        return _("'{alt}' does not say what one sees"), _(
            "describe the picture as on the telephone, in a sentence"
        )
    if _ANNOUNCED.match(folded):
        return _("'{alt}' begins by saying that it is a picture"), _(
            "begin with what one sees: screen readers say the rest"
        )
    return None
