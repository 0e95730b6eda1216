"""The subject and title do not shout.

"!!!" and "€€€" make an email look like spam: filters count them, and readers delete it unread.

Fails: `subject: Dernière chance !!!`
Passes: `subject: Inscriptions jusqu'à vendredi`

Source: SpamAssassin's PLING_PLING and similar rules; readers' habits.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, finding_at
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING

_FIELDS = ("subject", "preheader", "title", "headline", "subheadline")
_SIGNS = re.compile(r"(?:!\s*){2,}|[!?]{3,}|(?:[€$]\s*){2,}")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each heap of signs at the head of the issue."""
    for text in checked.texts:
        if len(text.loc) == 1 and text.field in _FIELDS:
            for signs in _SIGNS.finditer(text.prose):
                found = signs[0].strip()
                message = _("'{signs}' makes the email look like spam").format(signs=found)
                hint = _("keep one character, or none")
                yield finding_at(text, signs.start(), signs.start() + len(found), message, hint)
