"""How much each item of a mail weighs, by the words that its writer knows it by."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newsletter.rendering.document import Document
from newsletter.source import Loc, Source

_TITLES = ("title", "name", "label", "text", "headline")


@dataclass(frozen=True)
class ItemWeight:
    """An item, its title or else its kind, and how many bytes of the HTML are its own."""

    loc: Loc
    words: str
    is_title: bool
    weight_bytes: int

    @property
    def name(self) -> str:
        """The item's name inside a sentence: a title stands in quotes."""
        return f"'{self.words}'" if self.is_title else self.words


def item_weights(document: Document, source: Source) -> Iterator[ItemWeight]:
    """Yield the weight of each item that `document` shows, in its order."""
    for span in document.item_spans:
        weight = len(document.html[span.start : span.end].encode())
        yield ItemWeight(span.loc, *_words(span.loc, source), weight)


def _words(loc: Loc, source: Source) -> tuple[str, bool]:
    """Return the words by which a writer knows an item, and whether they are its title."""
    value: Any = source.value
    for step in loc:
        value = value[step] if isinstance(value, dict | list) else value  # type: ignore[index]
    if not isinstance(value, dict):
        return str(loc[-1]), False
    said = next((str(value[key]) for key in _TITLES if key in value), "")
    return said or str(value.get("kind", loc[-1])), bool(said)
