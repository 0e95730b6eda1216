"""What a rule is given, and what it finds."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol

from lxml import etree, html
from pydantic import BaseModel

from newsletter.checks.reading.addresses import all_addresses
from newsletter.checks.reading.dates_said import NamedDay, named_days
from newsletter.checks.reading.said import Link, Said, links_of, models_of, texts_of
from newsletter.content.loading import Issue
from newsletter.problems.problem import Level, Position
from newsletter.rendering.document import Document
from newsletter.rendering.merge import fill_text
from newsletter.settings.settings import Settings
from newsletter.source import Loc, Source


@dataclass(frozen=True)
class Finding:
    """What a rule says of one place: of `snippet` in the value at `loc` of the issue file.

    A finding in another file, the settings or a text, brings its `path` and `position`; one that
    weighs less or more than its rule's others brings its own `level`.
    """

    message: str
    hint: str
    loc: Loc = ()
    snippet: str = ""
    occurrence: int = 0
    path: Path | None = None
    position: Position | None = None
    level: Level | None = None


def finding_at(
    said: Said, start: int, end: int, message: str, hint: str, *, level: Level | None = None
) -> Finding:
    """Return the finding that points at the characters `start` to `end` of a text."""
    snippet = said.text[start:end]
    words = r"\s+".join(re.escape(word) for word in snippet.split())
    occurrence = len(re.findall(words, said.text[:start])) if words else 0
    return Finding(message, hint, said.loc, snippet, occurrence, level=level)


@dataclass(frozen=True)
class EarlierIssue:
    """What is known of an issue of an earlier date: its file, the addresses that it links.

    `texts` are what stands at its head and its foot, by field: `recycled_text.own_texts` of it.
    """

    path: Path
    date: date
    addresses: frozenset[str]
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """Why an address did not open: for a reader neither if `is_dead`, else perhaps for us alone.

    `reason` are words of ours, to be translated, with {status} in them where a site gave one.
    """

    is_dead: bool
    reason: str
    status: int = 0


@dataclass(frozen=True)
class Checked:
    """An issue and its mail, looked at from the side.

    `now`, with its zone, is None but before a send: a check of the same files says the same every
    day. `to_members` tells whether the mail is about to leave to members, and not as a test.
    `answers` are what `--online` learnt of addresses, none without it.
    """

    issue: Issue
    source: Source
    document: Document
    settings: Settings
    earlier: Sequence[EarlierIssue] = ()
    now: datetime | None = None
    to_members: bool = False
    answers: Mapping[str, Answer] = field(default_factory=dict)

    @cached_property
    def language(self) -> str:
        """The issue's language, "fr" or "en"."""
        return self.issue.language or self.settings.language

    @cached_property
    def texts(self) -> tuple[Said, ...]:
        """Every text of the issue, in the order of the file's fields."""
        return tuple(texts_of(self.issue, self.source))

    @cached_property
    def dates(self) -> tuple[tuple[Said, NamedDay], ...]:
        """Every day that a text names, with its text."""
        near = self.issue.date
        return tuple(
            (text, day) for text in self.texts for day in named_days(text.prose, near=near)
        )

    @cached_property
    def models(self) -> tuple[tuple[Loc, BaseModel], ...]:
        """Every structure of the issue, itself first, with its place in the issue file."""
        return tuple(models_of(self.issue))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every address of the issue that a reader can open, with the words that lead to it."""
        return tuple(links_of(self.issue, self.source))

    @cached_property
    def subject(self) -> tuple[Loc, str]:
        """The subject as the sample recipient sees it, and the field that it comes from."""
        return self._first_filled("subject", "headline"), self._filled(self.document.subject)

    @cached_property
    def preheader(self) -> tuple[Loc, str]:
        """The preheader as the sample recipient sees it, and the field that it comes from."""
        return self._first_filled("preheader", "subheadline"), self._filled(self.document.preheader)

    def _first_filled(self, *names: str) -> Loc:
        return next(((name,) for name in names if getattr(self.issue, name, None)), ())

    def _filled(self, text: str) -> str:
        return fill_text(text, self.document.merge_fields, self.settings.recipients.sample)

    @cached_property
    def addresses(self) -> tuple[Link, ...]:
        """The links, and those that the mail's templates add; none with a merge field in it."""
        return tuple(all_addresses(self.links, self.elements))

    @cached_property
    def page(self) -> html.HtmlElement:
        """The mail's whole HTML as a tree."""
        return html.document_fromstring(self.document.html)

    @cached_property
    def around(self) -> html.HtmlElement:
        """The mail's HTML as a tree, without its items: what the page's templates alone made."""
        text, last = "", 0
        for span in self.document.item_spans:
            text += self.document.html[last : span.start]
            last = span.end
        return html.document_fromstring(text + self.document.html[last:])

    @cached_property
    def shown_words(self) -> tuple[str, str]:
        """The letters and digits that the mail shows, and those of its plain text."""
        return bare(self.page.text_content()), bare(self.document.text)

    @cached_property
    def parts(self) -> tuple[tuple[Loc, html.HtmlElement], ...]:
        """Each item's HTML as a tree, with its place in the issue file."""
        return tuple(
            (span.loc, html.fragment_fromstring(self.document.html[span.start : span.end], "div"))
            for span in self.document.item_spans
        )

    @property
    def all_parts(self) -> tuple[tuple[Loc, html.HtmlElement], ...]:
        """The items' HTML as trees, then that of the rest of the mail, each with its place."""
        return (*self.parts, ((), self.around))

    @cached_property
    def elements(self) -> tuple[tuple[Loc, html.HtmlElement], ...]:
        """Every element of the mail, with the place of its item; () where it is in none."""
        text, around, last = self.document.html, [], 0
        for span in self.document.item_spans:
            around.append(text[last : span.start])
            last = span.end
        rest = html.document_fromstring("".join([*around, text[last:]]))
        roots = (((), rest), *self.parts)
        return tuple((loc, each) for loc, root in roots for each in root.iter(etree.Element))

    def loc_of(self, offset: int) -> Loc:
        """Return the place in the issue file of what lies at `offset` of the mail's HTML."""
        for span in self.document.item_spans:
            if span.start <= offset < span.end:
                return span.loc
        return ()


def at_link(link: Link, message: str, hint: str, *, level: Level | None = None) -> Finding:
    """Return the finding that points at the address of `link`."""
    return Finding(
        message, hint, link.loc, snippet=link.url, occurrence=link.occurrence, level=level
    )


def bare(text: str) -> str:
    """Return the letters and digits of `text`, in lower case: what typography never changes."""
    return re.sub(r"[\W_]+", "", text).casefold()


class RuleModule(Protocol):
    """A module of this package that is a rule: its name is the rule's, its docstring the manual."""

    LEVEL: Level

    def find(self, checked: Checked) -> Iterator[Finding]:
        """Yield what the rule finds."""


@dataclass(frozen=True)
class Rule:
    """A rule: its id in words, its level, its manual page, and what finds what is amiss."""

    id: str
    level: Level
    manual: str
    find: Callable[[Checked], Iterator[Finding]]
