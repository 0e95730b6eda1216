"""What a part of a file is made of: the fields of a model, and what is said of each."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, NoReturn, TypeVar, cast, dataclass_transform, get_args

from newsletter.source import Loc

_UNSAID = object()  # no default: a file must have the field
ModelType = TypeVar("ModelType", bound="Model")
ValueType = TypeVar("ValueType")
PartType = TypeVar("PartType")


class Field(NamedTuple):
    """A field of a model."""

    name: str
    key: str  # under which a file has it: `for` is Python's word
    type: Any  # as annotated, with its marks
    description: str = ""
    default: Any = _UNSAID
    is_given: bool = False  # by the program: no file may say it
    instead: Any = None  # what the checks see where the file's value is at fault

    @property
    def is_required(self) -> bool:
        """Whether a file must have it."""
        return self.default is _UNSAID


def needed(description: str, *, instead: Any = "…") -> Any:
    """Return a field of a model that a file must have."""
    return Field("", "", None, description, instead=instead)


def optional(
    description: str, default: Any = None, *, key: str = "", instead: Any = _UNSAID
) -> Any:
    """Return a field of a model that a file may leave out."""
    instead = default if instead is _UNSAID else instead
    return Field("", key, None, description, default, instead=instead)


def given() -> Any:
    """Return a field of a model that the program fills, and no file."""
    return Field("", "", None, is_given=True)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(needed, given))
class _ModelClass(type):
    """The class of models, whose fields mypy checks as those of a dataclass."""


class Model(metaclass=_ModelClass):
    """A part of a file: frozen, with the fields that its classes annotate."""

    # What the reader asks of a model begins with an underscore: a template cannot call it.
    _is_mended = False  # a field at fault leaves the others to be checked: see `Field.instead`

    # Not a dataclass: to make sixty of those takes a tenth of a cold build.
    def __init__(self, **values: Any) -> None:
        fields = fields_of(type(self))
        if unknown := values.keys() - fields.keys():
            raise TypeError(f"{type(self).__name__} has no field {', '.join(unknown)}")
        for name, field in fields.items():
            value = values.get(name, field.default)
            if value is _UNSAID:
                raise TypeError(f"{type(self).__name__} needs its field {name}")
            vars(self)[name] = value

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash(tuple(vars(self).items()))

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        # As teams' own templates do: {% for name, colour in theme.colours.light %}
        return iter(vars(self).items())

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({said})"

    @classmethod
    def _completed(cls, read: Mapping[str, Any], here: Any) -> Mapping[str, Any]:
        """Return the fields that a file has, with what follows from them."""
        return read

    def _faults(self) -> Iterator[Any]:
        """Yield what is wrong with the fields together, as a field would say it."""
        return iter(())


@cache
def fields_of(model: type[Model]) -> Mapping[str, Field]:
    """Return the fields of a model by name, those of its bases first."""
    found: dict[str, Field] = {}
    for base in reversed(model.__mro__[:-1]):
        for name, kind in base.__annotations__.items():
            said = vars(base).get(name, Field("", "", None))
            found[name] = said._replace(name=name, key=said.key or name, type=kind)
    return found


def replaced(model: ModelType, **changes: Any) -> ModelType:
    """Return a model with other values of these fields."""
    return type(model)(**{**vars(model), **changes})


def rewritten(
    value: ValueType, kind: type[PartType], change: Callable[[PartType, Loc], Any], loc: Loc = ()
) -> ValueType:
    """Return a value with what `change` makes of each `kind` (text, model) in it, outer ones first.

    An entry of a list of which it makes None is left out.
    """
    changed: Any = change(value, loc) if isinstance(value, kind) else value
    if isinstance(changed, tuple):
        parts = (rewritten(each, kind, change, (*loc, at)) for at, each in enumerate(changed))
        return cast(ValueType, tuple(each for each in parts if each is not None))
    if isinstance(changed, Model):
        old = vars(changed)
        new = {name: rewritten(each, kind, change, (*loc, name)) for name, each in old.items()}
        if any(new[name] is not each for name, each in old.items()):
            return cast(ValueType, replaced(changed, **new))
    return cast(ValueType, changed)


def inside(kind: object) -> Iterator[object]:
    """Yield a type and all that it is made of: types, words of a choice, marks."""
    yield kind
    for argument in get_args(kind):
        yield from inside(argument)


class Schema:
    """Marks a type with what an editor is told of it: a JSON Schema."""

    def __init__(self, schema: Mapping[str, object]) -> None:
        self.schema = schema
