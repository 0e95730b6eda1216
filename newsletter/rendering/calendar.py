"""The events of an issue's agendas, each as a file that calendar programs open (RFC 5545)."""

import hashlib
import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from itertools import chain, count
from pathlib import PurePosixPath
from urllib.parse import quote
from zoneinfo import ZoneInfo

from newsletter.content.items import Agenda, Event
from newsletter.content.loading import Issue
from newsletter.content.visible import online_parts
from newsletter.i18n import N_, translator
from newsletter.rendering.addresses import address_in, files_address
from newsletter.rendering.localised import format_moment
from newsletter.rendering.markdown.markdown import parse_markdown, render_markdown_text
from newsletter.rendering.merge import replace_merge_fields, with_fallbacks
from newsletter.rendering.text_layout import NumberedLinks
from newsletter.rendering.typography import apply_typography
from newsletter.settings.settings import Settings
from newsletter.values.dates import calendar_day
from newsletter.values.suggestions import fold

CALENDAR_FOLDER = "agenda"
PRODUCT = "PRODID:-//newsletter//agenda//EN"
MAX_LINE_BYTES = 75  # RFC 5545, 3.1
MAX_NAME_LENGTH = 60  # a title may be a whole sentence
STATUSES = {"cancelled": "CANCELLED", "save-the-date": "TENTATIVE", "postponed": "TENTATIVE"}
# No file is about a year before, and Python counts no day after 31 December 9999.
_FIRST_ZONE_YEAR, _LAST_ZONE_YEAR = 1971, 9000
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_PRINTABLE_ASCII = "".join(map(chr, range(33, 127)))


def agenda_as_ics(issue: Issue, settings: Settings) -> dict[str, bytes]:
    """Return calendar files, the same for everyone: "agenda/2025-03-04-salon.ics" -> file."""
    named = _named_events(issue)
    return {name: _calendar(event, name, issue, settings) for _event, event, name in named}


def _named_events(issue: Issue) -> Iterator[tuple[Event, Event, str]]:
    """Yield each event as templates have it and as it is to everyone, and the name of its file."""
    # An event that stands twice has one file; where several share day, hour and title their places
    # tell them apart, and a number only what nothing else does. Nothing else in the issue has a
    # say: what a later issue announces keeps its name, whichever others it leaves out.
    found: list[tuple[Event, Event]] = []
    ways = events_in(replace_merge_fields(issue, {})), events_in(with_fallbacks(issue))
    for pair in zip(*ways, strict=True):
        if all(pair[0] != event for event, _plain in found):
            found.append(pair)
    stems = [_stem(plain) for _event, plain in found]
    names: list[str] = []
    for (event, plain), stem in zip(found, stems, strict=True):
        if stems.count(stem) > 1 and plain.place:
            stem = f"{stem}-{as_file_name(plain.place)}"
        numbered = (f"{stem}-{number}" for number in count(2))
        names.append(next(name for name in chain([stem], numbered) if name not in names))
        yield event, plain, f"{CALENDAR_FOLDER}/{names[-1]}.ics"


def events_in(issue: Issue) -> Iterator[Event]:
    """Return the events of all agendas of an issue."""
    return chain.from_iterable(item.events for item in issue.all_items if isinstance(item, Agenda))


def _stem(event: Event) -> str:
    """Return "2025-03-04-18h30-salon": what an event is, whatever issue announces it."""
    hour = f"{event.start:-%Hh%M}" if isinstance(event.start, datetime) else ""
    return f"{calendar_day(event.start)}{hour}-{as_file_name(event.title)}"


def as_file_name(words: str) -> str:
    """Return words as part of a file's name, with a digest of them where it cannot show all."""
    # Accents, capitals and the signs of sentences do not count: to mend one changes nothing.
    name = re.sub(r"[\s\-.,:;!?'’«»“”\"()&/–—…|]+", "-", fold(words)).strip("-")
    shown = re.sub("[^a-z0-9]+", "-", name)[:MAX_NAME_LENGTH].strip("-")
    digest = "" if shown == name else hashlib.sha256(name.encode()).hexdigest()[:8]
    return "-".join(filter(None, (shown, digest)))


