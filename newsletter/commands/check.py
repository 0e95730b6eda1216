"""`newsletter check`: every problem of the issues, each at its line."""

from collections.abc import Callable, Sequence
from pathlib import Path

from newsletter.commands.opening import issue_files, open_workspace
from newsletter.content.issue_file import load_issue
from newsletter.diagnostics import Problem, has_errors, in_order
from newsletter.i18n import _, counted


def check(
    files: Sequence[Path],
    *,
    start: Path,
    tell: Callable[[str], None],
    show: Callable[[Sequence[Problem]], None],
) -> int:
    """Show every problem of the issues; return 1 if one is an error."""
    settings, problems = open_workspace(start)
    paths = issue_files(files, settings)
    found = in_order(
        [*problems, *(each for path in paths for each in load_issue(path, settings).problems)]
    )
    show(found)
    tell(_summary(len(paths), len(found)))
    return 1 if has_errors(found) else 0


def _summary(issues: int, problems: int) -> str:
    checked = counted("{count} issue checked", "{count} issues checked", issues)
    amiss = counted("{count} problem", "{count} problems", problems)
    if not problems:
        amiss = _("no problem")
    return f"{checked.format(count=issues)}, {amiss.format(count=problems)}"
