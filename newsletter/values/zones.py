"""Time zones by their IANA names, and as writers and readers call them: "heure de Paris"."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, WithJsonSchema

from newsletter.i18n import _
from newsletter.problems.problem import Fault
from newsletter.values.fields import text_of
from newsletter.values.suggestions import did_you_mean, fold, without_accents
from newsletter.values.validation import refuse

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
    if city.startswith("Le "):
        return f"heure du {city[3:]}"
    article = "" if "/" not in name else "d’" if fold(city)[0] in "aeiouy" else "de "
    return f"heure {article}{city}"


def zone_called(words: str) -> str | None:
    """Return the zone that writers call so: "Indian/Reunion" of "la réunion"; None of no zone."""
    name = without_accents(words)
    return next((each for each in sorted(available_timezones()) if name in names_of(each)), None)


def names_of(zone: tzinfo | str | None) -> set[str]:
    """Return what writers call a zone, as `without_accents` has it."""
    return {without_accents(name) for name in (str(zone), city_of(zone, "en"), city_of(zone, "fr"))}


def _time_zone(value: object) -> str:
    name = text_of(value).strip()
    try:
        ZoneInfo(name)
    except (
        ValueError,
        OSError,
        KeyError,
    ):  # ZoneInfoNotFoundError is a KeyError; "../x" a ValueError
        message = _("'{name}' is not a time zone").format(name=name)
    else:
        return name
    meant = zone_called(name) or did_you_mean(name, sorted(available_timezones()))
    hint = _("did you mean '{word}'?").format(word=meant)
    raise refuse(
        Fault("time-zone", message, hint if meant else _("for example, write Europe/London"))
    )


TimeZoneName = Annotated[str, BeforeValidator(_time_zone), WithJsonSchema({"type": "string"})]
