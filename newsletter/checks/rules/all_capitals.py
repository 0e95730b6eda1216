"""Text is not written all in capitals.

Capitals are slower to read, some screen readers spell them out, and readers feel shouted at.
Acronyms such as PME, RGPD and ESN are not affected.

Fails: `subject: INSCRIVEZ-VOUS AVANT VENDREDI`
Passes: `subject: Inscrivez-vous avant vendredi`

Source: SpamAssassin SUBJ_ALL_CAPS, for the subject; plain language guides for the rest.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, finding_at
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING

_CAPITALS = "A-ZÀ-ÖØ-ÞŒ"
# Three words in a row, or one that is too long for an acronym (DIGITALEUROPE has 13 letters).
_SHOUTED = re.compile(
    rf"\b[{_CAPITALS}]{{2,}}(?:[ '’\u00a0\u202f-]+[{_CAPITALS}]+)+\b|\b[{_CAPITALS}]{{14,}}\b"
)
_WORD = re.compile(rf"[{_CAPITALS}]+")
# A row of acronyms (DGE ANSSI CNIL) has no word as long.
_MIN_LONGEST = 6


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each run of words in capitals."""
    for text in checked.texts:
        for run in _SHOUTED.finditer(text.prose):
            words = _WORD.findall(run[0])
            longest = max(map(len, words))
            if longest > 13 or (len(words) >= 3 and longest >= _MIN_LONGEST):
                message = _("'{words}' is written in capitals").format(words=run[0])
                hint = _("use sentence case; ** makes words bold")
                yield finding_at(text, run.start(), run.end(), message, hint)
