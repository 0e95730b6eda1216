"""The words of a link say where it leads.

People who listen to a page jump from link to link: hearing "en savoir plus" five times tells them
nothing. People who see the page look at the links first, too.

Fails: `Notre étude est parue, [cliquez ici](https://example.org/etude).`
Passes: `[Notre étude sur l'emploi](https://example.org/etude) est parue.`

Source: WCAG 2.4.4; Email Markup Consortium 2026 (16 per cent of emails fail, judged by English
words only).
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.source import Loc
from newsletter.values.suggestions import fold

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
    vague = [link for link in checked.links if _is_vague(link.words)]
    for link in vague:
        yield _finding(link.words, link.loc, snippet=link.words)
    typed = {fold(link.words) for link in vague}
    for loc, element in checked.elements:
        if element.tag == "a" and element.get("href"):
            words = " ".join(str(element.text_content()).split())
            if _is_vague(words) and fold(words) not in typed:
                yield _finding(words, loc)


def _is_vague(words: str) -> bool:
    return " ".join(re.sub(r"[^\w ]+", " ", fold(words)).split()) in VAGUE


def _finding(words: str, loc: Loc, snippet: str = "") -> Finding:
    message = _("'{words}' does not say where the link leads").format(words=words)
    hint = _("say what readers will find: the title of the page")
    return Finding(message, hint, loc, snippet=snippet)
