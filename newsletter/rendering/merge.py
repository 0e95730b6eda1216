"""Merge fields on their way through rendering: opaque words in, the recipient's values out.

A field becomes a token of lower-case letters before anything else reads the text: in a link's
address brackets would not parse, and typography, Markdown and the HTML steps leave a plain word
alone. In the finished document each value is escaped for where its token stands.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from newsletter.rendering.merge_places import TOKEN, Slot, html_parts, text_parts
from newsletter.values.merge_syntax import ESCAPED_BRACKETS, MERGE_FIELD, field_name

# Given to each recipient when the mail is sent; no writer can type it (no column has this name).
UNSUBSCRIBE_FIELD = "unsubscribe address"

ModelType = TypeVar("ModelType", bound=BaseModel)


@dataclass(frozen=True, order=True)
class MergeField:
    """A field as it was typed, and the token that stands for it."""

    token: str
    name: str
    fallback: str | None = None

    def value_for(self, values: Mapping[str, str]) -> str:
        """Return the recipient's value, else the fallback, else the field as it was typed."""
        return values.get(self.name) or self.fallback or f"(({self.name}))"


def merge_field(name: str, fallback: str | None = None) -> MergeField:
    """Return the field; equal name and fallback give the same token on every run."""
    digest = hashlib.sha256(f"{name}|{fallback}".encode()).hexdigest()[:16]
    letters = "".join(chr(ord("a") + int(figure, 16)) for figure in digest)
    return MergeField(f"qzm{letters}mzq", name, fallback)


def replace_merge_fields(model: ModelType, found: dict[str, MergeField]) -> ModelType:
    """Return `model` with tokens for the merge fields in its texts; note each in `found`."""

    def token_for(match: re.Match[str]) -> str:
        fallback = match["fallback"]
        typed = None if fallback is None else fallback.strip()
        field = merge_field(field_name(match["name"]), typed)
        found[field.token] = field
        return field.token

    def in_text(text: str) -> str:
        if "((" not in text:
            return text
        return ESCAPED_BRACKETS.sub("", MERGE_FIELD.sub(token_for, text))

    changed = change_texts(model, in_text)
    return changed if isinstance(changed, type(model)) else model


def change_texts(value: object, change: Callable[[str], str]) -> object:
    """Return a value of the model with each of its texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(change_texts(each, change) for each in value)
    if isinstance(value, BaseModel):
        old = {name: getattr(value, name) for name in type(value).model_fields}
        new = {name: change_texts(each, change) for name, each in old.items()}
        different = {name: each for name, each in new.items() if each is not old[name]}
        return value.model_copy(update=different) if different else value
    return value


def fill_text(text: str, fields: Mapping[str, MergeField], values: Mapping[str, str]) -> str:
    """Return plain text with each token replaced by its value, encoded inside an address."""
    return _filled(text_parts(text), fields, values)


def fill_for_everyone(text: str, fields: Mapping[str, MergeField]) -> str:
    """Return plain text that is no one recipient's: each token gives its fallback, or nothing."""
    without_values = {each.token: each.fallback or "" for each in fields.values()}
    return TOKEN.sub(lambda match: without_values.get(match[0], match[0]), text)


def fill_html(document: str, fields: Mapping[str, MergeField], values: Mapping[str, str]) -> str:
    """Return HTML with each token replaced by its value, escaped for where it stands."""
    return _filled(html_parts(document), fields, values)


def _filled(
    parts: Iterable[str | Slot], fields: Mapping[str, MergeField], values: Mapping[str, str]
) -> str:
    return "".join(
        part if isinstance(part, str) else part.place.escaped(_value(part.token, fields, values))
        for part in parts
    )


def _value(token: str, fields: Mapping[str, MergeField], values: Mapping[str, str]) -> str:
    field = fields.get(token)
    return token if field is None else field.value_for(values)
