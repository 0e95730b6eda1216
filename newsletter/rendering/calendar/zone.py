"""When a zone's clocks change, as calendar programs are told: VTIMEZONE (RFC 5545, 3.6.5).

Our own, for icalendar 7.3 writes the spring change an hour late, and dates one by one where classic
Outlook expects a yearly rule for summer and one for winter.
"""

from bisect import bisect
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


class _Clocks(NamedTuple):
    """How clocks stand from a change on: their name, and how far from UTC, before and after."""

    is_summer: bool
    name: str
    before: timedelta
    after: timedelta


@lru_cache(maxsize=32)
def timezone_lines(zone: ZoneInfo, year: int) -> tuple[str, ...]:
    """Return the VTIMEZONE that holds for what begins in `year`."""
    # From the year before: in January clocks stand as they were set in October.
    start = datetime(year - 1, 1, 1, tzinfo=UTC)
    changes: dict[_Clocks, list[datetime]] = {}
    for moment in _changes(zone, start, datetime(year + 2, 1, 1, tzinfo=UTC)):
        clocks = _clocks(zone, moment - _SECOND, moment)
        changes.setdefault(clocks, []).append(moment.replace(tzinfo=None) + clocks.before)
    if all(moments[0].year >= year for moments in changes.values()):
        changes[_clocks(zone, start, start)] = [start.replace(tzinfo=None)]
    observances = (line for each in changes.items() for line in _observance(*each))
    return ("BEGIN:VTIMEZONE", f"TZID:{zone.key}", *observances, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the first second of each change of clocks, in UTC."""
    for day in (start + number * _DAY for number in range((end - start).days)):
        if _offset(zone, day) != _offset(zone, day + _DAY):
            is_changed = partial(_differs, zone, day)
            yield day + bisect(range(_DAY // _SECOND), False, key=is_changed) * _SECOND


def _differs(zone: ZoneInfo, day: datetime, second: int) -> bool:
    return _offset(zone, day + second * _SECOND) != _offset(zone, day)


def _clocks(zone: ZoneInfo, before: datetime, after: datetime) -> _Clocks:
    there = after.astimezone(zone)
    name = there.tzname() or zone.key
    return _Clocks(bool(there.dst()), name, _offset(zone, before), _offset(zone, after))


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _observance(clocks: _Clocks, moments: Sequence[datetime]) -> Iterator[str]:
    kind = "DAYLIGHT" if clocks.is_summer else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{moments[0]:%Y%m%dT%H%M%S}"
    if rule := _yearly_rule(moments):
        yield f"RRULE:{rule}"
    elif moments[1:]:
        yield "RDATE:" + ",".join(f"{moment:%Y%m%dT%H%M%S}" for moment in moments[1:])
    yield f"TZNAME:{clocks.name}"
    yield f"TZOFFSETFROM:{_signed(clocks.before)}"
    yield f"TZOFFSETTO:{_signed(clocks.after)}"
    yield f"END:{kind}"


def _yearly_rule(moments: Sequence[datetime]) -> str:
    """Return the rule by which a change comes round each year ("last Sunday of March"), or ""."""
    days = {(each.month, _WEEKDAYS[each.weekday()], each.time()) for each in moments}
    weeks = {(each.day - 1) // 7 + 1 for each in moments}
    if all(each.day + 7 > monthrange(each.year, each.month)[1] for each in moments):
        weeks = {-1}
    if len(moments) == 1 or len(days) > 1 or len(weeks) > 1:
        return ""
    ((month, weekday, _time),) = days
    return f"FREQ=YEARLY;BYMONTH={month};BYDAY={weeks.pop()}{weekday}"


def _signed(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
