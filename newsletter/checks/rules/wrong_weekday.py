"""The day of the week matches the date.

"Mardi 5 mars 2025" was a Wednesday: half the readers come on Tuesday, the other half on the 5th.
If there is no year, the rule takes the date nearest to the issue's.

Fails: `Rendez-vous mardi 5 mars 2025`
Passes: `Rendez-vous mercredi 5 mars 2025`

Source: the calendar.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, finding_at
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.dates import WEEKDAYS

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each date of a text that falls on another day of the week."""
    for text, named in checked.dates:
        if named.weekday not in (None, named.day.weekday()):
            words = text.text[named.start : named.end]
            weekday = WEEKDAYS[named.language][named.day.weekday()]
            message = _("'{date}' is a {weekday}").format(date=words, weekday=weekday)
            hint = _("write {weekday}, or correct the date").format(weekday=weekday)
            yield finding_at(text, named.start, named.end, message, hint)
