"""The words of a link say where it leads.

Who hears a page goes from link to link: five times « en savoir plus » is five times nothing. Who
sees it looks at the links first, too.

Fails: `Notre étude est parue, [cliquez ici](https://example.org/etude).`
Passes: `[Notre étude sur l'emploi](https://example.org/etude) est parue.`

Source: WCAG 2.4.4; Email Markup Consortium 2026 (16 percent of mails fail, by English words alone).
"""

import re
from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding
from newsletter.diagnostics import Level
from newsletter.i18n import _
from newsletter.suggestions import fold

LEVEL = Level.WARNING

VAGUE = frozenset({
    "cliquez ici", "cliquer ici", "clic", "ici", "la", "par ici", "ce lien", "lien", "le lien",
    "lire", "lire la suite", "la suite", "lire plus", "en savoir plus", "savoir plus", "plus",
    "plus d infos", "plus d informations", "voir", "voir plus", "decouvrir", "decouvrez",
    "click here", "here", "this link", "link", "read more", "more", "learn more", "see more",
    "find out more", "details",
})  # fmt: skip


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each link whose words would do for any other."""
    for link in checked.links:
        words = re.sub(r"[^\w ]+", " ", fold(link.words))
        if " ".join(words.split()) in VAGUE:
            message = _("'{words}' does not say where the link leads").format(words=link.words)
            hint = _("write what one finds there: the title of the page")
            yield Finding(message, hint, link.loc, snippet=link.words)
