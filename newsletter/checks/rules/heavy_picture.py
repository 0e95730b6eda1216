"""Pictures are light: each under 100 kB, all together under 300 kB.

People reading on a phone or a train wait for each one, and pictures make up most of the weight of
an email, ten thousand times over. They are first reduced to the size shown in the email, then
weighed: one that is still heavy is usually a photo saved as PNG, or an animation. Over 200 kB for
one, or 1 MB for all, this is a warning.

Fails: `file: affiche.png`, a photo of 600 kB
Passes: the same photo exported as JPEG: `file: affiche.jpg`, 60 kB

Source: our own limits, based on the RGESN (2024), 5 and 6; there is no official figure for email.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import KILOBYTE, _
from newsletter.problems.problem import Level
from newsletter.source import Loc

LEVEL = Level.ADVICE

LIGHT_BYTES, HEAVY_BYTES = 100 * KILOBYTE, 200 * KILOBYTE
LIGHT_IN_ALL_BYTES, HEAVY_IN_ALL_BYTES = 300 * KILOBYTE, 1000 * KILOBYTE


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each picture that is heavy, and for all of them."""
    pictures = checked.document.images
    for picture in pictures:
        weight = len(picture.content)
        if weight > LIGHT_BYTES:
            message = _("this picture is {weight} kB in the email; {limit} kB is plenty")
            yield Finding(
                message.format(weight=weight // KILOBYTE, limit=LIGHT_BYTES // KILOBYTE),
                _("export the photo as JPEG, at 70% quality"),
                _place(picture.name, checked),
                level=Level.WARNING if weight > HEAVY_BYTES else Level.ADVICE,
            )
    weight = sum(len(picture.content) for picture in pictures)
    if weight > LIGHT_IN_ALL_BYTES:
        message = _("the pictures are {weight} kB in all; {limit} kB is plenty")
        heaviest = max(pictures, key=lambda each: len(each.content))
        yield Finding(
            message.format(weight=weight // KILOBYTE, limit=LIGHT_IN_ALL_BYTES // KILOBYTE),
            _("use fewer pictures; start with this one, the largest"),
            _place(heaviest.name, checked),
            level=Level.WARNING if weight > HEAVY_IN_ALL_BYTES else Level.ADVICE,
        )


def _place(name: str, checked: Checked) -> Loc:
    """Return where the issue names the picture; () where the settings do, as for the logo."""
    file = name.rpartition("/")[2]
    for loc, element in checked.elements:
        if loc and element.tag == "img" and (element.get("src") or "").endswith(file):
            # What an item does not have is skipped: a picture item has file: in itself.
            return (*loc, "picture", "file")
    return ()
