"""No placeholder is left in the email.

"[à définir]", "XX participants" and lorem ipsum are notes to oneself. Once sent, they tell a
thousand people that nobody read the email first.

Fails: `Rendez-vous à XX h, [lieu à confirmer]`
Passes: `Rendez-vous à 18 h, à la Maison du numérique`

Source: what proofreaders look for first.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, finding_at
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR

_UNWRITTEN = "définir|compléter|rédiger|ajouter|vérifier|valider"
# Readers may be told that a programme is still to come; in square brackets it is a note.
_UNKNOWN = f"{_UNWRITTEN}|préciser|confirmer|venir"
_LEFT = re.compile(
    r"[Ll]orem ipsum"
    r"|\b(?:TODO|TBD|TBC|FIXME|X{2,}|x{3,})\b(?!-)"
    rf"|\[[^\[\]\n]{{0,40}}\b[àÀ] (?:{_UNKNOWN})\b[^\[\]\n]{{0,20}}\]"
    rf"|\([^()\n]{{0,40}}\b[àÀ] (?:{_UNWRITTEN})\)"
    rf"|^[ \t]*[àÀ] (?:{_UNWRITTEN})[ .…]*$"
    r"|\[(?:date|lieu|nom|titre|texte|chiffre|lien|name|place|link)\](?!\()"
    r"|\?{3,}",
    re.MULTILINE,
)


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each note that waits to be replaced."""
    for text in checked.texts:
        for found in _LEFT.finditer(text.prose):
            words = found[0].strip()
            start = found.start() + found[0].index(words)
            message = _("'{words}' is a placeholder").format(words=words)
            hint = _("fill it in, or remove it")
            yield finding_at(text, start, start + len(words), message, hint)
