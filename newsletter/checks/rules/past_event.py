"""An agenda lists events to come.

An event before the date of the issue is nearly always copied from last month, or has the wrong
year.

Fails: `start: 2024-02-12 18:00` in an issue of `date: 2025-01-06`
Passes: `start: 2025-02-12 18:00` in the same issue.

Source: an issue started with `newsletter new --from` keeps the previous month's agenda.
"""

from collections.abc import Iterator
from datetime import date, datetime

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.structures import Event

LEVEL = Level.WARNING


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each event that ended, or was closed, before the issue's date."""
    for loc, model in checked.models:
        if not isinstance(model, Event):
            continue
        last = "end" if model.end else "start"
        if _day(model.end or model.start) < checked.issue.date:
            message = _("'{title}' is already over on the date of the issue, {date}")
            hint = _("check its date and the date of the issue")
            words = message.format(title=model.title, date=checked.issue.date)
            yield Finding(words, hint, (*loc, last))
        elif model.registration_deadline and _day(model.registration_deadline) < checked.issue.date:
            message = _(
                "registration for '{title}' is already closed on the date of the issue, {date}"
            )
            hint = _("check registration_deadline:, or remove it")
            words = message.format(title=model.title, date=checked.issue.date)
            yield Finding(words, hint, (*loc, "registration_deadline"))


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
