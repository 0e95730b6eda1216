"""From YAML to plain values, each with its place."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self, TypeAlias

import yaml

from newsletter.problems.problem import Fault, Position
from newsletter.source import faults
from newsletter.source.lines import GLUED, REFUSED, Draft


class YamlText(str):
    """A text value, always as typed: "012", "Non", "12:30"."""

    __slots__ = ("paragraphs",)
    paragraphs: str
    """The same text with the writer's own line breaks, for Markdown and addresses."""

    def __new__(cls, value: str, paragraphs: str | None = None) -> Self:
        """Return `value` as text; `paragraphs` is `value` when nothing else is given."""
        text = super().__new__(cls, value)
        text.paragraphs = value if paragraphs is None else paragraphs
        return text


Value: TypeAlias = dict[str, "Value"] | list["Value"] | YamlText
# libyaml reads eleven times faster than the parser in Python; a system without it still works.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_LEVELS = 20  # an issue has eight at most: sections, items, people, career, picture…
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# Around a key these do not show: space, Tab, no-break spaces (U+00A0, U+2007, U+202F), zero-width
# characters (U+200B to U+200D), word joiner (U+2060).
UNSEEN = " \t\xa0\u2007\u202f\u200b\u200c\u200d\u2060"
Event: TypeAlias = Any  # the stubs say that an event may be without marks; parsed ones never are


class Extent(NamedTuple):
    """Where a value begins and ends, and its key if it has one, as offsets in the file's text."""

    start: int
    end: int
    key: int
    children: Mapping[str | int, "Extent"]


Found: TypeAlias = tuple[Value | None, Extent]


class GivenUpError(Exception):
    """The file has more levels than MAX_LEVELS or more problems than are told; it is reported."""


