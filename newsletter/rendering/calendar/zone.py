"""When a zone's clocks change, as calendar programs are told: VTIMEZONE (RFC 5545, 3.6.5).

Our own, for icalendar 7.3 writes the spring change an hour late, and dates one by one where classic
Outlook expects a yearly rule for summer and one for winter.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = timedelta(days=1)


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
        clocks = _clocks(zone, moment - timedelta(seconds=1), moment)
        changes.setdefault(clocks, []).append(moment.replace(tzinfo=None) + clocks.before)
    if not any(each.year < year for moments in changes.values() for each in moments):
        changes[_clocks(zone, start, start)] = [start.replace(tzinfo=None)]
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone.key}"]
    for clocks, moments in changes.items():
        lines += _observance(clocks, moments)
    return (*lines, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the first second of each change of clocks, in UTC."""
    day = start
    while day < end:
        if _offset(zone, day) != _offset(zone, day + _DAY):
            unchanged, changed = 0, int(_DAY.total_seconds())
            while changed - unchanged > 1:
                middle = (unchanged + changed) // 2
                if _offset(zone, day + timedelta(seconds=middle)) == _offset(zone, day):
                    unchanged = middle
                else:
                    changed = middle
            yield day + timedelta(seconds=changed)
        day += _DAY


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
    first, *others = moments
    weekday = _WEEKDAYS[first.weekday()]
    for place in (_from_end, _from_start):
        kept = {(each.month, each.weekday(), place(each), each.time()) for each in moments}
        if others and len(kept) == 1 and place(first):
            return f"FREQ=YEARLY;BYMONTH={first.month};BYDAY={place(first)}{weekday}"
    return ""


def _from_end(day: datetime) -> int:
    """Return -1 for the last of its weekday in the month, else 0."""
    return -1 if day.day + 7 > monthrange(day.year, day.month)[1] else 0


def _from_start(day: datetime) -> int:
    """Return 2 for the second of its weekday in the month."""
    return (day.day - 1) // 7 + 1


def _signed(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
