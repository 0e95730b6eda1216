"""The words and addresses of an issue, each with the place where its writer typed it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from pydantic import BaseModel

from newsletter.rendering.markdown.dialect import markdown_parser
from newsletter.rendering.markdown.pasted_text import mend_pasted_text
from newsletter.source import Loc
from newsletter.values.fields import Email, PictureFile, Url
from newsletter.values.markdown_faults import without_faults
from newsletter.values.structures import PictureParts
from newsletter.values.texts import Markdown

OPAQUE = "\ufffc"  # OBJECT REPLACEMENT CHARACTER: each letter of code, addresses, merge fields
_SIGNS = ("`", "~~~", "](", "://", "www.", "@", "((")
_NO_PROSE = re.compile(
    r"^ {0,3}(?P<fence>`{3}|~{3})[^\n]*\n.*?(?:^ {0,3}(?P=fence)|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`).+?(?P=ticks)"
    r"|(?<=\]\()[^)\s]*"
    r"|(?:https?://|www\.)[^\s)>\]]+"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\(\([^()]*\)\)",
    re.MULTILINE | re.DOTALL,
)
# The field whose words lead to an address, by the model's fields.
_WORDS = ("title", "label", "alt", "name")
_NAMED_BY_US = {"transcript"}  # a second address, whose link has words of the program's
# A text without any of them has no link; to read Markdown takes longer than all rules together.
_LINK_SIGNS = ("](", "][", "]:", "<", "://", "www.", "@")
# Fields that no reader sees: words of the program.
_OF_THE_PROGRAM = frozenset(
    {"id", "kind", "language", "sender", "translation_of", "status", "for", "not_for", "ignore"}
)


@dataclass(frozen=True)
class Said:
    """A text as it was typed, and where it stands in the issue file.

    `field` is the name of its field; `is_markdown` tells whether it has marks of Markdown.
    """

    loc: Loc
    field: str
    text: str
    is_markdown: bool

    @cached_property
    def prose(self) -> str:
        """The text, as long as it is, with `OPAQUE` for its code, addresses and merge fields.

        What is told already, a link that is none or bold that does not end, is hidden too.
        """
        return prose_of(without_faults(self.text, OPAQUE) if self.is_markdown else self.text)


@dataclass(frozen=True)
class LinkedAddress:
    """An address, and the words that a reader sees of it.

    `occurrence` counts the same address in the same value, from 0.
    """

    loc: Loc
    url: str
    words: str
    occurrence: int = 0


def prose_of(text: str) -> str:
    """Return `text`, as long as before, with `OPAQUE` for code, addresses and merge fields."""
    if not any(sign in text for sign in _SIGNS):
        return text
    return _NO_PROSE.sub(lambda found: re.sub(r"[^\n]", OPAQUE, found[0]), text)


def texts_of(model: BaseModel, loc: Loc = ()) -> Iterator[Said]:
    """Yield every text that a reader sees of `model`, in the order of its fields."""
    for name, value in _fields(model):
        if name in _unread_fields(type(model)):
            continue
        if isinstance(value, str):
            is_markdown = name in _markdown_fields(type(model))
            yield Said((*loc, name), name, value, is_markdown)
        else:
            for index, part in _parts(value):
                inner = (*loc, name) if index is None else (*loc, name, index)
                if isinstance(part, BaseModel):
                    yield from texts_of(part, inner)
                elif isinstance(part, str):
                    yield Said(inner, name, part, is_markdown=False)


def links_of(model: BaseModel, loc: Loc = ()) -> Iterator[LinkedAddress]:
    """Yield every address of `model`: in fields of their own, and in Markdown."""
    for name, value in _fields(model):
        place = (*loc, name)
        if isinstance(model, PictureParts) and name == "url":
            continue  # where the picture lies, not what it opens
        if isinstance(value, str) and name in _url_fields(type(model)):
            yield LinkedAddress(place, value, "" if name in _NAMED_BY_US else _words_beside(model))
        elif isinstance(value, str) and name in _markdown_fields(type(model)):
            yield from _markdown_links(value, place)
        for index, part in _parts(value):
            if isinstance(part, BaseModel):
                inner = place if index is None else (*place, index)
                yield from links_of(part, inner)


def models_of(model: BaseModel, loc: Loc = ()) -> Iterator[tuple[Loc, BaseModel]]:
    """Yield `model` and every structure inside it, each with its place."""
    yield loc, model
    for name, value in _fields(model):
        for index, part in _parts(value):
            if isinstance(part, BaseModel):
                yield from models_of(part, (*loc, name) if index is None else (*loc, name, index))


def _fields(model: BaseModel) -> Iterator[tuple[str, object]]:
    """Yield the fields that a writer fills: by the key that the file has for each."""
    for name, field in type(model).model_fields.items():
        if name not in _OF_THE_PROGRAM:
            yield field.alias or name, getattr(model, name)


def _parts(value: object) -> Iterator[tuple[int | None, object]]:
    if isinstance(value, tuple):
        yield from enumerate(value)
    elif isinstance(value, BaseModel):
        yield None, value


@cache
def _markdown_fields(model: type[BaseModel]) -> frozenset[str]:
    return _typed(model, Markdown)


@cache
def _url_fields(model: type[BaseModel]) -> frozenset[str]:
    return _typed(model, Url)


@cache
def _unread_fields(model: type[BaseModel]) -> frozenset[str]:
    """Return the fields that are no words: addresses and files."""
    return frozenset.union(*(_typed(model, kind) for kind in (Url, Email, PictureFile)))


def _typed(model: type[BaseModel], kind: Any) -> frozenset[str]:
    """Return the fields of `model` whose type is the annotated `kind`, optional or not."""
    mark = kind.__metadata__[0]
    return frozenset(name for name, field in model.model_fields.items() if mark in _marks(field))


def _marks(field: Any) -> list[object]:
    """Return what annotates a field's type, or one of the types that it may have."""
    marks = list(field.metadata)
    pending = [field.annotation]
    while pending:
        annotation = pending.pop()
        marks += getattr(annotation, "__metadata__", ())
        pending += getattr(annotation, "__args__", ())
    return marks


def _words_beside(model: BaseModel) -> str:
    """Return the words that stand for a model's address: its title, label, alt or name."""
    said = (getattr(model, name, None) for name in _WORDS)
    return next((words for words in said if isinstance(words, str)), "")


def _markdown_links(text: str, loc: Loc) -> Iterator[LinkedAddress]:
    if not any(sign in text.lower() for sign in _LINK_SIGNS):
        return
    text = mend_pasted_text(without_faults(text, OPAQUE))
    for token in markdown_parser().parse(text):
        opened, words = None, ""
        for child in token.children or ():
            if child.type == "link_open":
                opened, words = child, ""
            elif child.type == "link_close" and opened is not None:
                yield LinkedAddress(loc, str(opened.attrs["href"]), words.strip())
                opened = None
            elif opened is not None:
                words += child.content
