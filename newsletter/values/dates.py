"""Dates and hours as French and English writers type them, and the names of months and days."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo

from newsletter.i18n import _
from newsletter.problems.problem import Fault
from newsletter.values.reading import Here, Refused, before_here
from newsletter.values.suggestions import without_accents
from newsletter.values.types import STRING, text_of
from newsletter.values.zones import city_of, names_of, on_the_clock, zone_called

# fmt: off
MONTHS: Mapping[str, tuple[str, ...]] = {
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
           "octobre", "novembre", "décembre"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"),
}
WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
# fmt: on
_MONTHS = {without_accents(name): n for each in MONTHS.values() for n, name in enumerate(each, 1)}
_MONTHS |= {month[:3].lower(): n for n, month in enumerate(MONTHS["en"], 1)}
_MONTHS |= {"janv": 1, "fev": 2, "fevr": 2, "avr": 4, "juil": 7, "sept": 9}
# What a hint shows beside 2025-02-12, in the language of the team.
_EXAMPLES = {
    "fr": ("12/02/2025", "12 février 2025"),
    "en": ("12 Feb 2025", "12 February 2025"),
    "en-US": ("2/12/2025", "February 12, 2025"),
}
_WEEKDAY = re.compile(
    rf"(?:(?:le|the|on)\s+)?(?P<day>{'|'.join(day for days in WEEKDAYS.values() for day in days)}"
    r"|Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b[.,]{0,2}\s+"
    r"(?:(?:le|the)\s+)?|(?:le|the|on)\s+",
    re.IGNORECASE,
)
_ISO = re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})")
_FIGURES = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})")
_WORDS = re.compile(
    r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)?\s+(?:of\s+)?(?P<month>[^\W\d_]+)\.?,?\s+(?P<year>\d{4})"
)
_MONTH_FIRST = re.compile(
    r"(?P<month>[^\W\d_]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
)
_YEARLESS = re.compile(
    r"\d{1,2}/\d{1,2}(?![\d/])|\d{1,2}(?:er|st|nd|rd|th)?\s+(?:of\s+)?[^\W\d_]+\.?"
    r"|[^\W\d_]+\.?\s+\d{1,2}(?:st|nd|rd|th)?(?!\d)"
)
_CLOCK = re.compile(
    r"(?:\s*,?\s*(?:à|at|T|\s)\s*)"
    r"(?P<hour>\d{1,2})\s*(?:(?:heures?|[:hH])\s*(?P<minute>\d{2})?)(?::(?P<second>\d{2}))?"
    r"\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?"
)
# What may follow an hour: "(heure de Paris)", ", Paris time".
_ZONE_WORDS = re.compile(
    r"|[\s,]*\(\s*(?P<in_brackets>[^()]+?)\s*\)|[\s,]*(?P<bare>(?![ap]\.?m\b)[^\W\d].*)"
)
_ZONE_NAME = re.compile(r"(?:heure (?:de |d['’]|du |des |)|)(?P<name>.+?)(?: time|)", re.IGNORECASE)


def date_in(text: str, *, language: str = "fr") -> date | Fault:
    """Return the date that `text` is, or what is wrong with it."""
    # `language` is the team's: 3/9/2027 is 3 September in "fr", March 9 in "en-US", either in "en".
    text = " ".join(text.split())
    found = _day_said(text, language)
    if isinstance(found, Fault):
        return found
    return _not_a_date(text, language) if found is None or found[1] else found[0]


def moment_in(
    text: str, zone: tzinfo, *, language: str = "fr", start: date | None = None, zone_key: str = ""
) -> date | datetime | Fault:
    """Return the date that `text` is, or the aware date-time, in `zone`; or what is wrong with it.

    An hour with another offset, 18:00+04:00, stays the hour that it is there. `start` is the day
    that is meant, perhaps, where the text names only an hour. After the hour nothing may stand but
    the words for `zone`; `zone_key` is the key under which another may be written.
    """
    text = " ".join(text.split())
    found = _day_said(on_the_clock(text), language)
    if isinstance(found, Fault):
        return found
    if found is None:
        if not _CLOCK.fullmatch(f" {on_the_clock(text)}"):
            return _not_a_date(text, language, start)
        message = _("the day of '{text}' is missing").format(text=text)
        day_meant = calendar_day(start) if start else "2025-02-12"
        return Fault("date", message, _("write {day} {hour}").format(day=day_meant, hour=text))
    day, rest = found
    if not rest:
        return day
    clock = _CLOCK.match(rest)
    moment = _moment(day, clock, zone) if clock else None
    words = _ZONE_WORDS.fullmatch(rest, clock.end()) if clock else None
    if moment is None or not words:
        message = _("'{text}' is not a date and time").format(text=text)
        return Fault("date", message, _("for example, write 2025-02-12 18:00"))
    said = words["in_brackets"] or words["bare"]
    if isinstance(moment, Fault) or not said:
        return moment
    return _in_zone(moment, said, zone, zone_key)


def _day_said(text: str, language: str) -> tuple[date, str] | Fault | None:
    """Return the date that `text` begins with, its weekday looked at, and what follows; or None."""
    said = _WEEKDAY.match(text)
    typed = text[said.end() :] if said else text
    found = _leading_date(typed, language)
    if isinstance(found, Fault) or found is None:
        return found
    day, written = found
    if said is None or not said["day"]:
        return day, typed[len(written) :]
    for names in WEEKDAYS.values():
        begins = [name.lower().startswith(said["day"].lower()) for name in names]
        if any(begins) and not begins[day.weekday()]:
            weekday = names[day.weekday()]
            words = text[: said.end() + len(written)]
            message = _("'{date}' is a {weekday}").format(date=words, weekday=weekday)
            hint = _("write {weekday}, or correct the date").format(weekday=weekday)
            return Fault("date", message, hint)
    return day, typed[len(written) :]


def _in_zone(moment: datetime, words: str, zone: tzinfo, zone_key: str) -> datetime | Fault:
    """Return `moment` in `zone` where the words after its hour name it, else their fault."""
    named = _ZONE_NAME.fullmatch(words)
    name = without_accents(named["name"] if named else words)
    moment = moment.astimezone(zone)
    if name in (*names_of(zone), without_accents(str(moment.tzname()))):
        return moment
    message = _("'{words}' after the time is not its time zone, {zone}")
    hint = _("write the time in {city}, and nothing after it").format(city=city_of(zone, "en"))
    if zone_key and (other := zone_called(name)):
        hint = _("remove it, and write below: {line}").format(line=f"{zone_key}: {other}")
    return Fault("date", message.format(words=words, zone=zone), hint)


def _moment(day: date, clock: re.Match[str], zone: tzinfo) -> datetime | Fault | None:
    """Return the hour of a day, or why no clock shows it; None where there is no such hour."""
    try:
        hour = time(int(clock["hour"]), int(clock["minute"] or 0), int(clock["second"] or 0))
        if clock["offset"]:
            typed = datetime.fromisoformat(f"{day}T{hour}{clock['offset']}")
            there = typed.astimezone(zone)
            # Z is what programs write, any other offset where people will be.
            is_meant = clock["offset"] != "Z" and there.utcoffset() != typed.utcoffset()
            return typed if is_meant else there
    except ValueError:
        return None
    moment = datetime.combine(day, hour, zone)
    # Of an hour that is left out, the second reading is the earlier (PEP 495).
    later_seconds = moment.replace(fold=1).timestamp() - moment.timestamp()
    if later_seconds == 0:
        return moment
    message = _("{hour} happens twice on that day: the clocks go back")
    hint = _("choose an earlier or later time")
    if later_seconds < 0:
        message = _("{hour} does not exist on that day: the clocks go forward")
        hint = _("write a time after the clock change")
    return Fault("date", message.format(hour=f"{hour:%H:%M}"), hint)


def first_day(text: str) -> date | None:
    """Return the first day that `text` names in full, None where there is none."""
    found = (_leading_date(text[start.start() :], "fr") for start in re.finditer(r"\b\w", text))
    return next((each[0] for each in found if isinstance(each, tuple)), None)


def _leading_date(text: str, language: str) -> tuple[date, str] | Fault | None:
    """Return the date that `text` begins with and how it is written there, its fault, or None."""
    for pattern in (_ISO, _FIGURES, _WORDS, _MONTH_FIRST):
        if found := pattern.match(text):
            said, year, day = found["month"], int(found["year"]), int(found["day"])
            month = int(said) if said.isdecimal() else _MONTHS.get(without_accents(said))
            if month is None:
                continue
            if pattern is _FIGURES and language == "en-US":
                month, day = day, month
            has_two_readings = 0 < min(day, month) < max(day, month) <= 12
            if pattern is _FIGURES and language == "en" and has_two_readings:
                return _two_readings(year, month, day, written=found[0])
            try:
                return date(year, month, day), found[0]
            except ValueError:
                return _no_such_date(year, month, day, written=found[0])
    return None


def calendar_day(moment: date) -> date:
    """Return the day of a date or a date-time."""
    return moment.date() if isinstance(moment, datetime) else moment


def _no_such_date(year: int, month: int, day: int, *, written: str) -> Fault:
    year, month = max(year, 1), min(max(month, 1), 12)
    nearest = date(year, month, min(max(day, 1), monthrange(year, month)[1]))
    message = _("the date '{date}' does not exist").format(date=written)
    return Fault("date", message, _("for example, write {date}").format(date=nearest))


def _two_readings(year: int, month: int, day: int, *, written: str) -> Fault:
    first, second = (f"{d} {MONTHS['en'][m - 1]} {year}" for d, m in ((day, month), (month, day)))
    message = _("'{date}' has two readings: day first or month first").format(date=written)
    return Fault("date", message, _("write {first} or {second}").format(first=first, second=second))


def _not_a_date(text: str, language: str, start: date | None = None) -> Fault:
    weekday = _WEEKDAY.match(text)
    day = _YEARLESS.match(text, weekday.end() if weekday else 0)
    if day and not re.search(r"\d{4}", text):
        year = start.year if start else 2026
        dated = f"{day[0]}{'/' if '/' in day[0] else ' '}{year}"
        if isinstance(date_in(dated, language=language), date):
            message = _("the year of '{text}' is missing").format(text=text)
            rest = text[day.end() :]
            whole = dated + rest if _CLOCK.fullmatch(on_the_clock(rest)) else dated
            return Fault("date", message, _("for example, write {date}").format(date=whole))
    message = _("'{text}' is not a date").format(text=text)
    figures, words = _EXAMPLES[language]
    hint = _("write 2025-02-12, {figures} or {words}").format(figures=figures, words=words)
    return Fault("date", message, hint)


def _read_date(value: object, here: Here) -> date:
    found = date_in(text_of(value), language=here.context.language)
    if not isinstance(found, Fault):
        return found
    raise Refused(found)


def _read_moment(value: object, here: Here) -> date | datetime:
    """Return a moment of an event, in the zone that the event has, else in that of its start."""
    context = here.context
    start, zone_name = here.beside.get("start"), here.beside.get("timezone")
    zone = ZoneInfo(zone_name) if zone_name else getattr(start, "tzinfo", None)
    text, around, language = text_of(value), zone or context.timezone, context.language
    found = moment_in(text, around, language=language, start=start, zone_key="timezone")
    if isinstance(found, Fault):
        raise Refused(found)
    return found.astimezone(zone) if zone and isinstance(found, datetime) else found


Date = Annotated[date, before_here(_read_date), STRING]
Moment = Annotated[date | datetime, before_here(_read_moment), STRING]
