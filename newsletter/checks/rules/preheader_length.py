"""The preheader fills the space that inboxes give it, and no more.

Inboxes show 35 to 140 characters after the subject. A word or two leave the space empty; the end
of a long one is never seen.

Fails: `preheader: Bonne lecture`
Passes: `preheader: Trois ministères, un Parlement et quatre-vingts personnes autour d'un verre`

Source: width of the lists in Gmail, Outlook and Apple Mail.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level, columns

LEVEL = Level.ADVICE

MIN_COLUMNS, MAX_COLUMNS = 30, 140


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where the preheader that was typed is too short or too long."""
    loc, preheader = checked.preheader
    count = columns(preheader)
    if loc and not MIN_COLUMNS <= count <= MAX_COLUMNS:
        message = _("the preheader has {count} characters: inboxes show {least} to {most}")
        hint = _("say in one sentence what the email contains, beyond its subject")
        yield Finding(message.format(count=count, least=MIN_COLUMNS, most=MAX_COLUMNS), hint, loc)
