"""Dates and hours as English people type them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from newsletter.problems.problem import Fault
from newsletter.values.dates import date_in, first_day, moment_in

LONDON = ZoneInfo("Europe/London")
DAY = date(2027, 3, 9)


@pytest.mark.parametrize(
    "typed",
    [
        "9 Mar 2027",
        "9 Mar. 2027",
        "9th March 2027",
        "9th of March 2027",
        "March 9, 2027",
        "Mar 9th 2027",
        "Tues 9 March 2027",
        "Tuesday, March 9, 2027",
    ],
)
def test_a_day_as_english_people_type_it_is_read(typed):
    assert date_in(typed, language="en") == DAY
    assert first_day(f"until {typed}") == DAY


def test_september_has_two_short_forms():
    assert date_in("9 Sept 2027") == date_in("9 Sep 2027") == date(2027, 9, 9)


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("9 March 2027, 6.30pm", 18, 30),
        ("9 March 2027 at 6pm", 18, 0),
        ("9 March 2027 6:30 am", 6, 30),
        ("9 March 2027 6 p.m.", 18, 0),
        ("9 March 2027, 12pm", 12, 0),
        ("9 March 2027, 12.15am", 0, 15),
        ("9 March 2027, noon", 12, 0),
        ("9 March 2027, 18.30", 18, 30),
        ("9 March 2027 at 6pm (London time)", 18, 0),
        ("00:01 9 March 2027", 0, 1),
        ("00:01 on Tuesday 9 March 2027", 0, 1),
        ("6.30pm on March 9, 2027", 18, 30),
        ("6pm, 9 Mar 2027", 18, 0),
        ("2027-03-09 6pm", 18, 0),
    ],
)
def test_an_hour_as_english_people_type_it_is_read(typed, hour, minute):
    assert moment_in(typed, LONDON, language="en") == datetime(2027, 3, 9, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["GMT+1", "gmt -05", "UTC", "New York"])
def test_an_hour_elsewhere_is_to_be_written_as_it_is_here(zone):
    fault = moment_in(f"2026-12-02 7:30 ({zone})", ZoneInfo("Europe/Paris"))

    assert fault.message == f"'{zone}' after the time is not its time zone, Europe/Paris"
    assert fault.hint == "write the time in Paris, and nothing after it"


@pytest.mark.parametrize(
    ("zone", "hint"),
    [("New York", "remove it, and write below: timezone: America/New_York"), ("GMT+1", "Paris")],
)
def test_an_event_elsewhere_has_a_field_for_the_zone_of_a_city(zone, hint):
    paris = ZoneInfo("Europe/Paris")

    assert hint in moment_in(f"2026-12-02 7:30 {zone}", paris, zone_key="timezone").hint


@pytest.mark.parametrize("typed", ["6pm", "6.30pm", "6:30 am", "noon"])
def test_an_hour_alone_is_told_to_need_its_day(typed):
    found = moment_in(typed, LONDON, language="en", start=DAY)

    assert isinstance(found, Fault)
    assert found.hint == f"write 2027-03-09 {typed}"


@pytest.mark.parametrize(
    "typed", ["9 March 2027, 13pm", "9 March 2027, 0am", "9 March 2027, 6.5pm"]
)
def test_an_hour_that_no_clock_shows_is_told(typed):
    assert isinstance(moment_in(typed, LONDON, language="en"), Fault)


def test_the_examples_of_a_hint_are_in_the_language_of_the_team():
    english, french = date_in("soon", language="en"), date_in("soon", language="fr")

    assert isinstance(english, Fault)
    assert english.hint == "write 2025-02-12, 12 Feb 2025 or 12 February 2025"
    assert isinstance(french, Fault)
    assert french.hint == "write 2025-02-12, 12/02/2025 or 12 février 2025"


@pytest.mark.parametrize("typed", ["3/9/2027", "03/09/2027", "3/9/2027 18:00", "3/9/2027 at 6pm"])
def test_a_date_with_two_readings_is_told_in_english(typed):
    found = moment_in(typed, LONDON, language="en")

    assert isinstance(found, Fault)
    assert found.hint == "write 3 September 2027 or 9 March 2027"


def test_a_date_with_one_reading_is_read():
    assert date_in("23/9/2027", language="en") == date(2027, 9, 23)
    assert date_in("3/9/2027", language="en-US") == date(2027, 3, 9)
    assert date_in("3/9/2027", language="fr") == date(2027, 9, 3)
    assert date_in("9/9/2027", language="en") == date(2027, 9, 9)
    assert date_in("3/9/2027", language="fr") == date(2027, 9, 3)
    assert isinstance(date_in("9/23/2027", language="en"), Fault)
    assert isinstance(date_in("0/9/2027", language="en"), Fault)


@pytest.mark.parametrize(
    "typed", ["le 9 mars 2027", "le mardi 9 mars 2027", "on Tuesday 9 March 2027"]
)
def test_a_word_before_a_day_is_read(typed):
    assert date_in(typed) == DAY
    assert moment_in(f"{typed} 18:00", LONDON) == datetime(2027, 3, 9, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "language", "hint"),
    [
        ("26 novembre", "fr", "26 novembre 2026"),
        ("26 novembre 18h30", "fr", "26 novembre 2026 18h30"),
        ("le jeudi 26 novembre à 18 h 30", "fr", "26 novembre 2026 à 18 h 30"),
        ("jeudi 25 novembre, 18h30", "fr", "25 novembre 2026, 18h30"),
        ("1er décembre 9 h", "fr", "1er décembre 2026 9 h"),
        ("26/11 18:30", "fr", "26/11/2026 18:30"),
        ("26 novembre en soirée", "fr", "26 novembre 2026"),
        ("Thursday 26 November at 6.30pm", "en", "26 November 2026 at 6.30pm"),
        ("Nov 26, 6pm", "en-US", "Nov 26 2026, 6pm"),
        ("11/26", "en-US", "11/26/2026"),
    ],
)
def test_a_day_without_its_year_is_told_so_with_the_hour_kept(typed, language, hint):
    for fault in (date_in(typed, language=language), moment_in(typed, LONDON, language=language)):
        assert fault.message == f"the year of '{typed}' is missing"
        assert fault.hint == f"for example, write {hint}"
    assert not isinstance(moment_in(hint, LONDON, language=language), Fault)


def test_the_year_that_a_hint_adds_is_the_start_s():
    assert moment_in("10 mars à 9 h", LONDON, start=DAY).hint.endswith("10 mars 2027 à 9 h")


@pytest.mark.parametrize(
    "typed",
    ["12 membres", "31 novembre", "26", "26/11/26", "9 mars soon 2027", "12 mars-15 mars 2027"],
)
def test_what_no_year_makes_a_day_is_told_as_before(typed):
    assert "year" not in moment_in(typed, LONDON).message


@pytest.mark.parametrize(
    "typed",
    [
        "9 mars 2027",
        "9/3/2027",
        "09.03.2027",
        "9-3-2027",
        "2027-03-09",
        "2027/3/9",
        "Mardi 9 Mars 2027",
    ],
)
@pytest.mark.parametrize("hour", ["à 6h30", "6 h 30", "à 6 heures 30", ", 6:30", "6H30"])
def test_a_day_and_an_hour_as_french_people_type_them_are_read(typed, hour):
    paris = ZoneInfo("Europe/Paris")

    assert moment_in(f"{typed} {hour}", paris) == datetime(2027, 3, 9, 6, 30, tzinfo=paris)


@pytest.mark.parametrize(
    ("typed", "month"),
    [("janv.", 1), ("févr.", 2), ("fev", 2), ("avr.", 4), ("juil.", 7), ("déc.", 12)],
)
def test_french_months_have_short_forms(typed, month):
    assert date_in(f"3 {typed} 2027") == date(2027, month, 3)


def test_the_hour_alone_is_said_in_words():
    assert moment_in("9 mars 2027 à 6 heures", UTC) == datetime(2027, 3, 9, 6, tzinfo=UTC)
