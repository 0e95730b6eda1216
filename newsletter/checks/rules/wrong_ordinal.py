"""French ordinals are written 1er, 1re, 2e, XXIe.

"1ère", "2ème" and "XXIème" are common in handwriting, but not in print. The program sets the
correct endings as superscripts, and leaves these as they are.

Fails: `La 2ème édition, au XXIème siècle`
Passes: `La 2e édition, au XXIe siècle`

Source: Lexique des règles typographiques en usage à l'Imprimerie nationale, "Abréviations".
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, finding_at
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ADVICE

_ORDINAL = re.compile(
    r"\b(?P<number>\d+|[IVX]+)[ \u00a0\u202f]?(?P<ending>i?[èée]me|[èe]re)(?P<plural>s?)\b"
)


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each ordinal of a French issue with an ending of its own."""
    if checked.language != "fr":
        return
    for text in checked.texts:
        for found in _ORDINAL.finditer(text.prose):
            message = _("'{ordinal}' is not how this ordinal is written").format(ordinal=found[0])
            hint = _("write {word}").format(word=_mended(found))
            yield finding_at(text, found.start(), found.end(), message, hint)


def _mended(found: re.Match[str]) -> str:
    is_first = found["number"] in ("1", "I")
    ending = "re" if is_first and found["ending"].endswith("re") else "e"
    return f"{found['number']}{ending}{found['plural']}"
