"""The dates that a text names, French or English: « mardi 5 mars 2025 », "Tuesday 5 March"."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from newsletter.values.dates import MONTHS, WEEKDAYS

# Without a year, a date farther away than this could be last year's as well as next year's.
_NEAR = timedelta(days=150)


class NamedDay(NamedTuple):
    """A day that a text names from `start` to `end`; its weekday, Monday 0, where it has one."""

    start: int
    end: int
    day: date
    has_year: bool
    weekday: int | None
    language: str


def _any_of(names: tuple[str, ...]) -> str:
    """Return the pattern of one of `names`, with its accents or without."""
    return "|".join(names).replace("é", "[ée]").replace("û", "[ûu]")


_PATTERNS = {
    "fr": (
        rf"(?:\b(?P<weekday>{_any_of(WEEKDAYS['fr'])}),?\s+(?:le\s+)?)?"
        rf"\b(?P<day>\d{{1,2}})(?:er)?\s+(?P<month>{_any_of(MONTHS['fr'])})\b(?:\s+(?P<year>\d{{4}})\b)?"
    ),
    "en": (
        rf"(?:\b(?P<weekday>{_any_of(WEEKDAYS['en'])}),?\s+(?:the\s+)?)?"
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?"
        rf"(?P<month>{_any_of(MONTHS['en'])})\b(?:,?\s+(?P<year>\d{{4}})\b)?"
    ),
    "us": (
        rf"(?:\b(?P<weekday>{_any_of(WEEKDAYS['en'])}),?\s+)?"
        rf"\b(?P<month>{_any_of(MONTHS['en'])})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b"
        rf"(?:,?\s+(?P<year>\d{{4}})\b)?"
    ),
}
_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _PATTERNS.items()}
_DAY_AND_MONTH = re.compile(
    rf"\d(?:er|st|nd|rd|th)?,?\s+(?:of\s+)?(?:{_any_of(MONTHS['fr'])}|{_any_of(MONTHS['en'])})"
    rf"|(?:{_any_of(MONTHS['en'])})\s+\d",
    re.IGNORECASE,
)


def named_days(text: str, *, near: date) -> Iterator[NamedDay]:
    """Yield the days that `text` names; one without its year is the nearest to `near`.

    A day that does not exist, or without a year is far from `near`, is left out.
    """
    if not _DAY_AND_MONTH.search(text):
        return
    for name, pattern in _COMPILED.items():
        language = "fr" if name == "fr" else "en"
        for found in pattern.finditer(text):
            if day := _day(found, language, near):
                weekday = _index(said, WEEKDAYS[language]) if (said := found["weekday"]) else None
                yield NamedDay(*found.span(), day, bool(found["year"]), weekday, language)


def _index(name: str, names: tuple[str, ...]) -> int:
    named = (re.fullmatch(_any_of((each,)), name, re.IGNORECASE) for each in names)
    return next(index for index, each in enumerate(named) if each)


def _day(found: re.Match[str], language: str, near: date) -> date | None:
    month, day = _index(found["month"], MONTHS[language]) + 1, int(found["day"])
    if found["year"]:
        return _existing(int(found["year"]), month, day)
    years = (near.year - 1, near.year, near.year + 1)
    days = [each for year in years if (each := _existing(year, month, day))]
    nearest = min(days, key=lambda each: abs(each - near), default=None)
    return nearest if nearest is not None and abs(nearest - near) <= _NEAR else None


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
