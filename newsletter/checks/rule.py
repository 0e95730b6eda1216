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

from newsletter.checks import reading
from newsletter.checks.reading import EarlierIssue, LinkedAddress, Said
from newsletter.content.loading import Issue
from newsletter.i18n import _
from newsletter.problems.problem import Level, Position
from newsletter.rendering.document import Document
from newsletter.settings.settings import Settings
from newsletter.source import Loc, Source, read_source
from newsletter.values.model import Model
from newsletter.values.types import Language

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
        # To read the links again for each of ten mails makes a check twice as long.
        other, known = replace(self, document=document), {"texts", "models", "links"}
        vars(other).update({name: vars(self)[name] for name in known & vars(self).keys()})
        return other

    @cached_property
    def language(self) -> Language:
        """The issue's language, whatever its country."""
        return "fr" if self.tag[:2] == "fr" else "en"

    @property
    def tag(self) -> str:
        """The issue's language as its mail names it: "fr", "en" or "en-US"."""
        return self.issue.language or self.settings.language

    @cached_property
    def texts(self) -> tuple[Said, ...]:
        """Every text of the issue, in the order of the file's fields."""
        return tuple(
            Said(place, key, part, kind == "markdown" and place[-1] == key)
            for place, key, kind, _owner, part in reading.parts_of(self.issue)
            if isinstance(part, str) and kind not in {"address", "unread"}
        )

    @cached_property
    def models(self) -> tuple[tuple[Loc, Model], ...]:
        """Every structure of the issue, itself first, with its place in the issue file."""
        parts = reading.parts_of(self.issue)
        below = ((loc, part) for loc, *_, part in parts if isinstance(part, Model))
        return ((), self.issue), *below

    @cached_property
    def links(self) -> tuple[LinkedAddress, ...]:
        """Every address of the issue that a reader can open, with the words that lead to it."""
        return tuple(reading.links_of(self.issue))

    @cached_property
    def addresses(self) -> tuple[LinkedAddress, ...]:
        """The links, and those that the mail's templates add; none with a merge field in it."""
        return tuple(reading.all_addresses(self.links, self.elements))

    @cached_property
    def page(self) -> html.HtmlElement:
        """The mail's whole HTML as a tree, each item between two comments."""
        mail, marked, last = self.document.html, "", 0
        for number, span in enumerate(self.document.item_spans):
            item = mail[span.start : span.end]
            marked += f"{mail[last : span.start]}<!--item:{number}-->{item}<!--item:-->"
            last = span.end
        return html.document_fromstring(marked + mail[last:])

    @cached_property
    def elements(self) -> tuple[tuple[Loc, html.HtmlElement], ...]:
        """Every element of the mail, with the place of its item; first, at (), those of none."""
        placed: list[tuple[Loc, html.HtmlElement]] = []
        loc: Loc = ()
        for each in self.page.iter(etree.Element, etree.Comment):
            if isinstance(each.tag, str):
                placed.append((loc, each))
            elif mark := re.fullmatch(r"item:(\d*)", each.text or ""):
                loc = self.document.item_spans[int(mark[1])].loc if mark[1] else ()
        return tuple(sorted(placed, key=lambda each: bool(each[0])))

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
        spans = self.document.item_spans
        return next((each.loc for each in spans if each.start <= offset < each.end), ())


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
    occurrence: int = 0,
    level: Level | None = None,
    **words: object,
) -> Finding:
    """Return a finding whose message and hint are filled with `words`, if there are any."""
    if words:
        message, hint = message.format(**words), hint.format(**words)
    return Finding(message, hint, loc, snippet, occurrence, level)


def at_words(
    text: Said,
    span: tuple[int, int],
    message: str,
    hint: str,
    level: Level | None = None,
    **words: object,
) -> Finding:
    """Return the finding that points at what lies from a place of a text to another."""
    start, end = span
    snippet = text.text[start:end]
    pattern = r"\s+".join(re.escape(word) for word in snippet.split())
    before = len(re.findall(pattern, text.text[:start])) if pattern else 0
    return found(message, hint, text.loc, snippet=snippet, occurrence=before, level=level, **words)


def at_link(
    link: LinkedAddress, message: str, hint: str, level: Level | None = None, **words: object
) -> Finding:
    """Return the finding that points at the address of `link`."""
    url, nth = link.url, link.occurrence
    return found(message, hint, link.loc, snippet=url, occurrence=nth, level=level, **words)


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
