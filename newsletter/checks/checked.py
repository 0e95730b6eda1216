"""What a rule is given: an issue and its mail, looked at from the side."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from lxml import etree, html
from pydantic import BaseModel

from newsletter.checks.reading.addresses import all_addresses
from newsletter.checks.reading.dates_said import NamedDay, named_days
from newsletter.checks.reading.earlier import EarlierIssue
from newsletter.checks.reading.said import LinkedAddress, Said, links_of, models_of, texts_of
from newsletter.content.loading import Issue
from newsletter.rendering.document import Document
from newsletter.rendering.merge import fill_text
from newsletter.settings.settings import Settings
from newsletter.source import Loc, Source


def bare(text: str) -> str:
    """Return the letters and digits of `text`, in lower case: what typography never changes."""
    return re.sub(r"[\W_]+", "", text).casefold()


@dataclass(frozen=True)
class LinkAnswer:
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
    answers: Mapping[str, LinkAnswer] = field(default_factory=dict)

    def of(self, document: Document) -> "Checked":
        """Return the same of another mail of the issue; what was read of the issue is not again."""
        other = replace(self, document=document)
        known = self.__dict__.keys() & {"texts", "dates", "models", "links"}
        other.__dict__.update({name: self.__dict__[name] for name in known})
        return other

    @cached_property
    def language(self) -> str:
        """The issue's language, "fr" or "en", whatever its country."""
        return self.tag[:2]

    @property
    def tag(self) -> str:
        """The issue's language as its mail names it: "fr", "en" or "en-US"."""
        return self.issue.language or self.settings.language

    @cached_property
    def texts(self) -> tuple[Said, ...]:
        """Every text of the issue, in the order of the file's fields."""
        return tuple(texts_of(self.issue))

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
    def links(self) -> tuple[LinkedAddress, ...]:
        """Every address of the issue that a reader can open, with the words that lead to it."""
        return tuple(links_of(self.issue))

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
    def addresses(self) -> tuple[LinkedAddress, ...]:
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
