"""The preheader does not repeat the subject.

They appear side by side in the inbox. Saying the same thing twice wastes half of the only words
that everybody reads.

Fails: `subject: Les coulisses de mai` with `preheader: Les coulisses du mois de mai`
Passes: `subject: Les coulisses de mai` with `preheader: Trois ministères et un débat à Bruxelles`

Source: how Gmail, Outlook and Apple Mail show both.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.suggestions import fold

LEVEL = Level.WARNING

_MIN_LETTERS = 4  # articles and prepositions are shorter
_SAME = 0.8


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where nearly all words of the preheader are in the subject."""
    loc, preheader = checked.preheader
    words = _telling(preheader)
    if loc and words and len(words & _telling(checked.subject[1])) >= _SAME * len(words):
        message = _("the preheader repeats the subject")
        yield Finding(
            message, _("say in one sentence what the email contains, beyond its subject"), loc
        )


def _telling(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", fold(text)) if len(word) >= _MIN_LETTERS}
