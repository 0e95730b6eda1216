"""Time zones by their IANA names, and clocks as people speak of them: "heure de Paris", 6.30pm."""

import re
from collections.abc import Mapping
from datetime import tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from newsletter.i18n import _
from newsletter.values.reading import before, refusal
from newsletter.values.suggestions import did_you_mean, fold, without_accents
from newsletter.values.types import STRING, text_of

_TWELVE_HOURS = re.compile(
    r"(?<![\w:./-])(?P<hour>0?[1-9]|1[0-2])(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap])\.?\s?m\b\.?",
    re.IGNORECASE,
)
_NOON = re.compile(r"\b(?:12\s*)?noon\b", re.IGNORECASE)
_POINTED = re.compile(r"\b(\d{1,2})\.(?=\d{2}\b(?!\.))")
_HOUR_FIRST = re.compile(r"(?P<hour>\d{1,2}:\d{2})\s*,?\s+(?:on\s+)?(?P<day>[^\W_].*\d{4}.*)")
# fmt: off
# Zones are named after cities in English, without accents.
FRENCH_CITIES: Mapping[str, str] = {
    "Algiers": "Alger", "Athens": "Athènes", "Beirut": "Beyrouth", "Brussels": "Bruxelles",
    "Bucharest": "Bucarest", "Cairo": "Le Caire", "Copenhagen": "Copenhague", "Geneva": "Genève",
    "Havana": "La Havane", "Jerusalem": "Jérusalem", "Kyiv": "Kiev", "Lisbon": "Lisbonne",
    "London": "Londres", "Martinique": "la Martinique", "Mexico City": "Mexico",
    "Miquelon": "Saint-Pierre-et-Miquelon", "Montreal": "Montréal", "Moscow": "Moscou",
    "Noumea": "Nouméa", "Reunion": "La Réunion", "Sao Paulo": "São Paulo", "Seoul": "Séoul",
    "Singapore": "Singapour", "Tehran": "Téhéran", "Vienna": "Vienne", "Warsaw": "Varsovie",
}
# fmt: on


def city_of(zone: tzinfo | str | None, language: str) -> str:
    """Return the city whose clocks a zone has: "Paris" of Europe/Paris."""
    city = str(zone).rpartition("/")[2].replace("_", " ")
    return FRENCH_CITIES.get(city, city) if language == "fr" else city


def clock_of(zone: tzinfo | str | None, language: str) -> str:
    """Return whose clocks a zone has: "heure de Paris", "Paris time"; "UTC+4" of an offset."""
    name = str(zone)
    if name.startswith("UTC"):
        return name.replace("+0", "+").replace("-0", "-").removesuffix(":00")
    city = city_of(zone, language)
    if language != "fr":
        return f"{city} time"
    article = "" if "/" not in name else "d’" if fold(city)[0] in "aeiouy" else "de "
    return f"heure {article}{city}".replace("de Le ", "du ")


def zone_called(words: str) -> str | None:
    """Return the zone that writers call so: "Indian/Reunion" of "la réunion"; None of no zone."""
    name = without_accents(words)
    return next((each for each in _zones_of_cities() if name in names_of(each)), None)


def _zones_of_cities() -> list[str]:
    # Not Etc/GMT+4, which is four hours behind Greenwich and has no summer time.
    return [each for each in sorted(available_timezones()) if re.match(r"(?!Etc/).+/", each)]


def names_of(zone: tzinfo | str | None) -> set[str]:
    """Return what writers call a zone, as `without_accents` has it."""
    return {without_accents(name) for name in (str(zone), city_of(zone, "en"), city_of(zone, "fr"))}


def on_the_clock(text: str) -> str:
    """Return `text` with its hours counted to 24, behind the day: `18:30` of `6.30pm`."""

    def counted(match: re.Match[str]) -> str:
        hour = int(match["hour"]) % 12 + (12 if match["half"] in "pP" else 0)
        return f"{hour:02}:{match['minute'] or '00'}"

    text = _POINTED.sub(r"\1:", _NOON.sub("12:00", _TWELVE_HOURS.sub(counted, text)))
    said = _HOUR_FIRST.fullmatch(text)
    return f"{said['day']} {said['hour']}" if said else text


def _time_zone(value: object) -> str:
    name = text_of(value).strip()
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):  # "../x" is a ValueError, an unknown zone a KeyError
        message = _("'{name}' is not a time zone").format(name=name)
    hint = _("for example, write Europe/London")
    if meant := zone_called(name) or did_you_mean(name, _zones_of_cities()):
        hint = _("did you mean '{word}'?").format(word=meant)
    raise refusal("time-zone", message, hint)


TimeZoneName = Annotated[str, before(_time_zone), STRING]
