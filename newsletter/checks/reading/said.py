"""The words, addresses and days of an issue, each with the place where its writer typed it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from lxml import html

from newsletter.rendering.markdown.dialect import markdown_parser
from newsletter.rendering.markdown.pasted_text import mend_pasted_text
from newsletter.source import Loc
from newsletter.values.dates import MONTHS, WEEKDAYS
from newsletter.values.fields import Email, PictureFile, Url
from newsletter.values.markdown_faults import without_faults
from newsletter.values.model import Model, fields_of, inside
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
_KINDS: Mapping[str, Sequence[Any]] = {
    "markdown": (Markdown,),
    "address": (Url,),
    "unread": (Url, Email, PictureFile),  # no words
}
# A recipient's own words stand in it: what address it becomes is not known here.
_MERGED = re.compile(r"qzm[a-p]{16}mzq|\(\(")
# Without a year, a date farther away than this could be last year's as well as next year's.
_NEAR = timedelta(days=150)


@dataclass(frozen=True)
class Said:
    """A text as it was typed, and where it stands in the issue file."""

    loc: Loc
    field: str
    text: str
    is_markdown: bool  # whether it may have marks of Markdown

    @cached_property
    def prose(self) -> str:
        """The text, as long as it is, with `OPAQUE` for its code, addresses and merge fields."""
        # What is told already, a link that is none or bold that does not end, is hidden too.
        return prose_of(without_faults(self.text, OPAQUE) if self.is_markdown else self.text)


@dataclass(frozen=True)
class LinkedAddress:
    """An address, and the words that a reader sees of it."""

    loc: Loc
    url: str
    words: str
    occurrence: int = 0  # of the same address in the same value


def prose_of(text: str) -> str:
    """Return `text`, as long as before, with `OPAQUE` for code, addresses and merge fields."""
    if not any(sign in text for sign in _SIGNS):
        return text
    return _NO_PROSE.sub(lambda found: re.sub(r"[^\n]", OPAQUE, found[0]), text)


def parts_of(model: Model, loc: Loc = ()) -> Iterator[tuple[Loc, str, Model, object]]:
    """Yield what a writer fills of `model` and below it, in the order of the fields.

    Each value comes with its place, the key of its field, and the structure that has the field; of
    a list, its entries.
    """
    for name, field in fields_of(type(model)).items():
        if name not in _OF_THE_PROGRAM:
            key, value = field.key, getattr(model, name)
            is_list = isinstance(value, tuple)
            for index, part in enumerate(value if is_list else (value,)):
                place = (*loc, key, index) if is_list else (*loc, key)
                yield place, key, model, part
                if isinstance(part, Model):
                    yield from parts_of(part, place)


def texts_of(model: Model) -> Iterator[Said]:
    """Yield every text that a reader sees of `model`, in the order of its fields."""
    for place, key, owner, part in parts_of(model):
        if isinstance(part, str) and key not in _fields_of(type(owner), "unread"):
            is_markdown = place[-1] == key and key in _fields_of(type(owner), "markdown")
            yield Said(place, key, part, is_markdown)


def links_of(model: Model) -> Iterator[LinkedAddress]:
    """Yield every address of `model`: in fields of their own, and in Markdown."""
    for place, key, owner, part in parts_of(model):
        # Where a picture lies is not what it opens.
        if place[-1] != key or (isinstance(owner, PictureParts) and key == "url"):
            continue
        if isinstance(part, str) and key in _fields_of(type(owner), "address"):
            said = (getattr(owner, name, None) for name in _WORDS if key not in _NAMED_BY_US)
            words = next((each for each in said if isinstance(each, str)), "")
            yield LinkedAddress(place, part, words)
        elif isinstance(part, str) and key in _fields_of(type(owner), "markdown"):
            yield from _markdown_links(part, place)


@cache
def _fields_of(model: type[Model], kind: str) -> frozenset[str]:
    """Return the fields of `model` whose type is marked as of a kind, optional or not."""
    marks = {each.__metadata__[0] for each in _KINDS[kind]}
    fields = fields_of(model).items()
    return frozenset(name for name, field in fields if not marks.isdisjoint(inside(field.type)))


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


def all_addresses(
    links: Sequence[LinkedAddress], elements: Iterable[tuple[Loc, html.HtmlElement]]
) -> Iterator[LinkedAddress]:
    """Yield `links`, then what the mail links beside; nothing that holds a merge field."""
    # An address that stands several times in one value comes with the number of its place there.
    seen: Counter[tuple[Loc, str]] = Counter()
    for link in links:
        if not _MERGED.search(link.url):
            place = (link.loc, link.url)
            yield replace(link, occurrence=seen[place])
            seen[place] += 1
    known = {_encoded(link.url) for link in links}
    for loc, element in elements:
        url = element.get("href")
        if element.tag != "a" or url is None or _MERGED.search(url):
            continue
        if _encoded(url) not in known:
            known.add(_encoded(url))
            yield LinkedAddress(loc, url, element.text_content().strip())


def _encoded(url: str) -> str:
    """Return `url` as both Markdown and HTML write it."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~")


