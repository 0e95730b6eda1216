"""Dates and hours as French and English writers type them, and the names of months and days."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from newsletter.i18n import _
from newsletter.values.fields import context_of, text_of
from newsletter.values.validation import Fault, refuse

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

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_FIGURES = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})")
_WORDS = re.compile(r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)?\s+(?P<month>[^\W\d_]+)\s+(?P<year>\d{4})")
_CLOCK = re.compile(
    r"(?:\s*,?\s*(?:à|at|T|\s)\s*)"
    r"(?P<hour>\d{1,2})\s*(?:(?:[:hH]|heures?)\s*(?P<minute>\d{2})?)(?::(?P<second>\d{2}))?"
    r"\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?"
)


def read_date(value: object) -> date:
    """Return the date that `value` is."""
    text = _plain(value)
    found = _leading_date(text)
    if found is None or found[1] != text:
        raise _not_a_date(text)
    return found[0]


def read_moment(value: object, info: ValidationInfo) -> date | datetime:
    """Return the date that `value` is, or the aware date-time, in the workspace's zone."""
    text = _plain(value)
    found = _leading_date(text)
    if found is None and _CLOCK.fullmatch(f" {text}"):
        raise _no_day(text, info.data.get("start"))
    if found is None:
        raise _not_a_date(text)
    day, written = found
    rest = text[len(written) :]
    if not rest:
        return day
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        raise _not_an_hour(text)
    try:
        hour = time(int(clock["hour"]), int(clock["minute"] or 0), int(clock["second"] or 0))
        if clock["offset"]:
            moment = datetime.fromisoformat(f"{day}T{hour}{clock['offset']}")
            # Readers see no offset: the hour is said as the team's own clocks show it.
            return moment.astimezone(context_of(info).timezone)
    except ValueError as error:
        raise _not_an_hour(text) from error
    moment = datetime.combine(day, hour, context_of(info).timezone)
    if not _exists(moment):
        message = _("{hour} does not exist on that day: the clocks go forward").format(
            hour=f"{hour:%H:%M}"
        )
        raise refuse(Fault("date", message, _("write a time after the clock change")))
    return moment


def _exists(moment: datetime) -> bool:
    """Tell whether clocks show this hour: when summer time begins they leave one out."""
    try:
        return moment.astimezone(UTC).astimezone(moment.tzinfo).time() == moment.time()
    except OverflowError:  # the first and the last day that Python counts
        return True


def _plain(value: object) -> str:
    return " ".join(text_of(value).split())


def first_day(text: str) -> date | None:
    """Return the first day that `text` names in full, None where there is none."""
    for start in re.finditer(r"\b\d", text):
        try:
            found = _leading_date(text[start.start() :])
        except PydanticCustomError:  # 31 April
            found = None
        if found:
            return found[0]
    return None


def _leading_date(text: str) -> tuple[date, str] | None:
    """Return the date that `text` begins with and how it is written there, or None."""
    for pattern in (_ISO, _FIGURES, _WORDS):
        if found := pattern.match(text):
            year, month, day = int(found["year"]), _month(found["month"]), int(found["day"])
            if month is None:
                return None
            return _existing(year, month, day, written=found[0]), found[0]
    return None


def _month(word: str) -> int | None:
    if word.isdecimal():
        return int(word)
    for names in MONTHS.values():
        folded = [_folded(name) for name in names]
        if _folded(word) in folded:
            return folded.index(_folded(word)) + 1
    return None


def _folded(word: str) -> str:
    """Return `word` in small letters without accents: people type « 12 FEVRIER »."""
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _existing(year: int, month: int, day: int, *, written: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        nearest_month = min(max(month, 1), 12)
        last_day = monthrange(max(year, 1), nearest_month)[1]
        nearest = date(max(year, 1), nearest_month, min(max(day, 1), last_day))
        message = _("the date '{date}' does not exist").format(date=written)
        hint = _("for example, write {date}").format(date=nearest)
        raise refuse(Fault("date", message, hint)) from error


def _no_day(text: str, start: date | None) -> PydanticCustomError:
    message = _("the day of '{text}' is missing").format(text=text)
    day = f"{start:%Y-%m-%d}" if start else "2025-02-12"
    return refuse(Fault("date", message, _("write {day} {hour}").format(day=day, hour=text)))


def _not_a_date(text: str) -> PydanticCustomError:
    message = _("'{text}' is not a date").format(text=text)
    weekday, _space, rest = text.partition(" ")
    if _folded(weekday) in {_folded(each) for days in WEEKDAYS.values() for each in days}:
        hint = _("remove the day of the week: {date}").format(date=rest)
        return refuse(Fault("date", message, hint))
    hint = _("write 2025-02-12, 12/02/2025 or 12 February 2025")
    return refuse(Fault("date", message, hint))


def _not_an_hour(text: str) -> PydanticCustomError:
    message = _("'{text}' is not a date and time").format(text=text)
    return refuse(Fault("date", message, _("for example, write 2025-02-12 18:00")))


Date = Annotated[date, BeforeValidator(read_date), WithJsonSchema({"type": "string"})]
Moment = Annotated[
    date | datetime, BeforeValidator(read_moment), WithJsonSchema({"type": "string"})
]
