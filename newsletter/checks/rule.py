"""What a rule finds, and what it is."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from newsletter.checks.checked import Checked
from newsletter.checks.reading.said import LinkedAddress, Said
from newsletter.i18n import _
from newsletter.problems.problem import Level, Position
from newsletter.source import Loc


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


def at_link(link: LinkedAddress, message: str, hint: str, *, level: Level | None = None) -> Finding:
    """Return the finding that points at the address of `link`."""
    return Finding(
        message, hint, link.loc, snippet=link.url, occurrence=link.occurrence, level=level
    )


Find = Callable[[Checked], Iterator[Finding]]


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


_APART = re.compile(r"\n(?=(?:Fails|À éviter|Source)\s?:)")


def manual_page(manual: str) -> str:
    """Return a manual page in the user's language, its examples and its source set apart."""
    return _APART.sub("\n\n", _(manual))


def rule(level: Level, *, language: str = "") -> Callable[[Find], Rule]:
    """Make a rule of a function: its name is the rule's id, its docstring the manual page."""

    def make_rule(find: Find) -> Rule:
        return Rule(find.__name__.replace("_", "-"), level, find, language)

    return make_rule
