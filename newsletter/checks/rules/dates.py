"""Dates that cannot be meant: past events, other weekdays, years far away."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, finding_at, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.dates import WEEKDAYS
from newsletter.values.structures import Event


@rule(Level.WARNING)
def past_event(checked: Checked) -> Iterator[Finding]:
    """An agenda lists events to come.

    An event before the date of the issue is nearly always copied from last month, or has the wrong
    year.
    Fails: `start: 2024-02-12 18:00` in an issue of `date: 2025-01-06`
    Passes: `start: 2025-02-12 18:00` in the same issue.
    Source: an issue started with `newsletter new --from` keeps the previous month's agenda.
    """
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


@rule(Level.ERROR)
def wrong_weekday(checked: Checked) -> Iterator[Finding]:
    """The day of the week matches the date.

    "Mardi 5 mars 2025" was a Wednesday: half the readers come on Tuesday, the other half on the 5th.
    If there is no year, the rule takes the date nearest to the issue's.
    Fails: `Join us on Tuesday 5 March 2025`
    Passes: `Join us on Wednesday 5 March 2025`
    Source: the calendar.
    """
    for text, named in checked.dates:
        if named.weekday not in (None, named.day.weekday()):
            words = text.text[named.start : named.end]
            weekday = WEEKDAYS[named.language][named.day.weekday()]
            message = _("'{date}' is a {weekday}").format(date=words, weekday=weekday)
            hint = _("write {weekday}, or correct the date").format(weekday=weekday)
            yield finding_at(text, named.start, named.end, message, hint)


YEAR = timedelta(days=366)
_FIELDS = ("start", "end", "registration_deadline")


@rule(Level.ADVICE)
def distant_date(checked: Checked) -> Iterator[Finding]:
    """An event is within a year of the issue's date.

    A date in 2052 is usually a slip for 2025, and 2026 may be one too: few events are announced so
    early. Past dates are not checked, only those to come.
    Fails: `start: 2026-12-02` in an issue of `date: 2025-01-06`
    Passes: `start: 2025-12-02` in the same issue.
    Source: a year in the future is more often a slip than a plan.
    """
    issue_date = checked.issue.date
    for loc, model in checked.models:
        if isinstance(model, Event):
            for name in _FIELDS:
                moment = getattr(model, name)
                # What is over is told by `past-event`.
                if moment is not None and _day(moment) - issue_date > YEAR:
                    yield Finding(_far_message(_day(moment), issue_date), _far_hint(), (*loc, name))
    for text, named in checked.dates:
        if named.has_year and named.day - issue_date > YEAR:
            message = _far_message(named.day, issue_date)
            yield finding_at(text, named.start, named.end, message, _far_hint())


def _far_message(day: date, issue_date: date) -> str:
    message = _("{day} is more than a year after the date of the issue, {date}")
    return message.format(day=day, date=issue_date)


def _far_hint() -> str:
    return _("check the year")


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