class TreeBuilder:
    """Makes values of the lines of a draft; what a writer can mend is reported in it."""

    # The library's events are read directly: that is as fast as its composer, stops at a depth,
    # refuses what a writer cannot have meant, and never guesses a type.

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._events: Iterator[Event] = yaml.parse("\n".join([*draft.lines, ""]), Loader=LOADER)
        self._level = 0

    def root(self) -> Found | None:
        """Return the values with their places; raise GivenUpError, or `MarkedYAMLError`."""
        found: Found | None = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                found = self._node(event)
            elif isinstance(event, yaml.DocumentStartEvent) and found:
                self._report(event, faults.SECOND_DOCUMENT.of())
                break
        return found

    def _report(self, event: Event, fault: Fault) -> None:
        self._draft.report(event.start_mark.line, event.start_mark.column, fault)
        if self._draft.is_full:
            raise GivenUpError

    def _node(self, event: Event, key: Event | None = None) -> Found:
        self._refuse_signs(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._text(event), self._extent(event, event, key, {})
        if isinstance(event, yaml.AliasEvent):
            return None, self._extent(event, event, key, {})
        if self._level == MAX_LEVELS:
            self._report(event, faults.TOO_DEEP.of(levels=MAX_LEVELS))
            raise GivenUpError
        self._level += 1
        is_list = isinstance(event, yaml.SequenceStartEvent)
        value, children, end = self._list() if is_list else self._mapping(key)
        self._level -= 1
        return value, self._extent(event, end, key, children)

    def _extent(
        self, first: Event, last: Event, key: Event | None, children: Mapping[Any, Extent]
    ) -> Extent:
        marks = (first.start_mark, last.end_mark, (key or first).start_mark)
        start, end, at_key = (self._draft.offset(mark.line, mark.column) for mark in marks)
        return Extent(start, end, at_key, children)

    def _refuse_signs(self, event: Event) -> None:
        if event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            self._report(event, faults.NAMED_VALUE.about(f"{sign}{event.anchor}", sign=sign))
        elif (tag := getattr(event, "tag", None)) is not None:
            typed = f"!{tag.removeprefix('!')}"
            self._report(event, faults.NAMED_VALUE.about(typed, sign="!"))

    def _text(self, event: Event) -> YamlText | None:
        value = paragraphs = event.value.rstrip("\n")
        if not event.style and value in NULLS:
            return None
        row = event.start_mark.line
        if row != event.end_mark.line:
            paragraphs = _paragraphs(event, self._draft.lines)
        has_escapes = event.style == '"' and "\\" in self._draft.lines[row]
        if has_escapes and (refused := REFUSED.search(value)):  # "\\0" is a NUL
            self._report(event, faults.stray_character(refused[0], faults.shown(value[:20])))
            value, paragraphs = (REFUSED.sub("", each) for each in (value, paragraphs))
        value, paragraphs = map(self._draft.undisguised, (value, paragraphs))
        return YamlText(value, paragraphs)

    def _list(self) -> tuple[Value, dict[int, Extent], Event]:
        values: list[Value] = []
        places: dict[int, Extent] = {}
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            value, place = self._node(event)
            if value is not None:
                places[len(values)] = place
                values.append(value)
        return values, places, event

    def _mapping(self, its_key: Event | None) -> tuple[Value, dict[str, Extent], Event]:
        values: dict[str, Value] = {}
        places: dict[str, Extent] = {}
        # `for: {region: Wales, Scotland}`: newsletter.values.audiences says what it lacks.
        is_audience = getattr(its_key, "value", "").endswith("for")
        cut: dict[str, list[Event]] = {}  # what a comma cut off each text, or what has no key
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            name, value_event = self._key(event), next(self._events)
            value, place = self._node(value_event, event)
            is_cut = name and value is None and not self._has_colon(event, value_event)
            if is_cut and not is_audience:
                before = next(reversed(places), "")
                key = before if isinstance(values.get(before, name), str) else ""
                cut.setdefault(key, []).append(event)
            elif name in places:
                first = Position.at(self._draft.text, places[name].key).line
                self._report(event, faults.DUPLICATE_KEY.of(key=faults.shown(name), line=first))
            elif name is not None:
                places[name] = place
                if value is not None:
                    values[name] = value
        for key, events in cut.items():
            self._join(values, key, events)
        return values, places, event

    def _has_colon(self, key: Event, value: Event) -> bool:
        marks = (key.end_mark, value.start_mark)
        start, end = (self._draft.offset(mark.line, mark.column) for mark in marks)
        return ":" in self._draft.text[start:end]

    def _join(self, values: dict[str, Value], key: str, events: Sequence[Event]) -> None:
        """Report what has no colon in a group, and read it as the end of the text of `key`."""
        rest = ""
        for event in events:
            start = self._draft.offset(event.start_mark.line, event.start_mark.column)
            comma = "," if self._draft.text[start - 1] == "," else ", "  # 2,5 has no space
            rest += comma + self._draft.undisguised(event.value)
        words = rest.lstrip(", ")
        if glued := GLUED.match(words):
            fault = faults.MISSING_SPACE.of(key=faults.shown(glued["key"]))
            values[glued["key"]] = YamlText(words[glued.end() :])
        elif key:
            values[key] = whole = YamlText(f"{values[key]}{rest}" if key in values else words)
            fault = faults.cut_in_brackets(key, whole, ",")
        else:
            fault = faults.text_without_field(words, "", 0)
        self._report(events[0], fault)

    def _key(self, event: Event) -> str | None:
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_signs(event)
            return self._draft.undisguised(event.value).strip(UNSEEN)
        self._report(event, faults.UNREADABLE_LINE.of())
        self._node(event)
        return None


def _paragraphs(event: Event, typed: Sequence[str]) -> str:
    """Return the text of an event as its writer broke it, without the indentation."""
    start, end = event.start_mark, event.end_mark
    folded: str = event.value
    style, lines, column = event.style, typed[start.line : end.line + 1], start.column
    if style == "|":
        return folded.rstrip("\n")
    if end.line < len(typed):  # else the value ends after the last line break
        lines = [*lines[:-1], lines[-1][: end.column]]
    if style == ">":
        return _dedented(lines[1:]).rstrip("\n \t")
    if style == '"' and any("\\" in line for line in lines):
        return folded.replace("\n", "\n\n").rstrip("\n")
    if not style and lines[0][:column].isspace():
        return _dedented(lines).strip("\n")
    text = "\n".join([lines[0][column + bool(style) :], _dedented(lines[1:])])
    if style:  # a quote
        text = text.removesuffix(style).rstrip("\n \t").lstrip("\n")
        return text.replace("''", "'") if style == "'" else text
    return text.rstrip("\n")


def _dedented(lines: Sequence[str]) -> str:
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return "\n".join(line[indent:] for line in lines)
