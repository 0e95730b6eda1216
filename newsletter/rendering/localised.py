"""Dates, hours and speakers in the language of the issue; telephone numbers as they are dialled."""

import re
from datetime import date, datetime, time, tzinfo

from newsletter.rendering.typography import NBSP
from newsletter.values.dates import MONTHS, WEEKDAYS, calendar_day
from newsletter.values.zones import clock_of

# A link to another language speaks that language.
VERSIONS = {"fr": "Version française", "en": "English version"}
SHORT_MONTHS = {
    "fr": "janv. févr. mars avril mai juin juil. août sept. oct. nov. déc.".split(),  # noqa: SIM905 - twelve lines less
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),  # noqa: SIM905
}
_INITIALS = re.compile(r"(?:[^\W\d_]\.[\s-]?|[a-zà-ÿ]{1,4}\s)*[^\W\d_]\.")
# Between a landline and a mobile: "01 99 00 00 00 / 06 99 00 00 00", "… ou …".
_BETWEEN = re.compile(r"(\s*[/,;·|]\s*|\s+(?:ou|et|or|and)\s+)")


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return when a day begins."""
    return datetime.combine(day, time(), zone)


def format_day(day: date, language: str) -> str:
    """Return "1er mars 2025", "1 March 2025" or, in the United States, "March 1, 2025"."""
    month = MONTHS[language[:2]][day.month - 1]
    if language == "en-US":
        return f"{month} {day.day}, {day.year}"
    return f"{_number(day, language)} {month} {day.year}"


def _format_weekday(day: date, language: str) -> str:
    """Return a day with its weekday: "Tuesday 9 March 2027", "Tuesday, March 9, 2027"."""
    comma = "," if language == "en-US" else ""
    return f"{WEEKDAYS[language[:2]][day.weekday()]}{comma} {format_day(day, language)}"


def format_event(start: date, end: date | None, language: str, home: tzinfo | None = None) -> str:
    """Return when an event takes place: its day or days, and its hours where it has some."""
    # The weekday is said for a single day: it is what one looks for in an agenda. Hours are said
    # with their zone where clocks at `home` show others.
    return _days_and_hours(start, end, language) + _other_clock(start, language, home)


def _other_clock(moment: date, language: str, home: tzinfo | None) -> str:
    """Return " (heure de La Réunion)" where clocks at `home` show another hour, else ""."""
    if not isinstance(moment, datetime) or home is None:
        return ""
    is_the_same = moment.astimezone(home).utcoffset() == moment.utcoffset()
    return "" if is_the_same else f" ({clock_of(moment.tzinfo, language)})"


def _days_and_hours(start: date, end: date | None, language: str) -> str:
    if end is not None and calendar_day(end) != calendar_day(start):
        if not isinstance(start, datetime):
            return format_days(start, calendar_day(end), language)
        moments = [format_moment(each, language) for each in (start, end)]
        french = f"du {' au '.join(each.replace(', ', ' à ') for each in moments)}"
        return french if language == "fr" else " – ".join(moments)
    day = _format_weekday(calendar_day(start), language)
    if not isinstance(start, datetime):
        return day
    hours = format_hour(start, language)
    if isinstance(end, datetime) and end != start:
        until = format_hour(end, language)
        hours = f"de {hours} à {until}" if language == "fr" else f"{hours}–{until}"
    return f"{day}, {hours}"


def format_days(first: date, last: date | None, language: str) -> str:
    """Return a day, or the first and last of several: "du 4 au 5 mars 2025", "4–5 March 2025"."""
    if last is None or last == first:
        return format_day(first, language)
    same_month = (first.year, first.month) == (last.year, last.month)
    if same_month and language == "en-US":
        return f"{MONTHS['en'][first.month - 1]} {first.day}–{last.day}, {last.year}"
    begin = _number(first, language) if same_month else format_day(first, language)
    if first.year == last.year:
        begin = begin.removesuffix(f", {first.year}").removesuffix(f" {first.year}")
    if language == "fr":
        return f"du {begin} au {format_day(last, language)}"
    return f"{begin}{'–' if same_month else ' – '}{format_day(last, language)}"


def format_moment(moment: date, language: str, home: tzinfo | None = None) -> str:
    """Return a day, with its hour where it has one, and whose clocks show it if not `home`'s."""
    day = format_day(calendar_day(moment), language)
    if not isinstance(moment, datetime):
        return day
    return f"{day}, {format_hour(moment, language)}{_other_clock(moment, language, home)}"


def format_hour(moment: datetime, language: str) -> str:
    """Return "18 h 30" (Imprimerie nationale), "18:30" or "6:30 p.m." (Associated Press)."""
    if language == "fr":
        minutes = f"{NBSP}{moment:%M}" if moment.minute else ""
        return f"{moment.hour}{NBSP}h{minutes}"
    if language == "en-US":
        minutes = f":{moment:%M}" if moment.minute else ""
        return f"{moment.hour % 12 or 12}{minutes}{NBSP}{'p' if moment.hour >= 12 else 'a'}.m."
    return f"{moment:%H:%M}"


def format_embargo(embargo: datetime | None, language: str) -> str:
    """Return who may publish when, in the words that the press knows."""
    if embargo is None:
        return "Pour diffusion immédiate" if language == "fr" else "For immediate release"
    day = _format_weekday(embargo.date(), language)
    hour, clock = format_hour(embargo, language), clock_of(embargo.tzinfo, language)
    if language == "fr":
        return f"Sous embargo jusqu'au {day} à {hour} ({clock})"
    return f"EMBARGOED until {hour} on {day} ({clock})"


def format_speaker(speaker: str, language: str) -> str:
    """Return the words that open an answer: "V. T. :" or, as English printers set it, "VT:"."""
    if language == "fr":
        return f"{speaker}{NBSP}:"
    name = re.sub(r"[.\s-]", "", speaker) if _INITIALS.fullmatch(speaker) else speaker
    return f"{name}:"


def format_dateline(place: str, day: date, language: str) -> str:
    """Return the words that open a press release: "Paris, le 12 février 2025"."""
    return f"{place}, {'le ' if language == 'fr' else ''}{format_day(day, language)}"


def _number(day: date, language: str) -> str:
    return "1er" if day.day == 1 and language == "fr" else str(day.day)


def dialled(phone: str) -> str:
    """Return the number as a telephone dials it, or "" where `phone` is more than a number."""
    number = re.sub(r"[\s.\-()\u2010\u2011]", "", phone.replace("(0)", ""))
    return number if re.fullmatch(r"\+?\d{3,15}", number) else ""


def telephones(phones: str) -> list[tuple[str, str]]:
    """Return `phones` in pieces, each with the number that it is, or ""."""
    return [(piece, dialled(piece)) for piece in _BETWEEN.split(phones) if piece]
