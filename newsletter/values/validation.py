"""Read what a file says as a model: all that is wrong with it is told at its place, in words."""

import re
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from newsletter.i18n import _
from newsletter.problems.problem import Fault, Problem
from newsletter.source import Loc, Source
from newsletter.source.faults import DUPLICATE_KEY, in_quotes
from newsletter.values.model import Field, Model, ModelType, fields_of
from newsletter.values.reading import (
    FaultInValue,
    File,
    Here,
    Reader,
    ReadingContext,
    Refused,
    empty,
    refusal,
    text_is_due,
)
from newsletter.values.suggestions import did_you_mean, meant_or_choice


def read_model(
    model: type[Model], source: Source, *, context: ReadingContext, given: Mapping[str, object]
) -> tuple[Any, list[Problem], frozenset[Loc]]:
    """Return the model of `source` as far as it can be read, or None, and what is wrong with it.

    `given` is what no file may say. Last, where the model has something else than the file says.
    """
    file = File(source, context, model, [*source.problems], set())
    if not isinstance(source.value, dict):
        return None, file.problems, frozenset()
    read = None  # and stays so where the whole is refused
    with Here(file) as here:
        for key in given.keys() & source.value.keys():
            here.inside(key).tell(_unknown_key(key, []))
        read = _structure(model, {**source.value, **given}, here)
    problems = [each for each in file.problems if not _is_told(each, source)]
    return read, problems, frozenset(file.stand_ins)


