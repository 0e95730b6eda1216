"""Where the items of a mail stand: their sections, their layout, the links that lead to them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from newsletter.content.issue import Newsletter, Section
from newsletter.content.items import Item
from newsletter.content.loading import Issue
from newsletter.i18n import N_, translator
from newsletter.settings.theme import Theme
from newsletter.values.structures import StoryParts
from newsletter.values.suggestions import fold

CARD_WIDTH = 236  # CSS pixels: two cards, their gap, lines and paddings make the width of the text
# What templates write above an item that has no title of its own.
DEFAULT_TITLES = {
    "agenda": N_("Dates for your diary"),
    "key-figures": N_("Key figures"),
    "links": N_("Further reading"),
}


# Classes of cells: as the palettes name them, the colours of their ground, words and small words.
GROUNDS = {
    "tint": ("tint", "text", "muted"),
    "paper": ("page", "text", "muted"),
    "band": ("band", "on_band", "on_band"),
    "ink": ("ink", "on_ink", "ink_muted"),
}


class NumberedSection(NamedTuple):
    """A section as templates walk through it: each item with its number in the mail."""

    id: str | None
    title: str | None
    items: tuple[tuple[int, Item], ...]
    introduction: str | None = None
    layout: str = "list"
    colour: str | None = None


class ContentsEntry(NamedTuple):
    """A title, the name of the place that it leads to, and for a section its items' entries."""

    title: str
    anchor: str
    entries: tuple["ContentsEntry", ...] = ()


class ItemPlace(NamedTuple):
    """Where an item stands, and how."""

    title: str  # its own, or what the program writes for want of one
    level: int  # of the title
    width: int  # of its words, in CSS pixels
    layout: str  # one of those that its kind can have
    css: str  # the classes of its cell
    is_card: bool = False


def anchors_of(issue: Issue) -> dict[int, str]:
    """Return the names of items by their numbers; with a table of contents every item has one."""
    if isinstance(issue, Newsletter) and issue.contents:
        return dict(enumerate(_names("item", issue.all_items, issue)))
    return {number: item.id for number, item in enumerate(issue.all_items) if item.id}


def numbered_sections(issue: Newsletter) -> tuple[NumberedSection, ...]:
    """Return the sections, their items numbered; with a table of contents each has a name."""
    sections, numbers = issue.all_sections, count()
    names = _names("section", sections, issue) if issue.contents else [each.id for each in sections]
    numbered = []
    for name, section in zip(names, sections, strict=True):
        items = tuple((next(numbers), item) for item in section.items)
        look = section.introduction, section.layout, section.colour
        numbered.append(NumberedSection(name, section.title, items, *look))
    return tuple(numbered)


def _names(word: str, parts: Sequence[Section | Item], issue: Newsletter) -> list[str]:
    """Return the ids of parts; without one, the third is called "item-3", if nothing else is."""
    taken = {part.id for part in (*issue.all_sections, *issue.all_items)}
    names = []
    for number, part in enumerate(parts, 1):
        made = (f"{word}-{each}" for each in count(number))
        names.append(part.id or next(each for each in made if each not in taken))
        taken.add(names[-1])
    return names


def contents_of(
    sections: Sequence[NumberedSection], places: Mapping[int, ItemPlace], anchors: Mapping[int, str]
) -> Iterator[ContentsEntry]:
    """Yield the titles of `sections` and of their items, in order; what has none is not named."""
    for section in sections:
        entries = tuple(
            ContentsEntry(places[number].title, anchors[number])
            for number, _item in section.items
            if places[number].title
        )
        if section.title and section.id:
            yield ContentsEntry(section.title, section.id, entries)
        else:
            yield from entries


def _heading_of(item: Item, section: NumberedSection, language: str) -> str:
    """Return the words at the head of an item, "" where it has none."""
    # What the program writes for want of a title is not said again below a section of that name.
    own = getattr(item, "title", None) or getattr(item, "name", None)
    named = DEFAULT_TITLES.get(item.kind, "")
    default = named and translator(language)(named)
    names = fold(default), item.kind
    is_said = section.items[0][1] is item and fold(section.title or "") in names
    return own or ("" if is_said else default)


def places_of(
    sections: Sequence[NumberedSection], theme: Theme, language: str
) -> dict[int, ItemPlace]:
    """Return the place of each item by its number; what an issue leaves open, the look decides."""
    places: dict[int, ItemPlace] = {}
    margins = 2 * theme.space[24]
    has_pictured = False
    for section in sections:
        is_card = section.layout == "cards"
        for index, (number, item) in enumerate(section.items):
            layout = _layout(item, theme, is_first=not has_pictured, is_card=is_card)
            has_pictured |= getattr(item, "picture", None) is not None
            is_boxed = layout == "box" and isinstance(item, StoryParts)
            title = _heading_of(item, section, language)
            is_said_above = item.kind in DEFAULT_TITLES and not title
            level = 3 if section.title and not is_said_above else 2
            width = CARD_WIDTH if is_card else theme.widths.page - margins * (1 + is_boxed)
            css = _css(index, section, layout)
            places[number] = ItemPlace(title, level, width, layout, css, is_card)
    return places


def _css(index: int, section: NumberedSection, layout: str) -> str:
    if section.layout == "cards":
        return "narrow"
    if layout == "hero":
        return "item"  # its picture parts it from what is above
    if index > 0:
        return "item ruled"
    return "opened" if section.title or section.introduction else "item"


def _layout(item: Item, theme: Theme, *, is_first: bool, is_card: bool) -> str:
    if isinstance(item, StoryParts):
        usual = theme.stories.first if is_first and item.picture else theme.stories.picture
        return "above" if is_card else item.layout or usual
    others = {"key-figures": "two", "quote": theme.quotes, "links": "list"}
    return getattr(item, "layout", None) or others.get(item.kind, "")
