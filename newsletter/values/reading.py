"""Where a value of a file is read, how it is refused, and the marks by which a type says both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, Self, TypeVar
from zoneinfo import ZoneInfo

from newsletter.i18n import _
from newsletter.problems.problem import Fault, Problem
from newsletter.source import Loc, Source
from newsletter.source.faults import in_quotes
from newsletter.values.model import Model

Reader = Callable[[Any, "Here"], Any]
Mark = Callable[[Reader], Reader]  # of a type, in `Annotated`: how it is read
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class FaultInValue:
    """A fault, and where in a value it is."""

    fault: Fault
    snippet: str = ""  # the very text to point at
    occurrence: int = 0  # which of those, from 0
    within: Loc = ()  # the way to the part of the value that is at fault
    on_key: bool = False  # of that part

    def in_file(self, source: Source, loc: Loc) -> Problem:
        """Return the problem that it is in the value at `loc`."""
        loc = (*loc, *self.within)
        if self.snippet:
            return self.fault.at(source.path, source.find(loc, self.snippet, self.occurrence))
        return self.fault.at(source.path, source.position(loc, key=self.on_key))


class Refused(Exception):  # noqa: N818 - no error of the program: it is caught where it is told
    """A value cannot be read: why, or nothing where its parts have told it."""


def refusal(rule: str, message: str, hint: str, *, snippet: str = "") -> Refused:
    """Return the error with which a field says the one thing that is wrong with its value."""
    return Refused(FaultInValue(Fault(rule, message, hint), snippet))


def text_is_due(value: object) -> Fault:
    """Return the fault of a list or of keys where one text stands."""
    if isinstance(value, list):
        hint = _("write a text, or remove it")
        if all(isinstance(each, str) for each in value):
            text = in_quotes(f"[{', '.join(value)}]")
            hint = _("for square brackets in a text, put quotes: {text}").format(text=text)
        return Fault("shape", _("a single text is needed here, not a list"), hint)
    message = _("a single text is needed here, not 'key: value' lines")
    if isinstance(value, dict) and "kind" in value:
        return Fault("shape", message, _("for items, put '- ' before each 'kind:'"))
    return Fault("shape", message, _('for a text with a colon, put quotes: "The fair: programme"'))


def empty(key: str, hint: str) -> Fault:
    """Return the fault of a key with nothing behind it."""
    return Fault("empty", _("'{key}' is empty").format(key=key), hint)


@dataclass(frozen=True)
class ReadingContext:
    """What a file's values are read against: where files lie, what days and hours mean."""

    workspace: Path
    folder: Path
    timezone: ZoneInfo
    language: str = "fr"
    merge_fields: frozenset[str] = frozenset()
    audiences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named: Mapping[str, Any] = field(default_factory=dict)  # what the settings have, by section


class File(NamedTuple):
    """A file that is being read, and what is wrong with it."""

    source: Source
    context: ReadingContext
    model: type[Model]
    problems: list[Problem]
    stand_ins: set[Loc]  # where the model has something else than the file says


class Here(NamedTuple):
    """Where a value is read; what is refused within `with` is told of this place."""

    file: File
    loc: Loc = ()
    beside: Mapping[str, Any] = MappingProxyType({})  # fields before it, of its structure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, Refused):
            self.tell(*error.args)
        return isinstance(error, Refused)

    @property
    def context(self) -> ReadingContext:
        """What the file is read against."""
        return self.file.context

    @property
    def key(self) -> str:
        """The key of the value, or its number in a list."""
        return str(self.loc[-1]) if self.loc else ""

    def inside(self, step: str | int, beside: Mapping[str, Any] = MappingProxyType({})) -> "Here":
        """Return the place of a part of the value."""
        return Here(self.file, (*self.loc, step), beside)

    def tell(self, *faults: Fault | FaultInValue | Problem) -> None:
        """Note what is wrong with the value."""
        for each in faults:
            found = FaultInValue(each) if isinstance(each, Fault) else each
            if isinstance(found, FaultInValue):
                found = found.in_file(self.file.source, self.loc)
            self.file.problems.append(found)


def before(function: Callable[[Any], Any]) -> Mark:
    """Return the mark of a type that is read from what `function` makes of a value."""
    return lambda read: lambda value, here: read(function(value), here)


def before_here(function: Reader) -> Mark:
    """Return the same of a function that looks at the place too."""
    return lambda read: lambda value, here: read(function(value, here), here)


def after(function: Callable[[Any], Any]) -> Mark:
    """Return the mark of a type of which `function` makes what is meant."""
    return lambda read: lambda value, here: function(read(value, here))


def after_here(function: Reader) -> Mark:
    """Return the same of a function that looks at the place too."""
    return lambda read: lambda value, here: function(read(value, here), here)


def or_instead(make: Callable[[], Any]) -> Mark:
    """Return the mark of entries that are at fault one by one: `make` makes what is seen then."""

    def mark(read: Reader) -> Reader:
        def read_or_make(value: object, here: Here) -> Any:
            with here:
                return read(value, here)
            here.file.stand_ins.add(here.loc)  # refused
            return make()

        return read_or_make

    return mark


def at_least_one(read: Reader) -> Reader:
    """Mark a list that may not be empty."""

    def read_some(value: object, here: Here) -> Any:
        if not (entries := read(value, here)):
            raise Refused(empty(here.key, _("add one entry")))
        return entries

    return read_some


Several = Annotated[tuple[Entry, ...], at_least_one]