def reader_of(kind: Any) -> Reader:
    """Return what reads a value of this type, and raises `Refused` where it is none."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        reader = reader_of(arguments[0])
        for mark in arguments[1:]:
            reader = mark(reader) if callable(mark) else reader
        return reader
    if origin is Literal:
        return partial(_choice, arguments)
    if origin is tuple:
        return partial(_entries, reader_of(arguments[0]))
    if origin in {Union, UnionType}:
        return _either(arguments)
    if origin is not None:  # a Mapping
        return partial(_named, reader_of(arguments[0]), reader_of(arguments[1]))
    return partial(_structure if issubclass(kind, Model) else _plain, kind)


def _either(types: Sequence[Any]) -> Reader:
    """Return what reads a value as the first of these types, a list or no list, that it can be."""
    some = [each for each in types if each is not NoneType]
    if len(some) == 1:
        only = reader_of(some[0])
        return lambda value, here: None if value is None else only(value, here)
    if all(isinstance(each, type) and issubclass(each, Model) for each in some):
        kinds = (get_args(fields_of(each)["kind"].type)[0] for each in some)
        return partial(_of_a_kind, dict(zip(kinds, some, strict=True)))
    readers = [(_is_list(each), reader_of(each)) for each in some]

    def read(value: object, here: Here) -> Any:
        meant = [each for is_list, each in readers if is_list is isinstance(value, list)]
        *others, last = meant or [readers[0][1]]
        for reader in others:
            with suppress(Refused):
                return reader(value, here)
        return last(value, here)

    return read


def _is_list(kind: Any) -> bool:
    return get_origin(get_args(kind)[0] if get_origin(kind) is Annotated else kind) is tuple


def _plain(kind: type, value: object, here: Here) -> object:
    if isinstance(value, kind):
        return str(value) if kind is str else value
    raise Refused(text_is_due(value))


def _choice(known: Sequence[str], value: object, here: Here) -> str:
    if isinstance(value, str) and value in known:
        return str(value)
    hint = meant_or_choice(did_you_mean(str(value), known), known)
    if not isinstance(value, str):
        raise refusal("shape", text_is_due(value).message, hint)
    message = _("'{value}' is not one of the allowed values")
    raise refusal("unknown-value", message.format(value=value.replace("\n", " ")), hint)


def _entries(read: Reader, value: object, here: Here) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        message = _("'{key}' must be a list").format(key=here.key)
        raise refusal("shape", message, _("start each entry with a line '- …'"))
    entries = []
    for index, each in enumerate(value):
        with here.inside(index) as inside:
            entries.append(read(each, inside))
    if len(entries) < len(value):
        raise Refused
    return tuple(entries)


def _named(read_key: Reader, read: Reader, value: object, here: Here) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise Refused(_keys_are_due(value, ()))
    entries: dict[Any, Any] = {}
    typed: dict[Any, str] = {}
    for name, each in value.items():
        with here.inside(name) as inside:
            key = read_key(name, inside)
            if (first := typed.setdefault(key, name)) != name:  # with more spaces, perhaps
                line = here.file.source.position((*here.loc, first), key=True).line
                twice = DUPLICATE_KEY.of(key=key, line=line)
                raise Refused(FaultInValue(twice, on_key=True))
            entries[key] = read(each, inside)
    if len(entries) < len(value):
        raise Refused
    return entries


def _of_a_kind(models: Mapping[str, type[Model]], value: object, here: Here) -> Any:
    known = known_keys(*models.values())
    if not isinstance(value, dict):
        raise Refused(_keys_are_due(value, known))
    if "kind" not in value:
        misspelt = [key for key in value if did_you_mean(key, known) == "kind"]
        _tell_unknown(misspelt, known, here)
        raise Refused(*([] if misspelt else [_lacking("kind", here)]))
    kind = value["kind"]
    if not isinstance(kind, str):
        raise Refused(FaultInValue(text_is_due(kind), within=("kind",)))
    if kind not in models:
        here.tell(FaultInValue(unknown_kind(kind, [*models]), within=("kind",)))
        kind = did_you_mean(kind, models)
    if not kind:
        raise Refused
    return _structure(models[kind], {**value, "kind": kind}, here)


def _structure(model: type[ModelType], value: object, here: Here) -> ModelType:
    if isinstance(value, model):
        return value
    if not isinstance(value, dict):
        known = known_keys(model)  # where one of them stands around it, a name is missing
        raise Refused(_keys_are_due(value, () if here.key in known else known))
    unknown = [key for key in value if key not in _readers(model)]
    # A missing `title` is not worth saying where `titre` is told already.
    misspelt = _tell_unknown(unknown, known_keys(model), here) if unknown else set()
    read, at_fault = _read_fields(model, value, misspelt, here)
    if (unknown or at_fault) and not model._is_mended:
        raise Refused
    here.file.stand_ins.update((*here.loc, field.key) for field in at_fault)
    read |= {field.name: field.instead for field in at_fault}
    made = model(**model._completed(read, here))
    faults = [] if at_fault else list(made._faults())
    if faults:
        here.tell(*faults)
        if not model._is_mended:
            raise Refused
    return made


def _read_fields(
    model: type[Model], value: Mapping[str, object], misspelt: set[str], here: Here
) -> tuple[dict[str, Any], list[Field]]:
    """Return the fields of `model` that `value` has, and those that are at fault."""
    read: dict[str, Any] = {}
    at_fault = []
    for key, (field, reader) in _readers(model).items():
        with here.inside(key, read) as inside:
            if key in value:
                read[field.name] = reader(value[key], inside)
            elif field.is_required and key not in misspelt:
                raise Refused(_lacking(key, here, is_list=_is_list(field.type)))
        if field.name not in read and (field.is_required or key in value or key in misspelt):
            at_fault.append(field)
    return read, at_fault


def _lacking(key: str, here: Here, *, is_list: bool = False) -> Fault:
    """Return the fault of a structure without a key that it needs, or with nothing behind it."""
    if here.file.source.names((*here.loc, key)):
        return empty(key, _("add one entry") if is_list else _("write its text after the colon"))
    # What to decide about an embargo is not obvious: none has to be said.
    hint = _("add a line: {line}").format(line=f"{key}: {'none' if key == 'embargo' else '…'}")
    return Fault("missing-key", _("'{key}' is missing").format(key=key), hint)


@cache
def _readers(model: type[Model]) -> Mapping[str, tuple[Field, Reader]]:
    return {each.key: (each, reader_of(each.type)) for each in fields_of(model).values()}


def known_keys(*models: type[Model]) -> list[str]:
    """Return the keys that a file may give to one of `models`, the required ones first."""
    fields = {each.key: each for model in models for each in fields_of(model).values()}
    said = (each for each in fields.values() if not each.is_given)
    return [each.key for each in sorted(said, key=lambda field: not field.is_required)]


def _tell_unknown(keys: Sequence[str], known: Sequence[str], here: Here) -> set[str]:
    """Tell of keys that are none of `known`; return those that are meant."""
    for key in keys:
        place = here.inside(key)
        here.file.stand_ins.add(place.loc)
        absent = () if here.file.source.names([key]) else known_keys(here.file.model)
        place.tell(_unknown_key(key, known, absent))
    return {did_you_mean(str(key), known) for key in keys}


def _unknown_key(key: str, known: Sequence[str], absent: Container[str] = ()) -> FaultInValue:
    meant = did_you_mean(key, known)
    message = _("unknown key '{key}'").format(key=key)
    hint = meant_or_choice(meant, known)
    if re.search(r"passw|mot.?de.?passe|secret", key, re.IGNORECASE):
        hint = _("delete it, and set NEWSLETTER_SMTP_PASSWORD or NEWSLETTER_MAILBOX_PASSWORD")
    if key in absent and not meant:  # one of the file's own, which stands under another
        hint = _("write '{key}:' at the very left, without any space before it").format(key=key)
    return FaultInValue(Fault("unknown-key", message, hint), on_key=True)


def unknown_kind(kind: str, known: Sequence[str]) -> Fault:
    """Return the fault of a kind that is none of `known`."""
    hint = meant_or_choice(did_you_mean(kind, known), known)
    return Fault("unknown-kind", _("unknown kind '{kind}'").format(kind=kind), hint)


def _keys_are_due(value: object, keys: Sequence[str]) -> Fault:
    """Return the fault of what has not the `keys` that are due; of a mapping, any."""
    message = _("'key: value' lines are needed here, not a text or a list")
    hint = _("on the line below, indented, write a name of your choice and a colon")
    if keys:
        likely = "url" if "://" in str(value) else "kind"
        first = next(each for each in (likely, "kind", *keys) if each in keys)
        text = in_quotes(value) if isinstance(value, str) and first != "kind" else "…"
        hint = _("on the line below, indented, write: {line}").format(line=f"{first}: {text}")
    return Fault("shape", message, hint)


def _is_told(problem: Problem, source: Source) -> bool:
    """Tell whether `source` says it: of a text pasted without indentation, of brackets."""
    line = problem.position.line
    if problem.rule == "empty":
        lines = {each.position.line for each in source.problems if each.rule == "indentation"}
        return not lines.isdisjoint((line + 1, line + 2))
    # What stands between brackets is read as a text where it cannot be read otherwise.
    unread = (each for each in source.problems if each.rule in {"unclosed-bracket", "yaml-quotes"})
    is_bracket = source.text.split("\n")[line - 1][problem.position.column - 1 :][:1] in {"[", "{"}
    is_unread = is_bracket and line in {each.position.line for each in unread}
    return is_unread and problem not in source.problems
