"""A long address is not shown in full: use a link with words.

A screen reader reads it character by character, a phone breaks it over three lines, and nobody can
tell where it leads. A short address, as on a poster, is fine; so is an email address.

Fails: `Le programme : https://www.example.org/evenements/2025/salon?utm_source=lettre`
Passes: `[Le programme du salon](https://www.example.org/evenements/2025/salon)`

Source: WCAG 2.4.4; RGAA 6.1.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING

MAX_SHOWN = 40  # what one line of a telephone shows at 16 pixels
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each link whose words are a long address."""
    for link in checked.links:
        if len(link.words) > MAX_SHOWN and _ADDRESS.fullmatch(link.words):
            message = _("readers see the full address '{url}'").format(url=link.words)
            hint = _("write [the words of the link](address)")
            yield Finding(message, hint, link.loc, snippet=link.words)
