"""What calendar programs are told of a zone gives the hours that the zone itself gives."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Timezone

from newsletter.rendering.calendar import timezone_lines


def test_paris_has_a_yearly_rule_for_summer_and_one_for_winter() -> None:
    assert timezone_lines(ZoneInfo("Europe/Paris"), 2025) == (
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Paris",
        "BEGIN:DAYLIGHT",
        "DTSTART:20240331T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20241027T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
    )


def test_new_york_counts_its_sundays_from_the_start_of_the_month() -> None:
    lines = timezone_lines(ZoneInfo("America/New_York"), 2025)

    assert [line for line in lines if line.startswith("RRULE")] == [
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
    ]


ZONES = {
    "Europe/Paris": 2025,
    "Indian/Reunion": 2025,  # one time all the year
    "America/New_York": 2025,  # second Sunday of March, first of November
    "America/Martinique": 2025,
    "Africa/Casablanca": 2025,  # changes with Ramadan
    "Australia/Sydney": 2025,  # summer in January
    "America/Sao_Paulo": 2019,  # the last year of its summer time
    "Asia/Kathmandu": 2025,  # a quarter of an hour
    "Europe/Volgograd": 2018,  # a change for good
}


@pytest.mark.parametrize("name", ZONES)
def test_every_hour_of_the_year_is_the_one_of_the_zone(name: str) -> None:
    zone, year = ZoneInfo(name), ZONES[name]

    told = Timezone.from_ical("\r\n".join(timezone_lines(zone, year))).to_tz(lookup_tzid=False)

    hour, hours = datetime(year, 1, 1, 12, tzinfo=UTC), 365 * 24 // 5
    for _hour in range(hours):
        local = hour.astimezone(zone).replace(tzinfo=None)
        assert local.replace(tzinfo=told).utcoffset() == hour.astimezone(zone).utcoffset(), local
        hour += timedelta(hours=5)
