"""Check what a file says against a model: pydantic finds the faults, our own words tell them."""

import itertools
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

from newsletter.i18n import _
from newsletter.problems.problem import Fault, Problem
from newsletter.source import Loc, Source, faults
from newsletter.source.faults import in_quotes
from newsletter.values.suggestions import did_you_mean, meant_or_choice

_KEYS_ARE_DUE = {"model_type", "model_attributes_type", "dict_type", "union_tag_not_found"}
_KEYS_ARE_DUE |= {"mapping_type"}
ModelType = TypeVar("ModelType", bound=BaseModel)


class Model(BaseModel):
    """A part of a file: frozen, and refusing what it does not know."""

    # Built when first used: a command that reads no file pays nothing for its model.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def optional(description: str, default: Any = None) -> Any:
    """Return a field of a model that a file may leave out."""
    return Field(default, description=description)


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


def refuse(*faults: Fault | FaultInValue | Problem, snippet: str = "") -> PydanticCustomError:
    """Return the error with which a field says all that is wrong with its value or its file."""
    found = [FaultInValue(each, snippet) if isinstance(each, Fault) else each for each in faults]
    return PydanticCustomError("faults", "{faults}", {"faults": found})


def refusal(rule: str, message: str, hint: str, *, snippet: str = "") -> PydanticCustomError:
    """Return the error with which a field says the one thing that is wrong with its value."""
    return refuse(Fault(rule, message, hint), snippet=snippet)


def validate(
    model: type[ModelType],
    source: Source,
    *,
    context: object,
    given: Mapping[str, object] = MappingProxyType({}),
) -> tuple[ModelType | None, list[Problem]]:
    """Return the model of `source`, or None, and all problems; `given` is what no file may say."""
    problems = list(source.problems)
    if not isinstance(source.value, dict):
        return None, problems
    for key in given.keys() & source.value.keys():
        problems.append(_unknown_key(key, []).in_file(source, (key,)))
    try:
        value = model.model_validate({**source.value, **given}, context=context)
    except ValidationError as error:
        for detail in _telling(error.errors(include_url=False), model):
            problems += _problems(detail, source, model)
        return None, [each for each in problems if not is_told(each, source)]
    return value, problems


def _telling(details: Sequence[ErrorDetails], model: type[BaseModel]) -> list[ErrorDetails]:
    """Return what is worth saying: a missing `title` is not, where `titre` is told already."""
    misspelt = {
        (*parent, did_you_mean(str(key), _known_keys(model, (*parent,))))
        for *parent, key in (each["loc"] for each in details if each["type"] == "extra_forbidden")
    }
    return [each for each in details if each["type"] != "missing" or each["loc"] not in misspelt]


def _problems(detail: ErrorDetails, source: Source, model: type[BaseModel]) -> Iterator[Problem]:
    loc = tuple(_without_kinds(detail["loc"], source.value))
    if detail["type"] == "union_tag_invalid":
        loc = (*loc, "kind")
    for fault in _faults(detail, model, source):
        found = FaultInValue(fault) if isinstance(fault, Fault) else fault
        yield found if isinstance(found, Problem) else found.in_file(source, loc)


def _without_kinds(loc: Loc, value: object) -> Iterator[str | int]:
    """Yield the steps of `loc` that stand in the file: pydantic adds a kind to its item's index."""
    # A kind may be the name of a key too: that of `links` is.
    before: str | int = ""
    for step in loc:
        if isinstance(before, int) and isinstance(value, dict) and value.get("kind") == step:
            before = step
            continue
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        before = step
        yield step


def _faults(
    detail: ErrorDetails, model: type[BaseModel], source: Source
) -> Sequence[Fault | FaultInValue | Problem]:
    """Say what pydantic found; its types: docs.pydantic.dev/latest/errors/validation_errors."""
    context = detail.get("ctx", {})
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    match detail["type"]:
        case "faults":
            return cast(Sequence[FaultInValue | Problem], context["faults"])
        case "missing":
            empty = _empty(key, _("write its text after the colon"))
            return [empty if source.names(detail["loc"]) else _missing(key)]
        case "union_tag_not_found" if isinstance(detail["input"], dict):
            return [_missing("kind")]
        case "extra_forbidden":
            known = _known_keys(model, detail["loc"][:-1])
            rest = rest_of_text([*_without_kinds(detail["loc"], source.value)], known, source)
            absent = () if source.names([key]) else _fields(model)
            return [FaultInValue(rest, on_key=True) if rest else _unknown_key(key, known, absent)]
        case "union_tag_invalid":
            return [unknown_kind(context["tag"], _words_in(context["expected_tags"]))]
        case "literal_error":
            return [_no_choice(detail["input"], _words_in(context["expected"]))]
        case "too_short":
            # Where it is not empty its entries are at fault, and say so themselves.
            empty = _empty(_last_named(detail["loc"], source), _("add one entry"))
            return [] if detail["input"] else [empty]
        case _:
            keys = _known_keys(model, detail["loc"])
            return [_wrong_shape(detail["type"], key, detail["input"], keys)]


def _no_choice(value: object, known: Sequence[str]) -> Fault:
    hint = meant_or_choice(did_you_mean(str(value).strip("[]'"), known), known)
    if not isinstance(value, str):
        return Fault("shape", text_is_due(value).message, hint)
    message = _("'{value}' is not one of the allowed values").format(value=value)
    return Fault("unknown-value", message, hint)


