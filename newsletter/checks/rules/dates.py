"""Dates that cannot be meant: past events, other weekdays, years far away."""

from datetime import timedelta

from newsletter.checks.rule import Checked, Findings, at_words, found, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.dates import WEEKDAYS, calendar_day
from newsletter.values.structures import Event

YEAR = timedelta(days=366)
_FIELDS = ("start", "end", "registration_deadline")


@rule(Level.WARNING)
def past_event(checked: Checked) -> Findings:
    """An agenda lists events to come.

    An event or deadline before the date of the issue is nearly always last month's, or has a wrong year.
    Fails: `start: 2024-02-12 18:00` in an issue of `date: 2025-01-06`
    Passes: `start: 2025-02-12 18:00` in the same issue.
    Source: an issue started with `newsletter new --from` keeps the previous month's agenda.
    """
    day = checked.issue.date
    for loc, event in checked.structures(Event):
        deadline = event.registration_deadline
        if calendar_day(event.end or event.start) < day:
            message = _("'{title}' is already over on the date of the issue, {date}")
            hint = _("check its date and the date of the issue")
            place = (*loc, "end" if event.end else "start")
            yield found(message, hint, place, title=event.title, date=day)
        elif deadline and calendar_day(deadline) < day:
            message = _(
                "registration for '{title}' is already closed on the date of the issue, {date}"
            )
            hint = _("check registration_deadline:, or remove it")
            yield found(message, hint, (*loc, "registration_deadline"), title=event.title, date=day)


@rule(Level.ERROR)
def wrong_weekday(checked: Checked) -> Findings:
    """The day of the week matches the date.

    5 March 2025 was a Wednesday: if you write "Tuesday 5 March", half the readers come on Tuesday, the
    other half on the 5th. Without a year, the date nearest to the issue's counts.
    Fails: `Join us on Tuesday 5 March 2025`
    Passes: `Join us on Wednesday 5 March 2025`
    Source: the calendar.
    """
    for text, named in checked.dates:
        if named.weekday not in (None, named.day.weekday()):
            span = named.start, named.end
            weekday = WEEKDAYS[named.language][named.day.weekday()]
            message, hint = _("'{date}' is a {weekday}"), _("write {weekday}, or correct the date")
            yield at_words(text, span, message, hint, date=text.text[slice(*span)], weekday=weekday)


@rule(Level.ADVICE)
def distant_date(checked: Checked) -> Findings:
    """An event is within a year of the issue's date.

    A date in 2052 is usually a slip for 2025, and one in 2026 may be: few events are announced so early.
    Past dates are not checked.
    Fails: `start: 2026-12-02` in an issue of `date: 2025-01-06`
    Passes: `start: 2025-12-02` in the same issue.
    Source: a year in the future is more often a slip than a plan.
    """
    near = checked.issue.date
    message = _("{day} is more than a year after the date of the issue, {date}")
    hint = _("check the year")
    for loc, event in checked.structures(Event):
        for name in _FIELDS:
            moment = getattr(event, name)
            # What is over is told by `past-event`.
            if moment is not None and (day := calendar_day(moment)) - near > YEAR:
                yield found(message, hint, (*loc, name), day=day, date=near)
    for text, named in checked.dates:
        if named.has_year and named.day - near > YEAR:
            span = named.start, named.end
            yield at_words(text, span, message, hint, day=named.day, date=near)
