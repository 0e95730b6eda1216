"""An event is within a year of the issue's date.

A date in 2052 is usually a slip for 2025, and 2026 may be one too: few events are announced so
early. Past dates are not checked, only those to come.

Fails: `start: 2026-12-02` in an issue of `date: 2025-01-06`
Passes: `start: 2025-12-02` in the same issue.

Source: a year in the future is more often a slip than a plan.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, finding_at
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.structures import Event

LEVEL = Level.ADVICE

YEAR = timedelta(days=366)
_FIELDS = ("start", "end", "registration_deadline")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each event that is far, and each date of a text that is far ahead."""
    issue_date = checked.issue.date
    for loc, model in checked.models:
        if isinstance(model, Event):
            for name in _FIELDS:
                moment = getattr(model, name)
                # What is over is told by `past-event`.
                if moment is not None and _day(moment) - issue_date > YEAR:
                    yield Finding(_message(_day(moment), issue_date), _hint(), (*loc, name))
    for text, named in checked.dates:
        if named.has_year and named.day - issue_date > YEAR:
            message = _message(named.day, issue_date)
            yield finding_at(text, named.start, named.end, message, _hint())


def _message(day: date, issue_date: date) -> str:
    message = _("{day} is more than a year after the date of the issue, {date}")
    return message.format(day=day, date=issue_date)


def _hint() -> str:
    return _("check the year")


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
