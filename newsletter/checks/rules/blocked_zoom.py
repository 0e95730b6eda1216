"""Readers can zoom in on the email.

People who cannot read 16-pixel text without glasses zoom in with two fingers. If the email stops
them, they cannot read it.

Fails: `<meta name="viewport" content="width=device-width, user-scalable=no">`
Passes: `<meta name="viewport" content="width=device-width, initial-scale=1">`

Source: Email Markup Consortium 2026 (critical); WCAG 1.4.4; RGAA 10.4.2.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR

_BLOCKS = re.compile(r"user-scalable\s*=\s*(?:no|0)|maximum-scale\s*=\s*(?:0|1(?!\d))[^,;]*")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each viewport that forbids to enlarge."""
    for viewport in checked.page.xpath("//meta[@name='viewport']/@content"):
        if blocks := _BLOCKS.search(viewport):
            message = _("'{words}' stops readers from zooming in").format(words=blocks[0])
            yield Finding(message, _("remove it from the template"))