def host_of(url: str) -> str:
    """Return the name of the machine that `url` asks, in lower case; "" where it names none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:  # "https://[1": not an address
        return ""


def is_web(url: str) -> bool:
    """Tell whether `url` is that of a page."""
    return url.lower().startswith(("https://", "http://"))


def is_of(host: str, owners: Iterable[str]) -> bool:
    """Tell whether `host` is one of `owners`, or a machine below one."""
    return any(host == owner or host.endswith(f".{owner}") for owner in owners)


class NamedDay(NamedTuple):
    """A day that a text names from `start` to `end`; its weekday, Monday 0, where it has one."""

    start: int
    end: int
    day: date
    has_year: bool
    weekday: int | None
    language: str


def _any_of(names: tuple[str, ...]) -> str:
    """Return the pattern of one of `names`, with its accents or without."""
    return "|".join(names).replace("é", "[ée]").replace("û", "[ûu]")


_PATTERNS = {
    "fr": (
        rf"(?:\b(?P<weekday>{_any_of(WEEKDAYS['fr'])}),?\s+(?:le\s+)?)?"
        rf"\b(?P<day>\d{{1,2}})(?:er)?\s+(?P<month>{_any_of(MONTHS['fr'])})\b(?:\s+(?P<year>\d{{4}})\b)?"
    ),
    "en": (
        rf"(?:\b(?P<weekday>{_any_of(WEEKDAYS['en'])}),?\s+(?:the\s+)?)?"
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?"
        rf"(?P<month>{_any_of(MONTHS['en'])})\b(?:,?\s+(?P<year>\d{{4}})\b)?"
    ),
    "us": (
        rf"(?:\b(?P<weekday>{_any_of(WEEKDAYS['en'])}),?\s+)?"
        rf"\b(?P<month>{_any_of(MONTHS['en'])})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b"
        rf"(?:,?\s+(?P<year>\d{{4}})\b)?"
    ),
}
_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _PATTERNS.items()}
_DAY_AND_MONTH = re.compile(
    rf"\d(?:er|st|nd|rd|th)?,?\s+(?:of\s+)?(?:{_any_of(MONTHS['fr'])}|{_any_of(MONTHS['en'])})"
    rf"|(?:{_any_of(MONTHS['en'])})\s+\d",
    re.IGNORECASE,
)


def named_days(text: str, *, near: date) -> Iterator[NamedDay]:
    """Yield the days that `text` names; one without its year is the nearest to `near`, if near."""
    if not _DAY_AND_MONTH.search(text):
        return
    for name, pattern in _COMPILED.items():
        language = "fr" if name == "fr" else "en"
        for found in pattern.finditer(text):
            if day := _day(found, language, near):
                weekday = _index(said, WEEKDAYS[language]) if (said := found["weekday"]) else None
                yield NamedDay(*found.span(), day, bool(found["year"]), weekday, language)


def _index(name: str, names: tuple[str, ...]) -> int:
    named = (re.fullmatch(_any_of((each,)), name, re.IGNORECASE) for each in names)
    return next(index for index, each in enumerate(named) if each)


def _day(found: re.Match[str], language: str, near: date) -> date | None:
    month, day = _index(found["month"], MONTHS[language]) + 1, int(found["day"])
    if found["year"]:
        return _existing(int(found["year"]), month, day)
    years = (near.year - 1, near.year, near.year + 1)
    days = [each for year in years if (each := _existing(year, month, day))]
    nearest = min(days, key=lambda each: abs(each - near), default=None)
    return nearest if nearest is not None and abs(nearest - near) <= _NEAR else None


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
