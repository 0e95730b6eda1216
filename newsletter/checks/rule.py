"""A rule: what it is given, an issue and its mail seen from the side; what it finds; what it is."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from lxml import etree, html

from newsletter.checks.reading.earlier import EarlierIssue
from newsletter.checks.reading.said import (
    LinkedAddress,
    NamedDay,
    Said,
    all_addresses,
    links_of,
    named_days,
    parts_of,
    texts_of,
)
from newsletter.content.loading import Issue
from newsletter.i18n import _
from newsletter.problems.problem import Level, Position
from newsletter.rendering.document import Document
from newsletter.rendering.merge import fill_text
from newsletter.settings.settings import Settings
from newsletter.source import Loc, Source, read_source
from newsletter.values.model import Model

Kind = TypeVar("Kind", bound=Model)
_APART = re.compile(r"\n(?=(?:Fails|À éviter|Source)\s?:)")


def bare(text: str) -> str:
    """Return the letters and digits of `text`, in lower case: what typography never changes."""
    return re.sub(r"[\W_]+", "", text).casefold()


def beginning(words: str) -> str:
    """Return as much of some words as one needs to find them, on one line."""
    words = " ".join(words.split())
    return words if len(words) <= 40 else f"{words[:40].rpartition(' ')[0]}…"


@dataclass(frozen=True)
class LinkAnswer:
    """Why an address did not open: for a reader neither if `is_dead`, else perhaps for us alone."""

    is_dead: bool
    reason: str  # to be translated, with {status} in it where a site gave one
    status: int = 0


@dataclass(frozen=True)
class Checked:
    """An issue and its mail, looked at from the side."""

    issue: Issue
    source: Source
    document: Document
    settings: Settings
    earlier: Sequence[EarlierIssue] = ()
    # With its zone; None but before a send: a check of the same files says the same every day.
    now: datetime | None = None
    to_members: bool = False  # whether the mail is about to leave to them, and not as a test
    answers: Mapping[str, LinkAnswer] = field(default_factory=dict)  # what `--online` learnt

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
    def models(self) -> tuple[tuple[Loc, Model], ...]:
        """Every structure of the issue, itself first, with its place in the issue file."""
        parts = parts_of(self.issue)
        below = ((loc, part) for loc, *_, part in parts if isinstance(part, Model))
        return ((), self.issue), *below

    @cached_property
    def links(self) -> tuple[LinkedAddress, ...]:
        """Every address of the issue that a reader can open, with the words that lead to it."""
        return tuple(links_of(self.issue))

    @cached_property
    def subject(self) -> tuple[Loc, str]:
        """The subject as the sample recipient sees it, and the field that it comes from."""
        return self._in_inbox(self.document.subject, "subject", "headline")

    @cached_property
    def preheader(self) -> tuple[Loc, str]:
        """The preheader as the sample recipient sees it, and the field that it comes from."""
        return self._in_inbox(self.document.preheader, "preheader", "subheadline")

    def _in_inbox(self, text: str, *names: str) -> tuple[Loc, str]:
        loc = next(((name,) for name in names if getattr(self.issue, name, None)), ())
        return loc, fill_text(text, self.document.merge_fields, self.settings.recipients.sample)

    @cached_property
    def addresses(self) -> tuple[LinkedAddress, ...]:
        """The links, and those that the mail's templates add; none with a merge field in it."""
        return tuple(all_addresses(self.links, self.elements))

    @cached_property
    def page(self) -> html.HtmlElement:
        """The mail's whole HTML as a tree."""
        return html.document_fromstring(self.document.html)

    @cached_property
    def shown_words(self) -> tuple[str, str]:
        """The letters and digits that the mail shows, and those of its plain text."""
        return bare(self.page.text_content()), bare(self.document.text)

    @cached_property
    def elements(self) -> tuple[tuple[Loc, html.HtmlElement], ...]:
        """Every element of the mail, with the place of its item; first, at (), those of none."""
        mail, around, last, items = self.document.html, "", 0, []
        for span in self.document.item_spans:
            around += mail[last : span.start]
            last = span.end
            items.append((span.loc, html.fragment_fromstring(mail[span.start : last], "div")))
        roots = [((), html.document_fromstring(around + mail[last:])), *items]
        return tuple((loc, each) for loc, root in roots for each in root.iter(etree.Element))

    def tags(self, name: str) -> Iterator[tuple[Loc, html.HtmlElement]]:
        """Yield the elements of one name, as `elements` has them."""
        return (each for each in self.elements if each[1].tag == name)

    def structures(self, kind: type[Kind]) -> Iterator[tuple[Loc, Kind]]:
        """Yield the structures of one kind, with their places in the issue file."""
        return ((loc, each) for loc, each in self.models if isinstance(each, kind))

    def matches(self, pattern: re.Pattern[str]) -> Iterator[tuple[Said, re.Match[str]]]:
        """Yield all that `pattern` finds in the prose of texts, each with its text."""
        return ((text, each) for text in self.texts for each in pattern.finditer(text.prose))

    def loc_of(self, offset: int) -> Loc:
        """Return the place in the issue file of what lies at `offset` of the mail's HTML."""
        for span in self.document.item_spans:
            if span.start <= offset < span.end:
                return span.loc
        return ()


