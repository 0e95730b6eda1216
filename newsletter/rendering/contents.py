"""The table of contents at the head of a mail: what it names, and where its links lead."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from newsletter.content.issue import Newsletter
from newsletter.content.items import Item
from newsletter.content.loading import Issue
from newsletter.i18n import N_, translator
from newsletter.values.suggestions import fold

# What templates write above an item that has no title of its own.
DEFAULT_TITLES = {
    "agenda": N_("Dates for your diary"),
    "key-figures": N_("Key figures"),
    "links": N_("Further reading"),
}


@dataclass(frozen=True)
class NumberedSection:
    """A section as templates walk through it: each item with its number in the mail."""

    id: str | None
    title: str | None
    items: tuple[tuple[int, Item], ...]
    introduction: str | None = None
    layout: str = "list"
    colour: str | None = None

    @property
    def rows(self) -> tuple[tuple[tuple[int, Item], ...], ...]:
        """The items that stand side by side: two where they are cards."""
        across = 2 if self.layout == "cards" else 1
        starts = range(0, len(self.items), across)
        return tuple(self.items[start : start + across] for start in starts)


@dataclass(frozen=True)
class ContentsEntry:
    """A title, the name of the place that it leads to, and for a section its items' entries."""

    title: str
    anchor: str
    entries: tuple["ContentsEntry", ...] = ()


def anchors_of(issue: Issue) -> dict[int, str]:
    """Return the name of each item's place, by its number in the mail.

    With a table of contents every item has one, made by the program if need be.
    """
    sections = issue.all_sections if isinstance(issue, Newsletter) else ()
    taken = {part.id for part in (*sections, *issue.all_items) if part.id}
    anchors: dict[int, str] = {}
    for number, item in enumerate(issue.all_items):
        if item.id or (isinstance(issue, Newsletter) and issue.contents):
            anchors[number] = item.id or _made("item", number, taken)
    return anchors


def with_ids(issue: Newsletter, sections: Sequence[NumberedSection]) -> tuple[NumberedSection, ...]:
    """Return the sections, each with a name for its place."""
    taken = {part.id for part in (*issue.all_sections, *issue.all_items) if part.id}
    return tuple(
        replace(section, id=section.id or _made("section", number, taken))
        for number, section in enumerate(sections)
    )


def _made(word: str, number: int, taken: set[str]) -> str:
    """Return a name that nothing else has: "item-3", for the third."""
    names = (f"{word}-{each}" for each in count(number + 1))
    name = next(each for each in names if each not in taken)
    taken.add(name)
    return name


def contents_of(
    sections: Sequence[NumberedSection], *, anchors: Mapping[int, str], language: str
) -> Iterator[ContentsEntry]:
    """Yield the titles of `sections` and of their items, in order; what has none is not named."""
    for section in sections:
        entries = tuple(
            ContentsEntry(title, anchors[number])
            for number, item in section.items
            if (title := heading_of(item, section, language))
        )
        if section.title and section.id:
            yield ContentsEntry(section.title, section.id, entries)
        else:
            yield from entries


def heading_of(item: Item, section: NumberedSection, language: str) -> str:
    """Return the words at the head of an item, "" where it has none.

    What the program writes for want of a title is not said again below a section of that name.
    """
    own = getattr(item, "title", None) or getattr(item, "name", None)
    named = DEFAULT_TITLES.get(item.kind, "")
    default = named and translator(language)(named)
    names = fold(default), item.kind
    is_said = section.items[0][1] is item and fold(section.title or "") in names
    return own or ("" if is_said else default)
