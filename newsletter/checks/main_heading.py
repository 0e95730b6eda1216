"""The mail has one heading of the first level, its title.

It is where a listener begins. Without it one has to hear everything to learn what the mail is
about; with two, one does not know which it is.

Fails: a template of the workspace whose title is `<p><b>…</b></p>`.
Passes: `<h1>{{ issue.title }}</h1>`, once.

Source: Email Markup Consortium 2026 (74 percent of mails fail); WCAG 1.3.1; RGAA 9.1.
"""

from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding
from newsletter.diagnostics import Level
from newsletter.i18n import _

LEVEL = Level.WARNING


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where there is no heading of the first level, and for each after it."""
    headings = [(loc, each) for loc, part in checked.all_parts for each in part.iter("h1")]
    if not headings:
        message = _("the mail has no heading of the first level")
        yield Finding(message, _("put the title into <h1> in the template"))
    if len(headings) > 1:
        for loc, _heading in headings:
            message = _("the mail has {count} headings of the first level")
            hint = _("keep <h1> for the title in the template")
            yield Finding(message.format(count=len(headings)), hint, loc)