def calendar_links(issue: Issue, settings: Settings) -> list[tuple[Event, str]]:
    """Return events, with tokens as in templates, and the address of their file where online."""
    folder = files_address(issue, settings)
    if folder is None:
        return []
    if settings.site and settings.site.web:  # the site has the files of what everyone may read
        issue = online_parts(issue, for_some=issue.web.parts == "all")
    return [
        (event, address_in(folder, name))
        for event, _plain, name in _named_events(issue)
        if event.status != "cancelled"  # nobody adds it to a calendar
    ]


def _calendar(event: Event, name: str, issue: Issue, settings: Settings) -> bytes:
    # The same in every issue that announces the event: so a later issue's file, with another place
    # or cancelled, replaces what a reader noted.
    uid = f"{PurePosixPath(name).stem}@{settings.senders['default'].email.rpartition('@')[2]}"
    zone, end = getattr(event.start, "tzinfo", None), _end(event)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        PRODUCT,
        *(timezone_lines(zone, event.start.year) if isinstance(zone, ZoneInfo) else ()),
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}",
        # No clock: what was said on the day of the issue is what a later issue replaces.
        f"DTSTAMP:{_figures(issue.date)}T000000Z",
        f"DTSTART{_moment(event.start)}",
        # RFC 5545 wants the end after the start (3.8.2.2).
        *([f"DTEND{_moment(end)}"] if end is not None and end > event.start else ()),
        *_words(event, issue.language or settings.language, settings.zone),
        # A day to know of, or a fair of three, leaves the reader free for meetings.
        *(() if isinstance(event.start, datetime) else ("TRANSP:TRANSPARENT",)),
        f"STATUS:{STATUSES.get(event.status or '', 'CONFIRMED')}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _end(event: Event) -> date | None:
    """Return the moment when the event is over: for days, the day after the last."""
    if event.end is None or isinstance(event.end, datetime):
        return event.end
    if event.end in {calendar_day(event.start), date.max}:
        return None
    following = event.end + _DAY
    if isinstance(event.start, datetime):
        return datetime.combine(following, time(tzinfo=event.start.tzinfo))
    return following


def _moment(moment: date) -> str:
    if not isinstance(moment, datetime):
        return f";VALUE=DATE:{_figures(moment)}"
    zone = moment.tzinfo
    # Of an hour that comes twice in autumn, calendars take the first (RFC 5545, 3.3.5).
    is_second = moment.utcoffset() != moment.replace(fold=0).utcoffset()
    if is_second or not isinstance(zone, ZoneInfo):
        there = moment.astimezone(UTC)
        return f":{_figures(there)}T{there:%H%M%S}Z"
    return f";TZID={zone.key}:{_figures(moment)}T{moment:%H%M%S}"


def _words(event: Event, language: str, home: ZoneInfo) -> Iterator[str]:
    """Yield what the event is, where, and all that a reader would look for on the day."""
    say, links = translator(language), NumberedLinks()
    typeset = partial(apply_typography, language=language)
    yield f"SUMMARY:{_text(typeset(event.title))}"
    if place := event.place or (say(N_("online")) if event.online else None):
        yield f"LOCATION:{_text(typeset(place))}"
    link = event.link or ""
    facts = [typeset(event.price or "")]
    if event.registration_deadline:
        until = format_moment(event.registration_deadline, language, home)
        facts.append(typeset(say(N_("Register by {date}")).format(date=until)))
    # It is not wrapped: calendars do so, to their own width.
    parsed = parse_markdown(event.description or "", language=language)
    description = render_markdown_text(parsed, width=10_000, number_link=links.number).strip("\n")
    # The link stands here too: many calendars do not show URL.
    parts = (description, links.listing(), "\n".join(filter(None, (*facts, link))))
    if any(parts):
        yield "DESCRIPTION:" + _text("\n\n".join(filter(None, parts)))
    if link.startswith("http"):
        yield f"URL:{quote(link, safe=_PRINTABLE_ASCII)}"


