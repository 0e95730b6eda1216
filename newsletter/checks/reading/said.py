"""The words and addresses of an issue, each with the place where its writer typed it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from newsletter.checks.reading.prose import prose_of
from newsletter.rendering.markdown.dialect import markdown_parser
from newsletter.rendering.markdown.pasted_text import mend_pasted_text
from newsletter.source import Loc, Source
from newsletter.values.fields import Email, PictureFile, Url
from newsletter.values.structures import PictureParts
from newsletter.values.texts import Markdown

# The field whose words lead to an address, by the model's fields.
_WORDS = ("label", "title", "alt", "name")
# A text without any of them has no link; to read Markdown takes longer than all rules together.
_LINK_SIGNS = ("](", "][", "]:", "<", "://", "www.", "@")
# Fields that no reader sees: words of the program.
_OF_THE_PROGRAM = frozenset(
    {"id", "kind", "language", "sender", "translation_of", "status", "for", "not_for", "ignore"}
)


@dataclass(frozen=True)
class Said:
    """A text as it was typed: where it stands in the issue file, and its file if that is another.

    `field` is the name of its field; `is_markdown` tells whether it has marks of Markdown.
    """

    loc: Loc
    field: str
    text: str
    is_markdown: bool
    path: Path | None = None

    @cached_property
    def prose(self) -> str:
        """The text, as long as it is, with `OPAQUE` for its code, addresses and merge fields."""
        return prose_of(self.text)


@dataclass(frozen=True)
class LinkedAddress:
    """An address, and the words that a reader sees of it.

    `is_bare` tells whether they are the address itself; `holder` is the field that it stands in.
    `occurrence` counts the same address in the same value, from 0.
    """

    loc: Loc
    url: str
    words: str
    is_bare: bool = False
    path: Path | None = None
    occurrence: int = 0


def texts_of(model: BaseModel, source: Source, loc: Loc = ()) -> Iterator[Said]:
    """Yield every text that a reader sees of `model`, in the order of its fields."""
    for name, value in _fields(model):
        if name in _unread_fields(type(model)):
            continue
        if isinstance(value, str):
            is_markdown = name in _markdown_fields(type(model))
            place = (*loc, name)
            yield Said(place, name, value, is_markdown, file_at(source, place))
        else:
            for index, part in _parts(value):
                inner = (*loc, name) if index is None else (*loc, name, index)
                if isinstance(part, BaseModel):
                    yield from texts_of(part, source, inner)
                elif isinstance(part, str):
                    yield Said(inner, name, part, False, file_at(source, inner))


def links_of(model: BaseModel, source: Source, loc: Loc = ()) -> Iterator[LinkedAddress]:
    """Yield every address of `model`: in fields of their own, and in Markdown."""
    for name, value in _fields(model):
        place = (*loc, name)
        if isinstance(model, PictureParts) and name == "url":
            continue  # where the picture lies, not what it opens
        if isinstance(value, str) and name in _url_fields(type(model)):
            yield LinkedAddress(place, value, _words_beside(model), path=file_at(source, place))
        elif isinstance(value, str) and name in _markdown_fields(type(model)):
            yield from _markdown_links(value, place, file_at(source, place))
        for index, part in _parts(value):
            if isinstance(part, BaseModel):
                inner = place if index is None else (*place, index)
                yield from links_of(part, source, inner)


def models_of(model: BaseModel, loc: Loc = ()) -> Iterator[tuple[Loc, BaseModel]]:
    """Yield `model` and every structure inside it, each with its place."""
    yield loc, model
    for name, value in _fields(model):
        for index, part in _parts(value):
            if isinstance(part, BaseModel):
                yield from models_of(part, (*loc, name) if index is None else (*loc, name, index))


def file_at(source: Source, loc: Loc) -> Path | None:
    """Return the text file that the value at `loc` is read from, None where it stands in place."""
    value: Any = source.value
    for step in loc:
        if isinstance(value, Mapping) and set(value) == {"file"} and step != "file":
            break
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            break
    if isinstance(value, Mapping) and set(value) == {"file"}:
        path = source.path.parent / str(value["file"])
        return path if path.suffix in {".md", ".txt"} else None
    return None


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
    """Return the words that stand for a model's address: its label, title, alt or name."""
    said = (getattr(model, name, None) for name in _WORDS)
    return next((words for words in said if isinstance(words, str)), "")


def _markdown_links(text: str, loc: Loc, path: Path | None) -> Iterator[LinkedAddress]:
    if not any(sign in text.lower() for sign in _LINK_SIGNS):
        return
    for token in markdown_parser().parse(mend_pasted_text(text)):
        opened, words = None, ""
        for child in token.children or ():
            if child.type == "link_open":
                opened, words = child, ""
            elif child.type == "link_close" and opened is not None:
                url = str(opened.attrs["href"])
                yield LinkedAddress(loc, url, words.strip(), opened.info == "auto", path)
                opened = None
            elif opened is not None:
                words += child.content
