"""Calendar files, read back with icalendar and by the letter of RFC 5545."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar import Event as CalendarEvent

from newsletter.content.issue import Newsletter
from newsletter.content.items import Agenda, Event
from newsletter.content.loading import load_issue
from newsletter.rendering.calendar import MAX_LINE_BYTES, agenda_as_ics
from newsletter.rendering.document import render_document
from newsletter.rendering.typography import apply_typography
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.values.model import replaced
from tests.conftest import HEAD

WriteIssue = Callable[[str | bytes], Path]
START = f"{HEAD}items:\n  - kind: agenda\n    events:\n"


def load(path: Path, settings: Settings) -> Newsletter:
    loaded = load_issue(path, settings)
    assert loaded.problems == ()
    assert loaded.issue is not None
    return loaded.issue


@pytest.fixture(name="files_of")
def make_files_of(write_issue: WriteIssue, settings: Settings) -> Callable[..., dict[str, bytes]]:
    def files_of(*events: str) -> dict[str, bytes]:
        lines = "".join(f"      - {{{event}}}\n" for event in events)
        return agenda_as_ics(load(write_issue(START + lines), settings), settings)

    return files_of


FilesOf = Callable[..., dict[str, bytes]]


def only_file(files: dict[str, bytes]) -> bytes:
    (content,) = files.values()
    return content


def read_event(content: bytes) -> CalendarEvent:
    (event,) = Calendar.from_ical(content).events
    return event


def line(content: bytes, name: str) -> str:
    """Return the value of a property as it is written, unfolded, or ""."""
    unfolded = content.decode().replace("\r\n ", "")
    found = re.search(rf"^(?:{name})([;:].*?)\r$", unfolded.split("BEGIN:VEVENT")[1], re.MULTILINE)
    return found[1] if found else ""


def test_an_event_says_all_that_the_issue_says_of_it(files_of: FilesOf) -> None:
    content = only_file(
        files_of(
            "title: 'Salon : « IA »', start: 2025-03-04 18:30, end: 2025-03-04 20:00, "
            "place: 'Paris, Hôtel de Ville', online: true, link: https://example.org/é, "
            "price: 10 €, registration_deadline: 2025-03-01, "
            "description: 'Avec **des** [invités](https://example.org/qui).'"
        )
    )

    event = read_event(content)
    assert event["SUMMARY"] == "Salon\u00a0: «\u00a0IA\u00a0»"
    assert event["LOCATION"] == "Paris, Hôtel de Ville"
    assert event["URL"] == "https://example.org/%C3%A9"
    assert event["DESCRIPTION"].split("\n") == [
        "Avec des invités [1].",
        "",
        "[1] https://example.org/qui",
        "",
        "10\u00a0€",
        "Inscription jusqu’au 1er\u00a0mars 2025",
        "https://example.org/é",
    ]
    assert event["STATUS"] == "CONFIRMED"
    assert event["UID"] == "2025-03-04-18h30-salon-ia@example.org"
    assert event["DTSTAMP"].dt == datetime(2025, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "said"), [("2025-03-04", ":TRANSPARENT"), ("2025-03-04 18:00", "")]
)
def test_a_whole_day_leaves_its_reader_free(start: str, said: str, files_of: FilesOf) -> None:
    assert line(only_file(files_of(f"title: Salon, start: {start}")), "TRANSP") == said


TIMES = {
    "day": ("start: 2025-03-04", ";VALUE=DATE:20250304", ""),
    "days": (
        "start: 2025-12-31, end: 2026-01-02",
        ";VALUE=DATE:20251231",
        ";VALUE=DATE:20260103",
    ),
    "hour": ("start: 2025-03-04 18:30", ";TZID=Europe/Paris:20250304T183000", ""),
    "hours": (
        "start: 2025-03-04 18:30, end: 2025-03-04 20:00",
        ";TZID=Europe/Paris:20250304T183000",
        ";TZID=Europe/Paris:20250304T200000",
    ),
    "hour to the same": (
        "start: 2025-03-04 18:30, end: 2025-03-04 18:30",
        ";TZID=Europe/Paris:20250304T183000",
        "",
    ),
    "hour to its own day": (
        "start: 2025-03-04 18:30, end: 2025-03-04",
        ";TZID=Europe/Paris:20250304T183000",
        "",
    ),
    "hour to a later day": (
        "start: 2025-03-04 18:30, end: 2025-03-05",
        ";TZID=Europe/Paris:20250304T183000",
        ";TZID=Europe/Paris:20250306T000000",
    ),
    "own offset": (
        "start: 2025-07-01 09:00+09:00, end: 2025-07-01 10:00Z",
        ":20250701T000000Z",
        ":20250701T100000Z",
    ),
    "own zone": (
        "timezone: Indian/Reunion, start: 2025-07-01 09:00, end: 2025-07-01 10:00",
        ";TZID=Indian/Reunion:20250701T090000",
        ";TZID=Indian/Reunion:20250701T100000",
    ),
    "as programs write it": ("start: 2025-07-01 10:00Z", ";TZID=Europe/Paris:20250701T120000", ""),
    "across the change to summer time": (
        "start: 2025-03-30 01:30, end: 2025-03-30 03:30",
        ";TZID=Europe/Paris:20250330T013000",
        ";TZID=Europe/Paris:20250330T033000",
    ),
    "the hour that comes twice, the first time": (
        "start: 2025-10-26 02:30+02:00",
        ";TZID=Europe/Paris:20251026T023000",
        "",
    ),
    "the hour that comes twice, the second time": (
        "start: 2025-10-26 02:30+01:00, end: 2025-10-26 04:00",
        ":20251026T013000Z",
        ";TZID=Europe/Paris:20251026T040000",
    ),
    "the last day of all": ("start: 9999-12-30, end: 9999-12-31", ";VALUE=DATE:99991230", ""),
    "the last evening of all": (
        "start: 9999-12-30 18:00, end: 9999-12-31",
        ";TZID=Europe/Paris:99991230T180000",
        "",
    ),
    "the first year of all": (
        "start: 0001-01-01 00:00",
        ";TZID=Europe/Paris:00010101T000000",
        "",
    ),
}


@pytest.mark.parametrize("case", TIMES)
def test_start_and_end_are_written_as_calendars_count_them(case: str, files_of: FilesOf) -> None:
    typed, start, end = TIMES[case]

    content = only_file(files_of(f"title: Salon, {typed}"))

    assert (line(content, "DTSTART"), line(content, "DTEND")) == (start, end)


def test_an_event_across_the_change_to_summer_time_lasts_as_long_as_it_does(
    files_of: FilesOf,
) -> None:
    content = only_file(
        files_of("title: Nuit du code, start: 2025-03-30 01:30, end: 2025-03-30 03:30")
    )

    event = read_event(content)
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2025, 3, 30, 0, 30, tzinfo=UTC)
    assert event["DTEND"].dt.astimezone(UTC) == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("save-the-date", "TENTATIVE"),
        ("postponed", "TENTATIVE"),
        ("full", "CONFIRMED"),
        ("cancelled", "CANCELLED"),
    ],
)
def test_a_calendar_knows_what_changed(status: str, expected: str, files_of: FilesOf) -> None:
    content = only_file(files_of(f"title: Salon, start: 2025-03-04, status: {status}"))

    assert read_event(content)["STATUS"] == expected


def test_an_event_without_place_is_online_where_it_says_so(files_of: FilesOf) -> None:
    content = only_file(files_of("title: Salon, start: 2025-03-04, online: true"))

    assert read_event(content)["LOCATION"] == "en ligne"


def test_names_come_from_day_and_title_and_are_unique(files_of: FilesOf) -> None:
    files = files_of(
        "title: Été 1 & co, start: 2025-03-04 10:00",
        "title: Été 1 & co, start: 2025-03-04 14:00",
        "title: Été 1 & co, start: 2025-03-05",
        "title: Été 1 & co, start: 2025-03-05",
        "title: مرحبا, start: 2025-03-06",
        f"title: {'long ' * 40}, start: 2025-03-07",
    )

    assert [name.removeprefix("agenda/") for name in files] == [
        "2025-03-04-10h00-ete-1-co.ics",
        "2025-03-04-14h00-ete-1-co.ics",
        "2025-03-05-ete-1-co.ics",
        "2025-03-06-80eff1a7.ics",
        f"2025-03-07-{'long-' * 12}9822ab5b.ics",
    ]
    assert len({read_event(content)["UID"] for content in files.values()}) == len(files)


TWINS = {
    "hour": ("title: Atelier, start: 2025-03-04 09:00", "title: Atelier, start: 2025-03-04 14:00"),
    "hour or none": (
        "title: Atelier, start: 2025-03-04",
        "title: Atelier, start: 2025-03-04 14:00",
    ),
    "signs": (
        "title: Atelier C, start: 2025-03-04 09:00",
        "title: Atelier C++, start: 2025-03-04 09:00",
    ),
    "script": ("title: مرحبا, start: 2025-03-04", "title: 你好, start: 2025-03-04"),
    "end of a long title": (
        f"title: {'long ' * 20}matin, start: 2025-03-04",
        f"title: {'long ' * 20}soir, start: 2025-03-04",
    ),
}


@pytest.mark.parametrize("apart_by", TWINS)
def test_an_event_keeps_its_identity_where_a_later_issue_leaves_its_twin_out(
    apart_by: str, files_of: FilesOf
) -> None:
    first, second = TWINS[apart_by]
    both = files_of(first, second)

    alone = files_of(second)

    (name,) = alone
    assert len(both) == 2
    assert list(both)[1] == name
    assert read_event(both[name])["UID"] == read_event(alone[name])["UID"]


def test_the_same_hour_and_title_in_two_towns_are_told_apart_by_the_town(
    files_of: FilesOf,
) -> None:
    rennes = "title: Rentrée, start: 2025-03-04 18:00, place: Rennes"
    lille = "title: Rentrée, start: 2025-03-04 18:00, place: Lille"

    assert files_of(rennes, lille).keys() == files_of(lille, rennes).keys()
    assert list(files_of(lille, rennes)) == [
        "agenda/2025-03-04-18h00-rentree-lille.ics",
        "agenda/2025-03-04-18h00-rentree-rennes.ics",
    ]


def test_what_nothing_tells_apart_is_numbered(files_of: FilesOf) -> None:
    files = files_of(*(f"title: Rentrée, start: 2025-03-04, price: {each} €" for each in (1, 2)))

    assert list(files) == ["agenda/2025-03-04-rentree.ics", "agenda/2025-03-04-rentree-2.ics"]


@pytest.mark.parametrize(
    "changed",
    [
        "title: 'Salon : « été »', start: 2025-03-04 18:00, status: cancelled",
        "title: SALON Été, start: 2025-03-04 18:00, place: Paris",
    ],
)
def test_what_is_cancelled_moved_to_another_room_or_spelt_better_keeps_its_identity(
    changed: str, files_of: FilesOf
) -> None:
    before = only_file(files_of("title: Salon ete, start: 2025-03-04 18:00"))

    after = only_file(files_of(changed))

    assert read_event(before)["UID"] == read_event(after)["UID"]


def test_a_merge_field_gives_its_fallback_or_nothing(files_of: FilesOf) -> None:
    files = files_of(
        "title: 'Salon de ((first name | tous))', start: 2025-03-04, "
        "place: '((email))Paris', link: 'https://example.org/((first name | x))'"
    )

    event = read_event(only_file(files))
    assert event["SUMMARY"] == "Salon de tous"
    assert event["LOCATION"] == "Paris"
    assert event["URL"] == "https://example.org/x"
    assert list(files) == ["agenda/2025-03-04-salon-de-tous.ics"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("start: 2025-02-12 18:00+04:00", "18 h (UTC+4)"),
        (
            "start: 2025-02-12 18:00+04:00, end: 2025-02-12 20:00",
            "de 18 h à 20 h (UTC+4)",
        ),
        ("start: 2025-02-12 18:00, timezone: Indian/Reunion", "18 h (heure de La Réunion)"),
        (
            "end: 2025-02-12 20:00, start: 2025-02-12 18:00, timezone: Indian/Reunion",
            "de 18 h à 20 h (heure de La Réunion)",
        ),
        ("start: 2025-02-12 15:00+01:00, timezone: Indian/Reunion", "18 h (heure de La Réunion)"),
        ("start: 2025-02-12 18:00, timezone: Africa/Cairo", "18 h (heure du Caire)"),
        ("start: 2025-02-12 18:00, timezone: Europe/Athens", "18 h (heure d’Athènes)"),
        ("start: 2025-02-12 18:00, timezone: Europe/Brussels", "18 h"),
        ("start: 2025-02-12 18:00+01:00", "18 h"),
        ("start: 2025-02-12, timezone: Indian/Reunion", ""),
    ],
)
def test_an_hour_of_another_zone_is_shown_as_typed_with_its_zone(
    typed: str, said: str, settings: Settings, write_issue: WriteIssue
) -> None:
    path = write_issue(START + f"      - {{title: Salon, {typed}, place: Lieu}}\n")

    text = render_document(load(path, settings), settings).text.replace("\u00a0", " ")

    day = "mercredi 12 février 2025"
    assert f"{day}, {said} · Lieu" in text or (not said and f"{day} · Lieu" in text)


def test_a_calendar_says_the_zone_of_a_deadline(files_of: FilesOf) -> None:
    content = only_file(
        files_of(
            "title: Salon, start: 2025-02-12 18:00, timezone: Indian/Reunion, "
            "registration_deadline: 2025-02-10 12:00"
        )
    )

    assert "10 février 2025, 12 h (heure de La Réunion)" in (
        read_event(content)["DESCRIPTION"].replace("\u00a0", " ")
    )


@pytest.fixture(name="settings_with_files")
def read_settings_with_files(workspace: Path) -> Settings:
    path = workspace / "newsletter.yaml"
    path.write_text(path.read_text() + "site: {files_url: https://example.org/fichiers/}\n")
    settings = load_settings(workspace).settings
    assert settings is not None
    return settings


def test_a_mail_links_to_each_file_where_files_are_online(
    write_issue: WriteIssue, settings_with_files: Settings
) -> None:
    issue = load(
        write_issue(
            START + "      - {title: Salon ((email)), start: 2025-03-04}\n"
            "      - {title: Annulé, start: 2025-03-05, status: cancelled}\n"
        ),
        settings_with_files,
    )

    document = render_document(issue, settings_with_files)

    address = "https://example.org/fichiers/essai/agenda/2025-03-04-salon.ics"
    assert next(iter(agenda_as_ics(issue, settings_with_files))) in address
    assert f'href="{address}"' in document.html
    assert address in document.text
    assert "annule.ics" not in document.html + document.text


def test_a_mail_without_such_an_address_has_no_such_link(
    write_issue: WriteIssue, settings: Settings
) -> None:
    issue = load(write_issue(START + "      - {title: Salon, start: 2025-03-04}\n"), settings)

    document = render_document(issue, settings)

    assert ".ics" not in document.html + document.text


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200)


@example(title="a" * 300, place=r"a\b;c,d\n")
@given(title=WORDS, place=WORDS)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_come_back_from_a_calendar_file(
    title: str, place: str, settings: Settings, write_issue: WriteIssue
) -> None:
    issue = load(write_issue(START + "      - {title: x, start: 2025-03-04 10:00}\n"), settings)
    (agenda,) = issue.items
    assert isinstance(agenda, Agenda)
    shown = Event(**{**vars(agenda.events[0]), "title": title, "place": place})
    items = (replaced(agenda, events=(shown,)),)

    content = only_file(agenda_as_ics(replaced(issue, items=items), settings))

    event = read_event(content)
    assert event["SUMMARY"] == apply_typography(title, language="fr")
    assert event["LOCATION"] == apply_typography(place, language="fr")
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = [written.decode() for written in content.split(b"\r\n")]  # no character is cut
    assert max(len(each.encode()) for each in lines) <= MAX_LINE_BYTES
    assert not re.search(r"[\r\n]", "".join(lines))


def test_two_builds_write_the_same_bytes(files_of: FilesOf) -> None:
    event = "title: Salon, start: 2025-03-04 18:00"

    assert files_of(event) == files_of(event)