def _text(words: str) -> str:
    """Return words as a value of type TEXT (RFC 5545, 3.3.11)."""
    return re.sub(r"[\\;,]", r"\\\g<0>", words).replace("\n", r"\n")


def _folded(line: str) -> str:
    """Return a line in pieces of at most 75 bytes, no character cut in two (RFC 5545, 3.1)."""
    pieces, piece = [], ""
    for letter in line:
        if len(f"{piece}{letter}".encode()) > MAX_LINE_BYTES:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece])


def _figures(moment: date) -> str:
    return calendar_day(moment).isoformat().replace("-", "")


@lru_cache(maxsize=32)
def timezone_lines(zone: ZoneInfo, year: int) -> tuple[str, ...]:
    """Return the VTIMEZONE that holds for what begins in `year` (RFC 5545, 3.6.5)."""
    # Our own, for icalendar 7.3 writes the spring change an hour late, and dates one by one where
    # classic Outlook expects a yearly rule for summer and one for winter.
    year = min(max(year, _FIRST_ZONE_YEAR), _LAST_ZONE_YEAR)
    # From the year before: in January clocks stand as they were set in October.
    start, end = (datetime(each, 1, 1, tzinfo=UTC) for each in (year - 1, year + 2))
    changes: dict[tuple[str, ...], list[datetime]] = {}
    for moment in _changes(zone, start, end):
        before, after = (moment - _MINUTE).astimezone(zone), moment.astimezone(zone)
        begun = (before + _MINUTE).replace(tzinfo=None)  # as the clocks before it count
        changes.setdefault(_clocks(before, after), []).append(begun)
    if all(moments[0].year >= year for moments in changes.values()):
        first = start.astimezone(zone)
        changes[_clocks(first, first)] = [start.replace(tzinfo=None)]
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone.key}"]
    for (kind, *clocks_there), moments in changes.items():
        lines += [f"BEGIN:{kind}", f"DTSTART:{moments[0]:%Y%m%dT%H%M%S}", *_repeated(moments)]
        lines += [*clocks_there, f"END:{kind}"]
    return (*lines, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the minutes from which a zone's clocks stand otherwise than before."""

    def offset(moment: datetime) -> timedelta | None:
        return moment.astimezone(zone).utcoffset()

    for day in (start + number * _DAY for number in range((end - start).days)):
        if offset(day) != offset(day + _DAY):
            minutes = (day + number * _MINUTE for number in count(1))
            yield next(each for each in minutes if offset(each) != offset(day))


def _clocks(before: datetime, after: datetime) -> tuple[str, ...]:
    """Return how clocks stand after a change: summer or not, their name, how far from UTC."""
    return (
        "DAYLIGHT" if after.dst() else "STANDARD",
        f"TZNAME:{after:%Z}",
        f"TZOFFSETFROM:{before:%z}",
        f"TZOFFSETTO:{after:%z}",
    )


def _repeated(moments: Sequence[datetime]) -> Iterator[str]:
    """Yield the rule by which a change comes round each year ("last Sunday of March"), or dates."""
    days = {(each.month, _WEEKDAYS[each.weekday()], each.time()) for each in moments}
    weeks = {(each.day - 1) // 7 + 1 for each in moments}
    if all(each.day + 7 > monthrange(each.year, each.month)[1] for each in moments):
        weeks = {-1}
    if len(moments) > 1 and len(days) == len(weeks) == 1:
        ((month, weekday, _time),) = days
        yield f"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY={weeks.pop()}{weekday}"
    elif moments[1:]:
        yield "RDATE:" + ",".join(f"{moment:%Y%m%dT%H%M%S}" for moment in moments[1:])
