"""Where each item of a mail stands, and how it is laid out there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsletter.content.item_parts import StoryParts
from newsletter.content.items import Item, KeyFigures, Links, Quote
from newsletter.rendering.contents import DEFAULT_TITLES, NumberedSection, heading_of
from newsletter.settings.theme import Theme

CARD_WIDTH = 236  # CSS pixels: two cards, their gap, lines and paddings make the width of the text


@dataclass(frozen=True)
class ItemPlace:
    """Where an item stands: the level of its title, the width of its words in CSS pixels.

    `layout` is one of those that its kind can have, `css` the classes of its cell, `title` its own
    or what the program writes for want of one.
    """

    title: str
    level: int
    width: int
    layout: str
    css: str
    is_card: bool = False


def places_of(
    sections: Sequence[NumberedSection], theme: Theme, language: str
) -> dict[int, ItemPlace]:
    """Return the place of each item by its number; what an issue leaves open, the look decides."""
    return dict(_places(sections, theme, language))


def _places(
    sections: Sequence[NumberedSection], theme: Theme, language: str
) -> Iterator[tuple[int, ItemPlace]]:
    width = theme.widths.page - 2 * theme.space[24]
    has_pictured = False
    for section in sections:
        is_cards = section.layout == "cards"
        for index, (number, item) in enumerate(section.items):
            layout = _layout(item, theme, is_first=not has_pictured, is_card=is_cards)
            has_pictured |= getattr(item, "picture", None) is not None
            is_boxed = layout == "box" and isinstance(item, StoryParts)
            title = heading_of(item, section, language)
            is_said_above = item.kind in DEFAULT_TITLES and not title
            whole = width - 2 * theme.space[24] * is_boxed
            yield (
                number,
                ItemPlace(
                    title=title,
                    level=3 if section.title and not is_said_above else 2,
                    width=CARD_WIDTH if is_cards else whole,
                    layout=layout,
                    css=_css(index, section, layout),
                    is_card=is_cards,
                ),
            )


def _css(index: int, section: NumberedSection, layout: str) -> str:
    if section.layout == "cards":
        return "narrow"
    if layout == "hero":
        return "item"  # its picture parts it from what is above
    if index > 0:
        return "item ruled"
    return "opened" if section.title or section.introduction else "item"


def _layout(item: Item, theme: Theme, *, is_first: bool, is_card: bool) -> str:
    match item:
        case StoryParts() if is_card:
            return "above"
        case StoryParts():
            usual = theme.stories.first if is_first and item.picture else theme.stories.picture
            return item.layout or usual
        case KeyFigures():
            return item.layout or "two"
        case Quote():
            return item.layout or theme.quotes
        case Links():
            return item.layout or "list"
        case _:
            return ""
