"""What a rule finds, and what it is."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from newsletter.checks.checked import Checked
from newsletter.checks.reading.said import LinkedAddress, Said
from newsletter.i18n import _
from newsletter.problems.problem import Level, Position
from newsletter.source import Loc, read_source

_APART = re.compile(r"\n(?=(?:Fails|À éviter|Source)\s?:)")


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
