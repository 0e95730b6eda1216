"""Read an issue file: every problem in one pass, each at its line."""

from dataclasses import dataclass
from pathlib import Path

from newsletter.content.issue import Newsletter
from newsletter.diagnostics import Problem, has_errors, in_order
from newsletter.fields import ReadingContext
from newsletter.merge_syntax import merge_problems
from newsletter.settings import Settings
from newsletter.source import Source, read_source
from newsletter.validation import validate

Issue = Newsletter


@dataclass(frozen=True)
class LoadedIssue:
    """What came of an issue file: the issue (None where a problem forbids it) and its problems."""

    path: Path
    issue: Issue | None
    problems: tuple[Problem, ...]
    source: Source


def load_issue(path: Path, settings: Settings) -> LoadedIssue:
    """Return the issue that `path` holds, with every problem and where each value stands."""
    source = read_source(path)
    context = ReadingContext(
        workspace=settings.workspace,
        folder=path.parent.resolve(),
        timezone=settings.zone,
        merge_fields=settings.merge_fields,
        senders=frozenset(settings.senders),
        organisations=settings.organisations,
    )
    issue, problems = validate(Newsletter, source, context=context, given={"id": path.stem})
    problems += merge_problems(source, settings.merge_fields)
    found = tuple(in_order(problems))
    return LoadedIssue(path, None if has_errors(found) else issue, found, source)
