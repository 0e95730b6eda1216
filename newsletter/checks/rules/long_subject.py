"""The whole subject can be read in the inbox.

On a computer, a subject is cut off after 60 to 70 characters, and the reader decides on what comes
before. A press release without a `subject:` uses its headline, after the words "Communiqué de
presse".

Fails: `subject: Les coulisses de nos affaires publiques, et ce que nous y avons défendu en mai`
Passes: `subject: "Coulisses de mai : formation, financement, IA"`

Source: width of the lists in Outlook and Gmail on a computer; French press offices also say 70
characters.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level, columns

LEVEL = Level.WARNING

MAX_COLUMNS = 70


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where the subject, as the sample recipient sees it, is too long."""
    loc, subject = checked.subject
    if columns(subject) > MAX_COLUMNS:
        message = _("the subject has {count} characters: inboxes show about {shown}")
        hint = _("say what matters in fewer words, the most important first")
        if loc == ("headline",):
            hint = _("write a subject: shorter than the headline")
        yield Finding(message.format(count=columns(subject), shown=MAX_COLUMNS), hint, loc)
