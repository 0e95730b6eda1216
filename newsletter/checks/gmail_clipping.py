"""The mail's HTML stays under 102 kB: Gmail cuts off the rest.

What is cut stands behind « Message tronqué », and with it the footer, the address and the link to
unsubscribe; Gmail also drops the styles of a mail that it cuts. From 80 kB on this is a warning:
some mail servers lengthen every link. Pictures do not count, words and their layout do.

Fails: an issue of thirty long articles, 105 kB.
Passes: the same with ten articles and links to the others, 45 kB.

Source: hteumeuleu/email-bugs, issues 41 and 56; measured, Google has published no number.
"""

from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding
from newsletter.checks.weights import KILOBYTE, item_weights, kilobytes
from newsletter.diagnostics import Level
from newsletter.i18n import _

LEVEL = Level.ERROR

CLIP_BYTES = 102 * KILOBYTE
WARN_BYTES = 80 * KILOBYTE
_NAMED = 3  # heaviest items: enough to know where to cut


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding at the heaviest item of a mail that Gmail cuts, or nearly."""
    weight = len(checked.document.html.encode())
    if weight < WARN_BYTES:
        return
    message = _("the mail weighs {weight} kB; Gmail cuts it at {limit} kB. The heaviest: {items}")
    weights = item_weights(checked.document, checked.source)
    heaviest = sorted(weights, key=lambda each: -each.weight_bytes)[:_NAMED]
    items = ", ".join(
        _("{name} ({weight} kB)").format(name=each.name, weight=kilobytes(each.weight_bytes))
        for each in heaviest
    )
    yield Finding(
        message.format(weight=kilobytes(weight), limit=kilobytes(CLIP_BYTES), items=items),
        _("shorten these items, or put the longest online and link to them"),
        heaviest[0].loc if heaviest else (),
        level=Level.ERROR if weight > CLIP_BYTES else Level.WARNING,
    )
