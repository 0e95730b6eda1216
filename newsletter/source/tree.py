"""From YAML to plain values, each with its place.

The library's event stream is read directly: it is as fast as its composer, and it lets us stop at
a depth, refuse what a writer cannot have meant, and never guess a type.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from newsletter.problems.problem import Fault
from newsletter.source import faults
from newsletter.source.draft import REFUSED, Draft
from newsletter.source.texts import YamlText, paragraphs_of

Value: TypeAlias = dict[str, "Value"] | list["Value"] | YamlText

# libyaml reads eleven times faster than the parser in Python; a system without it still works.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_LEVELS = 20  # an issue has eight at most: sections, items, people, career, picture…

NULLS = frozenset({"", "~", "null", "Null", "NULL"})

# Around a key these do not show: space, Tab, no-break spaces (U+00A0, U+2007, U+202F), zero-width
# characters (U+200B to U+200D), word joiner (U+2060).
UNSEEN = " \t\xa0\u2007\u202f\u200b\u200c\u200d\u2060"

Spot: TypeAlias = tuple[int, int]
Event: TypeAlias = Any  # the stubs say that an event may be without marks; parsed ones never are


class Extent(NamedTuple):
    """Where a value begins and ends, and its key, in rows and columns of the mended lines."""

    start: Spot
    end: Spot
    key: Spot | None
    children: "dict[str, Extent] | list[Extent] | None"


Found: TypeAlias = tuple[Value | None, Extent]


class GivenUpError(Exception):
    """The file has more levels than MAX_LEVELS or more problems than are told; it is reported."""


def build_tree(draft: Draft) -> Found | None:
    """Return the values of `draft` and their places; None when there is not even an empty one.

    What a writer can mend is reported in `draft`. Raises GivenUpError, and the library's
    `yaml.YAMLError` at what it cannot read.
    """
    return _Builder(draft).root()


def _spot(mark: Any) -> Spot:
    return mark.line, mark.column


class _Builder:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._events: Iterator[Event] = yaml.parse(draft.readable_text, Loader=LOADER)
        self._level = 0

    def root(self) -> Found | None:
        found: Found | None = None
        for event in self._events:
            if isinstance(event, NodeEvent):
                found = self._node(event)
            elif isinstance(event, DocumentStartEvent) and found:
                self._report(event, faults.second_document())
                break
        return found

    def _report(self, event: Event, fault: Fault) -> None:
        self._draft.report(event.start_mark.line, event.start_mark.column, fault)
        if self._draft.is_full:
            raise GivenUpError

    def _node(self, event: Event, key: Spot | None = None) -> Found:
        self._refuse_signs(event)
        if isinstance(event, ScalarEvent):
            return self._text(event, key)
        if isinstance(event, AliasEvent):
            return None, Extent(_spot(event.start_mark), _spot(event.end_mark), key, None)
        if self._level == MAX_LEVELS:
            self._report(event, faults.too_deep(MAX_LEVELS))
            raise GivenUpError
        self._level += 1
        is_list = isinstance(event, SequenceStartEvent)
        found = self._list(event, key) if is_list else self._mapping(event, key)
        self._level -= 1
        return found

    def _refuse_signs(self, event: Event) -> None:
        if event.anchor is not None:
            sign = "*" if isinstance(event, AliasEvent) else "&"
            self._report(event, faults.named_value(sign, event.anchor))
        elif getattr(event, "tag", None) is not None:
            self._report(event, faults.named_value("!", event.tag))

    def _text(self, event: Event, key: Spot | None) -> Found:
        place = Extent(_spot(event.start_mark), _spot(event.end_mark), key, None)
        value = event.value.rstrip("\n")
        if not event.style and value in NULLS:
            return None, place
        paragraphs = value if place.start[0] == place.end[0] else self._paragraphs(event, place)
        if event.style == '"' and "\\" in self._draft.lines[place.start[0]]:
            self._refuse_characters(event, value)
        if self._draft.is_mended:
            value, paragraphs = self._draft.undisguised(value), self._draft.undisguised(paragraphs)
        return YamlText(value, paragraphs), place

    def _refuse_characters(self, event: Event, value: str) -> None:
        """Report what was written as an escape and cannot be in a text, such as a NUL."""
        refused = REFUSED.search(value)
        if refused:
            self._report(event, faults.stray_character(refused[0], faults.shown(value[:20])))

    def _paragraphs(self, event: Event, place: Extent) -> str:
        (first, column), (last, end) = place.start, place.end
        lines = self._draft.lines[first : last + 1]
        if len(lines) > last - first:  # else the value ends after the last line break
            lines[-1] = lines[-1][:end]
        return paragraphs_of(event.value, event.style, lines, column).rstrip("\n")

    def _list(self, start: Event, key: Spot | None) -> Found:
        values: list[Value] = []
        places: list[Extent] = []
        event = next(self._events)
        while not isinstance(event, SequenceEndEvent):
            value, place = self._node(event)
            if value is not None:
                values.append(value)
                places.append(place)
            event = next(self._events)
        return values, Extent(_spot(start.start_mark), _spot(event.end_mark), key, places)

    def _mapping(self, start: Event, key: Spot | None) -> Found:
        values: dict[str, Value] = {}
        places: dict[str, Extent] = {}
        event = next(self._events)
        while not isinstance(event, MappingEndEvent):
            name = self._key(event)
            value, place = self._node(next(self._events), _spot(event.start_mark))
            if name in places:
                first_row = places[name].key or places[name].start
                self._report(event, faults.duplicate_key(name, first_row[0] + 1))
            elif name is not None:
                places[name] = place
                if value is not None:
                    values[name] = value
            event = next(self._events)
        return values, Extent(_spot(start.start_mark), _spot(event.end_mark), key, places)

    def _key(self, event: Event) -> str | None:
        if isinstance(event, ScalarEvent):
            self._refuse_signs(event)
            return self._draft.undisguised(event.value).strip(UNSEEN)
        self._report(event, faults.composite_key())
        self._node(event)
        return None
