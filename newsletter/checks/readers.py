"""What the checks find in several mails of an issue: told once, with the readers concerned."""

from collections.abc import Sequence
from dataclasses import replace

from newsletter.content.loading import Issue
from newsletter.content.shown_as import in_words
from newsletter.content.visible import visible
from newsletter.i18n import _, counted
from newsletter.problems.problem import Problem
from newsletter.rendering.document import Document
from newsletter.source import Loc

_NAMED = 3  # readers: who they are is a hint at the part, not a list


class Readers:
    """Who sees which part of an issue, of those who get its documents."""

    def __init__(self, issue: Issue, documents: Sequence[Document]) -> None:
        self._hidden = [visible(issue, each.audience).hidden for each in documents]

    def are_others(self, number: int, loc: Loc) -> bool:
        """Tell whether the part at `loc` is hidden in a document, and shown in another."""
        hides = [any(loc[: len(each)] == each for each in hidden) for hidden in self._hidden]
        return hides[number] and not all(hides)


def told_once(documents: Sequence[Document], found: Sequence[Sequence[Problem]]) -> list[Problem]:
    """Return what was found in each document, with its readers where that is not all of them.

    What differs from mail to mail in its words alone, as weights do, is told in those of the first.
    """
    concerned: dict[Problem, list[Document]] = {}
    told: dict[Problem, list[Problem]] = {}  # by what they are without their words
    for document, problems in zip(documents, found, strict=True):
        own = set(problems)
        for problem in own.intersection(concerned):
            concerned[problem].append(document)
        for problem in problems:
            if problem in concerned:
                continue
            alike = told.setdefault(replace(problem, message=""), [])
            first = next((each for each in alike if each not in own), None)
            if first is None:
                alike.append(problem)
                concerned[problem] = [document]
            elif document not in concerned[first]:
                concerned[first].append(document)
    return [
        problem
        if len(readers) == len(documents)
        else replace(problem, message=f"{problem.message} ({_named(readers)})")
        for problem, readers in concerned.items()
    ]


def _named(documents: Sequence[Document]) -> str:
    names = [in_words(each.audience) or _("other recipients") for each in documents]
    if len(names) > _NAMED:
        more = len(names) - _NAMED
        names[_NAMED:] = [counted("{count} more", "{count} more", more).format(count=more)]
    return _("; ").join(names)
