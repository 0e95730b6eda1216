"""The email has one level 1 heading: its title.

This is where people who listen to the email start. Without it, they have to hear everything to
learn what the email is about; with two, they cannot tell which is the title.

Fails: a template of your own with the title in `<p><b>…</b></p>`.
Passes: `<h1>{{ issue.title }}</h1>`, once.

Source: Email Markup Consortium 2026 (74 per cent of emails fail); WCAG 1.3.1; RGAA 9.1.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where there is no heading of the first level, and for each after it."""
    headings = [(loc, each) for loc, part in checked.all_parts for each in part.iter("h1")]
    if not headings:
        message = _("the email has no level 1 heading")
        yield Finding(message, _("put the title in <h1> in the template"))
    if len(headings) > 1:
        for loc, _heading in headings:
            message = _("the email has {count} level 1 headings")
            hint = _("keep <h1> for the title in the template")
            yield Finding(message.format(count=len(headings)), hint, loc)
