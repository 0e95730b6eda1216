"""Dates that cannot be meant: past events, other weekdays, years far away."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from newsletter.checks.reading import Said
from newsletter.checks.rule import Checked, Findings, at_words, found, rule
from newsletter.content.items import Event
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.dates import MONTHS, WEEKDAYS, calendar_day
from newsletter.values.suggestions import fold

YEAR = timedelta(days=366)
_FIELDS = ("start", "end", "registration_deadline")
# Without a year, a date farther away than this could be last year's as well as next year's.
_NEAR = timedelta(days=150)
_WEEKDAYS = {fold(name): (tag, n) for tag in WEEKDAYS for n, name in enumerate(WEEKDAYS[tag])}
_MONTHS = {fold(name): n for names in MONTHS.values() for n, name in enumerate(names, 1)}


def _any_of(*names: str) -> str:
    return "|".join(names).replace("é", "[ée]").replace("û", "[ûu]")  # as some type them


_DAY = re.compile(
    rf"(?:\b(?P<weekday>{_any_of(*WEEKDAYS['fr'], *WEEKDAYS['en'])}),?\s+(?:(?:le|the)\s+)?)?\b"
    rf"(?:(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:of\s+)?"
    rf"(?P<month>(?P<french>{_any_of(*MONTHS['fr'])})|{_any_of(*MONTHS['en'])})"
    rf"|(?P<month_first>{_any_of(*MONTHS['en'])})\s+(?P<day_second>\d{{1,2}})(?:st|nd|rd|th)?)\b"
    # « Le mardi 5 mars, 2000 personnes… » has no year.
    r"(?:(?(french)|,?)\s+(?P<year>\d{4})\b)?",
    re.IGNORECASE,
)


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
            message = _("registration for '{title}' has closed by the date of the issue, {date}")
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
    for text, named, day in _named_days(checked):
        language, weekday = _WEEKDAYS.get(fold(named["weekday"] or ""), ("", day.weekday()))
        if weekday != day.weekday():
            right = WEEKDAYS[language][day.weekday()]
            message, hint = _("'{date}' is a {weekday}"), _("write {weekday}, or correct the date")
            yield at_words(text, named.span(), message, hint, date=named[0], weekday=right)


def _named_days(checked: Checked) -> Iterator[tuple[Said, re.Match[str], date]]:
    """Yield the days that texts name; one without its year is the nearest to the issue's, if near."""
    near = checked.issue.date
    for text, named in checked.matches(_DAY):
        month, day = named["month"] or named["month_first"], named["day"] or named["day_second"]
        number = _MONTHS.get(fold(month), 0)  # to `re` an ı is an i too, to us it is none
        years = [int(named["year"])] if named["year"] else [near.year + n for n in (-1, 0, 1)]
        days = [each for year in years if (each := _existing(year, number, int(day)))]
        nearest = min(days, key=lambda each: abs(each - near), default=None)
        if nearest and (named["year"] or abs(nearest - near) <= _NEAR):
            yield text, named, nearest


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@rule(Level.ADVICE)
def distant_date(checked: Checked) -> Findings:
    """An event is within a year of the issue's date.

    A date in 2052 is usually a slip for 2025, and one in 2026 may be: few events are announced so early.
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
    for text, named, day in _named_days(checked):
        if named["year"] and day - near > YEAR:
            yield at_words(text, named.span(), message, hint, day=day, date=near)
