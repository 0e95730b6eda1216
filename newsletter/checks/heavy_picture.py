"""Pictures are light: each under 100 kB, all together under 300 kB.

Who reads on a phone, in a train, waits for each of them; and they weigh most of what a mail costs
its ten thousand readers. Pictures are made as small as the mail shows them before they are weighed:
what stays heavy is mostly a photo kept as PNG, or an animation. Over 200 kB for one, or 1 MB for
all, this is a warning.

Fails: `file: affiche.png`, a photo of 600 kB
Passes: the same photo exported as JPEG: `file: affiche.jpg`, 60 kB

Source: our own limits, after the RGESN (2024), 5 and 6: no official text has a number for mails.
"""

from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding
from newsletter.diagnostics import Level
from newsletter.i18n import _
from newsletter.source import Loc

LEVEL = Level.ADVICE

KILOBYTE = 1000  # as file managers count
LIGHT_BYTES, HEAVY_BYTES = 100 * KILOBYTE, 200 * KILOBYTE
LIGHT_IN_ALL_BYTES, HEAVY_IN_ALL_BYTES = 300 * KILOBYTE, 1000 * KILOBYTE


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each picture that is heavy, and for all of them."""
    pictures = checked.document.images
    for picture in pictures:
        weight = len(picture.content)
        if weight > LIGHT_BYTES:
            message = _("this picture weighs {weight} kB in the mail; {limit} kB is plenty")
            yield Finding(
                message.format(weight=weight // KILOBYTE, limit=LIGHT_BYTES // KILOBYTE),
                _("export the photo as JPEG, at a quality of 70"),
                _place(picture.name, checked),
                level=Level.WARNING if weight > HEAVY_BYTES else Level.ADVICE,
            )
    weight = sum(len(picture.content) for picture in pictures)
    if weight > LIGHT_IN_ALL_BYTES:
        message = _("the pictures weigh {weight} kB in all; {limit} kB is plenty")
        heaviest = max(pictures, key=lambda each: len(each.content))
        yield Finding(
            message.format(weight=weight // KILOBYTE, limit=LIGHT_IN_ALL_BYTES // KILOBYTE),
            _("show fewer pictures, this one first: it is the heaviest"),
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
