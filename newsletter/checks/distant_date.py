"""A date lies within a year of the issue's.

An event of 2052 is one of 2025, and one of 2026 may be: nobody announces so early. The past has
every date; only what is to come is looked at.

Fails: `start: 2026-12-02` in an issue of `date: 2025-01-06`
Passes: `start: 2025-12-02` in the same issue.

Source: a year that does not exist yet is a slip more often than a plan.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from newsletter.checks.rule import Checked, Finding, finding_at
from newsletter.diagnostics import Level
from newsletter.i18n import _
from newsletter.structures import Event

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
