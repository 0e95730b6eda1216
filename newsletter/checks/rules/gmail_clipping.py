"""The email's HTML stays under 102 kB: Gmail clips the rest.

What is clipped is hidden behind "Message clipped", including the footer, the address and the
unsubscribe link; Gmail also drops the styles of a clipped email. From 80 kB this is a warning:
some mail servers lengthen every link. Pictures do not count; text and layout do.

Fails: an issue of thirty long articles, 105 kB.
Passes: the same issue with ten articles and links to the others, 45 kB.

Source: hteumeuleu/email-bugs, issues 41 and 56; measured, as Google has published no figure.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.reading.weights import item_weights
from newsletter.checks.rule import Finding
from newsletter.i18n import KILOBYTE, _, kilobytes
from newsletter.problems.problem import Level

LEVEL = Level.ERROR

CLIP_BYTES = 102 * KILOBYTE
WARN_BYTES = 80 * KILOBYTE
_NAMED = 3  # heaviest items: enough to know where to cut


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding at the heaviest item of a mail that Gmail cuts, or nearly."""
    weight = len(checked.document.html.encode())
    if weight < WARN_BYTES:
        return
    message = _(
        "the email is {weight} kB; Gmail clips it at {limit} kB. The heaviest items: {items}"
    )
    weights = item_weights(checked.document, checked.source)
    heaviest = sorted(weights, key=lambda each: -each.weight_bytes)[:_NAMED]
    items = ", ".join(
        _("{name} ({weight} kB)").format(name=each.name, weight=kilobytes(each.weight_bytes))
        for each in heaviest
    )
    yield Finding(
        message.format(weight=kilobytes(weight), limit=kilobytes(CLIP_BYTES), items=items),
        _("shorten these items, or put the longest ones online and link to them"),
        heaviest[0].loc if heaviest else (),
        level=Level.ERROR if weight > CLIP_BYTES else Level.WARNING,
    )
