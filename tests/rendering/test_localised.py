"""Dates and hours as an issue's language writes them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from newsletter.rendering.localised import format_day, format_event, format_moment, format_speaker

PARIS = ZoneInfo("Europe/Paris")
MARCH_1 = date(2025, 3, 1)
EVENING = datetime(2025, 3, 4, 18, 30, tzinfo=PARIS)
NIGHT = datetime(2025, 3, 4, 20, 0, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("speaker", "language", "expected"),
    [
        ("R. O.", "en", "RO:"),
        ("J.-P. M.", "en", "JPM:"),
        ("A. von B.", "en", "AvonB:"),
        ("RO", "en", "RO:"),
        ("J. Smith", "en", "J. Smith:"),
        ("Ana Lopez", "en", "Ana Lopez:"),
        ("V. T.", "fr", "V. T.\u00a0:"),
    ],
)
def test_initials_before_an_answer_are_plain_in_english(
    speaker: str, language: str, expected: str
) -> None:
    assert format_speaker(speaker, language) == expected


@pytest.mark.parametrize(
    ("day", "language", "expected"),
    [
        (MARCH_1, "fr", "1er mars 2025"),
        (date(2025, 2, 11), "fr", "11 février 2025"),
        (MARCH_1, "en", "1 March 2025"),
        (MARCH_1, "en-US", "March 1, 2025"),
    ],
)
def test_a_day_is_written_in_full(day: date, language: str, expected: str) -> None:
    assert format_day(day, language) == expected


@pytest.mark.parametrize(
    ("start", "end", "language", "expected"),
    [
        (MARCH_1, None, "fr", "samedi 1er mars 2025"),
        (MARCH_1, MARCH_1, "fr", "samedi 1er mars 2025"),
        (MARCH_1, date(2025, 3, 2), "fr", "du 1er au 2 mars 2025"),
        (date(2025, 3, 4), date(2025, 3, 5), "fr", "du 4 au 5 mars 2025"),
        (date(2025, 12, 31), date(2026, 1, 1), "fr", "du 31 décembre 2025 au 1er janvier 2026"),
        (MARCH_1, None, "en-US", "Saturday, March 1, 2025"),
        (MARCH_1, date(2025, 3, 2), "en-US", "March 1–2, 2025"),
        (date(2025, 12, 31), date(2026, 1, 1), "en-US", "December 31, 2025 – January 1, 2026"),
        (EVENING, NIGHT, "en-US", "Tuesday, March 4, 2025, 6:30\u00a0p.m.–8\u00a0p.m."),
        (EVENING, None, "fr", "mardi 4 mars 2025, 18\u00a0h\u00a030"),
        (EVENING, NIGHT, "fr", "mardi 4 mars 2025, de 18\u00a0h\u00a030 à 20\u00a0h"),
        (EVENING, date(2025, 3, 4), "fr", "mardi 4 mars 2025, 18\u00a0h\u00a030"),
        (EVENING, EVENING, "fr", "mardi 4 mars 2025, 18\u00a0h\u00a030"),
        (
            EVENING,
            datetime(2025, 3, 5, 2, tzinfo=PARIS),
            "fr",
            "du 4 mars 2025 à 18\u00a0h\u00a030 au 5 mars 2025 à 2\u00a0h",
        ),
        (EVENING, date(2025, 3, 5), "fr", "du 4 mars 2025 à 18\u00a0h\u00a030 au 5 mars 2025"),
        (date(2025, 3, 30), date(2025, 4, 2), "fr", "du 30 mars au 2 avril 2025"),
        (date(2025, 3, 30), date(2025, 4, 2), "en", "30 March – 2 April 2025"),
        (EVENING, date(2025, 3, 5), "en", "4 March 2025, 18:30 – 5 March 2025"),
        (EVENING, NIGHT, "en", "Tuesday 4 March 2025, 18:30–20:00"),
        (date(2025, 3, 4), date(2025, 3, 5), "en", "4–5 March 2025"),
    ],
)
def test_an_event_says_its_day_and_hours(
    start: date, end: date | None, language: str, expected: str
) -> None:
    assert format_event(start, end, language) == expected


def test_a_moment_says_its_hour_where_it_has_one() -> None:
    assert format_moment(MARCH_1, "fr") == "1er mars 2025"
    assert format_moment(EVENING, "fr") == "4 mars 2025, 18\u00a0h\u00a030"
