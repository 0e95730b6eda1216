"""Who a part of an issue is for, and who belongs there: both spelt as the settings spell them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, TypeAlias

from newsletter.i18n import N_, _
from newsletter.problems.problem import Fault, Problem
from newsletter.source import Source
from newsletter.source.faults import shown
from newsletter.values.model import Model, Schema, optional
from newsletter.values.reading import FaultInValue, Here, Refused, before_here, text_is_due
from newsletter.values.suggestions import did_you_mean, fold, meant_or_choice
from newsletter.values.types import TEXT_SCHEMA

# Key -> values. Of a part: whom it is for; of a recipient: what they are.
Audience: TypeAlias = Mapping[str, tuple[str, ...]]
UNKNOWN: Audience = MappingProxyType({})  # of a recipient about whom nothing is known


def belongs(recipient: Audience, *, to: Audience) -> bool:
    """Tell whether a recipient has, for every key of an audience, one of its values."""
    return all(not {*values}.isdisjoint(recipient.get(key, ())) for key, values in to.items())


def spelt_as_known(word: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that `word` is, whatever its case, accents and hyphens."""
    folded = fold(word)
    return next((each for each in known if fold(each) == folded), None)


def values_in(cell: str) -> list[str]:
    """Return the values of a cell, which may hold several between semicolons or bars."""
    return [value.strip() for value in re.split(r"[;|]", cell) if value.strip()]


def audience_of(values: Mapping[str, str], audiences: Audience) -> Audience:
    """Return what a recipient with these values by merge field is, of what the settings know."""
    found = {}
    for key, possible in audiences.items():
        named = (spelt_as_known(value, possible) for value in values_in(values.get(key, "")))
        found[key] = tuple(dict.fromkeys(filter(None, named)))
    return {key: known for key, known in found.items() if known}


def unknown_key(key: str, audiences: Audience) -> Fault:
    """Return the fault of a key that the settings' audiences lack."""
    message = _("there is no audience '{key}' in the settings").format(key=key)
    choice = meant_or_choice(did_you_mean(key, audiences), list(audiences))
    hint = choice if audiences else _("add it under audiences: in newsletter.yaml")
    return Fault("audience", message, hint)


def unknown_value(value: str, key: str, audiences: Audience) -> Fault:
    """Return the fault of a value that the settings' audience `key` lacks."""
    message = _("'{value}' is not one of the values of '{key}'").format(value=shown(value), key=key)
    meant = did_you_mean(value, audiences[key])
    return Fault("audience", message, meant_or_choice(meant, audiences[key]))


def unknown_values(
    values: Mapping[str, str], audiences: Audience
) -> Iterator[tuple[str, str, Fault]]:
    """Yield the key, the value and the fault of each that the settings' audiences lack."""
    for key, known in audiences.items():
        for value in values_in(values.get(key, "")):
            if spelt_as_known(value, known) is None:
                yield key, value, unknown_value(value, key, audiences)


def _read(value: object, here: Here) -> Audience:
    audiences = here.context.audiences
    if not isinstance(value, dict) or not value:
        raise Refused(_names_nobody(audiences))
    read: dict[str, tuple[str, ...]] = {}
    faults: list[FaultInValue] = []
    for typed_key, typed in value.items():
        key = spelt_as_known(typed_key, audiences)
        if key is None:
            fault = unknown_key(typed_key, audiences)
            faults.append(FaultInValue(fault, within=(typed_key,), on_key=True))
            continue
        is_list = isinstance(typed, list) and bool(typed)
        read.setdefault(key, ())  # spelt in two ways it is one
        for index, word in enumerate(typed if is_list else [typed]):
            if isinstance(word, str) and (known := spelt_as_known(word, audiences[key])):
                read[key] += (known,)
                continue
            fault = _names_nobody(audiences)
            if word:
                is_text = isinstance(word, str)
                fault = unknown_value(word, key, audiences) if is_text else text_is_due(word)
            within = (typed_key, index) if is_list else (typed_key,)
            faults.append(FaultInValue(fault, within=within))
    if faults:
        raise Refused(*faults)
    return read


def _names_nobody(audiences: Audience) -> Fault:
    key, values = next(iter(audiences.items()), ("delegation", ("Bretagne",)))
    hint = _("for example, write {example}").format(example=f"{{{key}: {values[0]}}}")
    return Fault("audience", _("this does not say who it is for"), hint)


_VALUES = {"type": ["string", "number", "array"], "items": TEXT_SCHEMA, "minItems": 1}
_SCHEMA = {"type": "object", "minProperties": 1, "additionalProperties": _VALUES}
AudienceField = Annotated[Audience, before_here(_read), Schema(_SCHEMA)]


class AudienceParts(Model):
    """What only some recipients may see."""

    for_: AudienceField | None = optional(N_("Who sees it: {region: [Wales]}"), key="for")
    not_for: AudienceField | None = optional(N_("Who does not see it: {region: [Wales]}"))

    def is_for(self, recipient: Audience) -> bool:
        """Tell whether the recipient sees this; of one who is not known, `for` asks too much."""
        is_meant = self.for_ is None or belongs(recipient, to=self.for_)
        return is_meant and (self.not_for is None or not belongs(recipient, to=self.not_for))


def settings_faults(
    audiences: Audience, *, columns: Mapping[str, str], sample: Mapping[str, str]
) -> Iterator[FaultInValue]:
    """Yield what is wrong with the settings' audiences, and with the sample's values of them."""
    for key, values in audiences.items():
        if key not in columns:
            hint = _("add a line under recipients: columns: {key}: …").format(key=key)
            fault = Fault("columns", _("no column is set for '{key}'").format(key=key), hint)
            yield FaultInValue(fault, within=("audiences", key), on_key=True)
        for index, value in enumerate(values):
            if values_in(value) != [value]:
                message = _("'{value}' contains a character used to separate values")
                hint = _("write it without ; and |")
                fault = Fault("audience", message.format(value=value), hint)
                yield FaultInValue(fault, within=("audiences", key, index))
    for key, _value, fault in unknown_values(sample, audiences):
        yield FaultInValue(fault, within=("recipients", "sample", key))


def audience_problems(source: Source) -> Iterator[Problem]:
    """Yield a problem for each `for:` or key of one that has nothing behind it."""
    # Elsewhere a field without text is as good as none; here everyone would see what is for a few.
    for loc in source.empty_keys():
        if not {"for", "not_for"}.isdisjoint(loc[-2:]):
            message = _("'{key}' is empty").format(key=loc[-1])
            hint = _("write who it is for, several in brackets: {region: [Wales, Scotland]}")
            yield Problem(source.path, source.position(loc, key=True), message, hint, "audience")
