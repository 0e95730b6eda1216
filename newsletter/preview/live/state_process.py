"""The states of issues, for the list: worked out by a process of its own, behind all else.

It reads a path a line and prints a state a line, as JSON, until nobody writes to it any more: it
ends with the server, however that ends.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from newsletter.checks.checking import problems_of_loaded
from newsletter.content.loading import load_issue
from newsletter.i18n import use_language
from newsletter.preview.shown_issue import show_mail
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import in_numbers
from newsletter.rendering.variants import variants_of
from newsletter.settings.settings import Settings, load_settings

BACKGROUND = 10  # of nice: what a person waits for comes first


@dataclass(frozen=True)
class IssueState:
    """What the list says of an issue: its problems in words, the worst level, bytes of its mail."""

    problems: str
    worst: str
    weight_bytes: int | None


def state_of(path: Path, settings: Settings) -> IssueState:
    """Return the state of the issue at `path`."""
    loaded = load_issue(path, settings)
    variants = variants_of(loaded, settings)
    sample = settings.recipients.sample
    try:
        mail = show_mail(loaded, variants, settings, sample) if variants else None
        problems = problems_of_loaded(loaded, variants, settings)
    except NewsletterError as error:
        return IssueState(error.message, "error", None)
    levels = Counter(problem.level.value for problem in problems)
    worst = next((level for level in ("error", "warning", "advice") if levels[level]), "")
    return IssueState(in_numbers(problems), worst, mail.weight_bytes if mail else None)


def answer(lines: Iterable[str], workspace: Path) -> Iterator[str]:
    """Yield the state of the issue that each line names, {} where the settings forbid it."""
    for line in lines:
        settings = load_settings(workspace).settings
        state = state_of(Path(json.loads(line)), settings) if settings else None
        yield json.dumps(asdict(state) if state else {})


def main() -> None:
    """Answer on the standard output what the standard input asks, in the language named."""
    workspace, language = sys.argv[1:]
    use_language(language)
    if hasattr(os, "nice"):
        os.nice(BACKGROUND)
    for line in answer(sys.stdin, Path(workspace)):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
