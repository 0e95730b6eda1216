"""The subject says what matters before a phone cuts it off.

A phone shows about 40 characters, a large one 50. The rest is not lost, but nobody reads it before
opening the email.

Fails: `subject: La lettre d'information de l'association, numéro 12 du mois de mai`
Passes: `subject: Formation, financement, IA en mai`

Source: width of the lists in Gmail and Apple Mail on phones.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.checks.rules.long_subject import MAX_COLUMNS
from newsletter.i18n import _
from newsletter.problems.problem import Level, columns

LEVEL = Level.ADVICE

MAX_ON_PHONES = 50


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where telephones cut the subject; `long-subject` speaks of longer ones."""
    loc, subject = checked.subject
    if MAX_ON_PHONES < columns(subject) <= MAX_COLUMNS:
        message = _("phones cut off the subject ({count} characters)")
        hint = _("make sure that its first 40 say what matters")
        yield Finding(message.format(count=columns(subject)), hint, loc)
