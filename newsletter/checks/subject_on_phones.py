"""The subject says what matters before a telephone cuts it.

A telephone shows some 40 characters, a large one 50. What comes after is not lost, but nobody reads
it before opening the mail.

Fails: `subject: La lettre d'information de l'association, numéro 12 du mois de mai`
Passes: `subject: Formation, financement, IA en mai`

Source: widths of the lists of Gmail and Apple Mail on telephones.
"""

from collections.abc import Iterator

from newsletter.checks.long_subject import MAX_COLUMNS
from newsletter.checks.rule import Checked, Finding
from newsletter.diagnostics import Level, columns
from newsletter.i18n import _

LEVEL = Level.ADVICE

MAX_ON_PHONES = 50


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where telephones cut the subject; `long-subject` speaks of longer ones."""
    loc, subject = checked.subject
    if MAX_ON_PHONES < columns(subject) <= MAX_COLUMNS:
        message = _("telephones cut the subject: it has {count} characters")
        hint = _("see that its first 40 say what matters")
        yield Finding(message.format(count=columns(subject)), hint, loc)
