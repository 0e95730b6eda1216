"""A link leads somewhere.

A link that does nothing looks like a broken email, and screen readers still announce it. It is
often left over from an address that was to be filled in later.

Fails: `[Le programme](#)`
Passes: `[Le programme](https://example.org/programme)`

Source: RGAA 6.2, WCAG 2.4.4.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, at_link
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR

EMPTY = frozenset({"", "#", "https://", "http://", "mailto:", "tel:"})


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each link without address."""
    for link in checked.addresses:
        if link.url.strip() in EMPTY:
            message = _("the link '{words}' does not lead anywhere").format(
                words=link.words or link.url
            )
            yield at_link(link, message, _("write its address, or remove the link"))
