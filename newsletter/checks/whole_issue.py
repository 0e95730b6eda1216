"""Every problem of an issue: of its file, and of all the mails that it makes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from newsletter.checks.checked import LinkAnswer
from newsletter.checks.checking import run_checks
from newsletter.checks.reading.earlier import earlier_issues
from newsletter.content.loading import Issue, LoadedIssue, load_issue
from newsletter.content.visible import visible
from newsletter.problems.problem import Problem
from newsletter.rendering.document import Document, render_document
from newsletter.settings.settings import Settings
from newsletter.values.audiences import UNKNOWN

NO_ANSWERS: Mapping[str, LinkAnswer] = MappingProxyType({})


def problems_of(
    path: Path, settings: Settings, *, answers: Mapping[str, LinkAnswer] = NO_ANSWERS
) -> list[Problem]:
    """Return every problem of the issue at `path`: of its file, and of the mail that it makes.

    `answers` are what `--online` learnt of its links.
    """
    return problems_of_loaded(load_issue(path, settings), settings, answers=answers)


def problems_of_loaded(
    loaded: LoadedIssue, settings: Settings, *, answers: Mapping[str, LinkAnswer] = NO_ANSWERS
) -> list[Problem]:
    """Return the same for an issue that is read already."""
    if loaded.issue is None:
        return list(loaded.problems)
    found = run_checks(
        loaded,
        documents_of(loaded.issue, settings),
        settings,
        earlier_issues=earlier_issues(loaded.path.resolve().parent, loaded.issue),
        answers=answers,
    )
    return [*loaded.problems, *found]


def documents_of(issue: Issue, settings: Settings) -> Sequence[Document]:
    """Return mails of the issue that together hold all of it, whomever its parts are for."""
    everyone = dict(settings.audiences)
    documents = [render_document(issue, settings, everyone)]
    if visible(issue, everyone).hidden:  # what is not for some
        documents.append(render_document(issue, settings, UNKNOWN))
    return documents
