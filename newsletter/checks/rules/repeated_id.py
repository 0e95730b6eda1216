"""No two elements of the email have the same id.

A link to an id leads to the first element that has it, whichever one was meant.

Fails: `<div id="agenda">…</div><div id="agenda">…</div>`
Passes: `<div id="agenda">…</div><div id="rendez-vous">…</div>`

Source: Email Markup Consortium 2026, check "duplicate ids"; WCAG 2.2, technique H93.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each name that an element before has already."""
    seen: set[str] = set()
    for loc, part in checked.all_parts:
        for name in part.xpath(".//@id"):
            if name in seen:
                message = _("the id '{id}' is used twice in the email").format(id=name)
                yield Finding(message, _("give each its own in the template"), loc)
            seen.add(name)
