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
from newsletter.diagnostics import Level
from newsletter.i18n import _
from newsletter.rendering.html import ItemSpan
from newsletter.source import Loc

LEVEL = Level.ERROR

KILOBYTE = 1024
CLIP_BYTES = 102 * KILOBYTE
WARN_BYTES = 80 * KILOBYTE
_NAMED = 3  # heaviest items: enough to know where to cut
_TITLES = ("title", "name", "label", "text", "headline")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding at the heaviest item of a mail that Gmail cuts, or nearly."""
    weight = len(checked.document.html.encode())
    if weight < WARN_BYTES:
        return
    message = _("the mail weighs {weight} kB; Gmail cuts it at {limit} kB. The heaviest: {items}")
    heaviest = sorted(_weights(checked), key=lambda each: -each[1])[:_NAMED]
    items = ", ".join(
        _("{name} ({weight} kB)").format(name=_name(loc, checked), weight=_kilobytes(each))
        for loc, each in heaviest
    )
    yield Finding(
        message.format(weight=_kilobytes(weight), limit=_kilobytes(CLIP_BYTES), items=items),
        _("shorten these items, or put the longest online and link to them"),
        heaviest[0][0] if heaviest else (),
        level=Level.ERROR if weight > CLIP_BYTES else Level.WARNING,
    )


def _weights(checked: Checked) -> Iterator[tuple[Loc, int]]:
    def weight(span: ItemSpan) -> int:
        return len(checked.document.html[span.start : span.end].encode())

    for span in checked.document.item_spans:
        yield span.loc, weight(span)


def _kilobytes(weight: int) -> int:
    return round(weight / KILOBYTE)


def _name(loc: Loc, checked: Checked) -> str:
    """Return the words by which a writer knows an item: its title, else its kind."""
    value = checked.source.value
    for step in loc:
        value = value[step] if isinstance(value, dict | list) else value  # type: ignore[index]
    if not isinstance(value, dict):
        return str(loc[-1])
    said = next((str(value[key]) for key in _TITLES if key in value), "")
    return f"'{said}'" if said else str(value.get("kind", loc[-1]))
