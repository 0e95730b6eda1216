"""Where a value of a file is read, and the marks by which a type says how it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Annotated, Any, NamedTuple, Self, TypeVar
from zoneinfo import ZoneInfo

from newsletter.i18n import _
from newsletter.problems.problem import Fault, Problem
from newsletter.source import Loc, Source
from newsletter.values.model import Model
from newsletter.values.refusals import FaultInValue, Refused, empty

Reader = Callable[[Any, "Here"], Any]
Mark = Callable[[Reader], Reader]  # of a type, in `Annotated`: how it is read
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class ReadingContext:
    """What a file's values are read against: where files lie, what days and hours mean."""

    workspace: Path
    folder: Path
    timezone: ZoneInfo
    language: str = "fr"
    merge_fields: frozenset[str] = frozenset()
    senders: frozenset[str] = frozenset()
    organisations: Mapping[str, object] = field(default_factory=dict)
    boilerplates: Mapping[str, object] = field(default_factory=dict)
    contacts: Mapping[str, object] = field(default_factory=dict)
    audiences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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

    def __exit__(
        self, _type: object, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Refused):
            self.tell(*error.faults)
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