@dataclass(frozen=True)
class Finding:
    """What a rule says of one place: of `snippet` in the value at `loc` of the issue file."""

    message: str
    hint: str
    loc: Loc = ()
    snippet: str = ""
    occurrence: int = 0
    level: Level | None = None  # where it weighs less or more than the others of its rule
    place: tuple[Path, Position] | None = None  # in another file


def found(
    message: str,
    hint: str,
    loc: Loc = (),
    *,
    snippet: str = "",
    level: Level | None = None,
    **words: object,
) -> Finding:
    """Return a finding whose message and hint are filled with `words`, if there are any."""
    if words:
        message, hint = message.format(**words), hint.format(**words)
    return Finding(message, hint, loc, snippet, level=level)


def at_words(
    said: Said,
    span: tuple[int, int],
    message: str,
    hint: str,
    level: Level | None = None,
    **words: object,
) -> Finding:
    """Return the finding that points at what lies from a place of a text to another."""
    start, end = span
    snippet = said.text[start:end]
    pattern = r"\s+".join(re.escape(word) for word in snippet.split())
    occurrence = len(re.findall(pattern, said.text[:start])) if pattern else 0
    filled = found(message, hint, said.loc, snippet=snippet, level=level, **words)
    return replace(filled, occurrence=occurrence)


def at_link(
    link: LinkedAddress, message: str, hint: str, level: Level | None = None, **words: object
) -> Finding:
    """Return the finding that points at the address of `link`."""
    filled = found(message, hint, link.loc, snippet=link.url, level=level, **words)
    return replace(filled, occurrence=link.occurrence)


def in_file(path: Path, loc: Loc, message: str, hint: str) -> Finding:
    """Return the finding that points at the value at `loc` of another YAML file."""
    return Finding(message, hint, place=(path, read_source(path).position(loc)))


Findings = Iterator[Finding]
Find = Callable[[Checked], Findings]


@dataclass(frozen=True)
class Rule:
    """A rule: its id in words, its level, what finds what is wrong, the language that it is of."""

    id: str
    level: Level
    find: Find
    language: str = ""

    @property
    def manual(self) -> str:
        """The manual page: the docstring of the function."""
        return inspect.getdoc(self.find) or ""


def manual_page(manual: str) -> str:
    """Return a manual page in the user's language, its examples and its source set apart."""
    return _APART.sub("\n\n", _(manual))


def rule(level: Level, *, language: str = "") -> Callable[[Find], Rule]:
    """Make a rule of a function: its name is the rule's id, its docstring the manual page."""
    return lambda find: Rule(find.__name__.replace("_", "-"), level, find, language)