def _words_in(said: str) -> list[str]:
    """Return the words that pydantic's English lists in quotes: "'fr' or 'en'"."""
    return re.findall(r"'([^']*)'", said)


def _last_named(loc: Loc, source: Source) -> str:
    """Return the last step of `loc` that the file has, which the tag of a union is not."""
    ends = range(len(loc), 0, -1)
    return str(next((loc[end - 1] for end in ends if source.names(loc[:end])), ""))


def _empty(key: str, hint: str) -> Fault:
    return Fault("empty", _("'{key}' is empty").format(key=key), hint)


def _missing(key: str) -> Fault:
    message = _("'{key}' is missing").format(key=key)
    # What to decide about an embargo is not obvious: none has to be said.
    start = "none" if key == "embargo" else "…"
    return Fault("missing-key", message, _("add a line: {line}").format(line=f"{key}: {start}"))


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


def _wrong_shape(error_type: str, key: str, value: object, keys: Sequence[str]) -> Fault:
    if error_type == "string_type":
        return text_is_due(value)
    if error_type in {"list_type", "tuple_type"}:
        message = _("'{key}' must be a list").format(key=key)
        if isinstance(value, str) and re.fullmatch(r"[\w-]+", value):
            return Fault("shape", message, _("write [{value}]").format(value=value))
        return Fault("shape", message, _("start each entry with a line '- …'"))
    if error_type in _KEYS_ARE_DUE:
        message = _("'key: value' lines are needed here, not a text or a list")
        hint = _("on the line below, indented, write a name of your choice and a colon")
        if keys and error_type != "mapping_type":
            likely = "url" if "://" in str(value) else "kind"
            first = next(each for each in (likely, "kind", *keys) if each in keys)
            text = in_quotes(value) if isinstance(value, str) and first != "kind" else "…"
            hint = _("on the line below, indented, write: {line}").format(line=f"{first}: {text}")
            if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
                hint = _("remove the hyphen: only one is needed here, not a list")
        return Fault("shape", message, hint)
    message = _("'{value}' cannot be read here").format(value=value)
    return Fault("shape", message, _("see an example: newsletter new newsletter"))


def text_is_due(value: object) -> Fault:
    """Return the fault of a list or of keys where one text stands."""
    if isinstance(value, list):
        text = in_quotes(f"[{', '.join(map(str, value))}]")
        hint = _("for square brackets in a text, put quotes: {text}").format(text=text)
        return Fault("shape", _("a single text is needed here, not a list"), hint)
    message = _("a single text is needed here, not 'key: value' lines")
    if isinstance(value, dict) and "kind" in value:
        return Fault("shape", message, _("for items, put '- ' before each 'kind:'"))
    return Fault("shape", message, _('for a text with a colon, put quotes: "The fair: programme"'))


def _known_keys(model: type[BaseModel], loc: Loc) -> list[str]:
    """Return the keys that the part of `model` at `loc` knows, the required ones first."""
    models = [model]
    for step in loc:
        if isinstance(step, int):
            continue
        kinds = [(each, getattr(_fields(each).get("kind"), "annotation", None)) for each in models]
        of_this_kind = [each for each, kind in kinds if step in get_args(kind)]
        fields = [_fields(each)[step] for each in models if step in _fields(each)]
        inside = [each for field in fields for each in _models_in(field.annotation)]
        # A step that is no field is the tag of a union.
        models = of_this_kind or (inside if fields else models)
    # What SkipJsonSchema hides is given by the program: no file may say it.
    said = {
        name: field
        for each in models
        for name, field in _fields(each).items()
        if SkipJsonSchema not in map(type, field.metadata)
    }
    return sorted(said, key=lambda name: not said[name].is_required())


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def rest_of_text(loc: Sequence[str | int], known: Sequence[str], source: Source) -> Fault | None:
    """Return the fault of the key at `loc`, which is not `known`, if it belongs to a text."""
    # `{alt: A tower, in spring: Kendal}` has no key "in spring".
    *parent, key = loc
    before = itertools.takewhile(lambda each: each != key, source.keys((*parent,)))
    text_key = next((each for each in reversed([*before]) if each in known), "")
    text = source.typed((*parent, text_key), (*parent, key)) if text_key else ""
    is_in_braces = source.typed((*parent,), (*parent,)).startswith("{")
    is_typed_plainly = text[:1] not in {"", "[", "{", '"', "'"}
    has_words = " " in text.split(":")[0].replace(", ", "")
    if not (is_in_braces and is_typed_plainly and has_words) or did_you_mean(str(key), known):
        return None
    return faults.cut_in_brackets(text_key, text, ",")


def is_told(problem: Problem, source: Source) -> bool:
    """Tell whether `source` says it: of a text pasted without indentation, of an open bracket."""
    line = problem.position.line
    if problem.rule == "empty":
        lines = {each.position.line for each in source.problems if each.rule == "indentation"}
        return not lines.isdisjoint((line + 1, line + 2))
    told = (each.position for each in source.problems if each.rule == "unclosed-bracket")
    return problem not in source.problems and problem.position in told
