"""The archive in parts: a page for each year and each series, none too long to open on a phone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from newsletter.rendering.calendar import as_file_name
from newsletter.site.online_issue import OnlineIssue
from newsletter.values.suggestions import fold

MAX_LINES = 150  # of 350 bytes each where titles are long: 52 kB


@dataclass(frozen=True)
class Part:
    """A page of the archive: what it is called, where it is, what it lists."""

    name: str
    address: str
    entries: Sequence[OnlineIssue]


def years_of(shown: Sequence[OnlineIssue], folder: str) -> list[Part]:
    """Return the pages of the years below an address, the newest first."""
    by_year = groupby(shown, key=lambda each: each.published.since.year)
    return [
        part
        for year, some in by_year
        for part in _parts(str(year), f"{folder}archives/{year}", list(some))
    ]


def series_of(shown: Sequence[OnlineIssue], folder: str) -> list[Part]:
    """Return the pages of the series below an address, in the order of the alphabet."""
    found: dict[str, list[OnlineIssue]] = {}
    for each in shown:
        if each.shown.series:
            found.setdefault(as_file_name(each.shown.series), []).append(each)
    by_name = sorted(found.items(), key=lambda each: fold(each[1][0].shown.series))
    return [
        part
        for name, some in by_name
        for part in _parts(some[0].shown.series, f"{folder}series/{name}", some)
    ]


def _parts(name: str, address: str, entries: Sequence[OnlineIssue]) -> Iterator[Part]:
    for first in range(0, len(entries), MAX_LINES):
        number, some = first // MAX_LINES + 1, entries[first : first + MAX_LINES]
        is_first = number == 1
        yield Part(
            name if is_first else f"{name} ({number})",
            address if is_first else f"{address}/{number}",
            some,
        )
