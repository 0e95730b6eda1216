"""Every problem of an issue: of its file, and of all the mails that it makes."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from newsletter.checks.checked import LinkAnswer
from newsletter.checks.checking import run_checks
from newsletter.checks.reading.earlier import earlier_issues
from newsletter.content.loading import LoadedIssue, load_issue
from newsletter.problems.problem import Problem, in_order
from newsletter.rendering.variants import Variants, variants_of
from newsletter.settings.settings import Settings


def problems_of(path: Path, settings: Settings) -> list[Problem]:
    """Return every problem of the issue at `path`: of its file, and of the mails that it makes."""
    loaded = load_issue(path, settings)
    return problems_of_loaded(loaded, variants_of(loaded, settings), settings)


def problems_of_loaded(
    loaded: LoadedIssue,
    variants: Variants | None,
    settings: Settings,
    *,
    answers: Mapping[str, LinkAnswer] = MappingProxyType({}),
) -> list[Problem]:
    """Return the same, in order; `answers` are what `--online` learnt of the issue's links."""
    if variants is None:
        return list(loaded.problems)
    found = run_checks(
        loaded,
        variants.documents(),
        settings,
        earlier_issues=earlier_issues(loaded.path.resolve().parent, variants.issue),
        answers=answers,
    )
    return in_order([*loaded.problems, *found])
