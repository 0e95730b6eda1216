"""The subject is seen to its end in an inbox.

What is beyond 60 to 70 characters is cut off on a computer: the reader decides by what comes
before. A press release without `subject:` takes its headline, after the words « Communiqué de
presse ».

Fails: `subject: Les coulisses de nos affaires publiques, et ce que nous y avons défendu en mai`
Passes: `subject: "Coulisses de mai : formation, financement, IA"`

Source: widths of Outlook's and Gmail's lists on a computer; French press offices say 70 signs, too.
"""

from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding
from newsletter.diagnostics import Level, columns
from newsletter.i18n import _

LEVEL = Level.WARNING

MAX_COLUMNS = 70


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where the subject, as the sample recipient sees it, is too long."""
    loc, subject = checked.subject
    if columns(subject) > MAX_COLUMNS:
        message = _("the subject has {count} characters: inboxes show some {shown}")
        hint = _("say what matters in fewer words, the most telling first")
        if loc == ("headline",):
            hint = _("write subject: with fewer words than the headline")
        yield Finding(message.format(count=columns(subject), shown=MAX_COLUMNS), hint, loc)
