"""What goes on until it is interrupted: to look again at each save."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from newsletter.i18n import _
from newsletter.packaged import how_to_add
from newsletter.preview.live.freshness import folder_mark, issue_mark, shared_mark
from newsletter.problems.errors import NewsletterError


def look_at_each_save(
    workspace: Path, issues: Callable[[], Sequence[Path]], look: Callable[[], None], *, first: bool
) -> None:
    """Call `look` at each change of what `issues` are made from, and `first` once at the start."""
    try:
        from newsletter.preview.live.watching import watch
    except ImportError as error:
        message = _("the preview is not installed: {module} is missing").format(module=error.name)
        hint = _("run: {command}").format(command=how_to_add("watchfiles"))
        raise NewsletterError(message, hint=hint) from error

    def mark() -> tuple[str, ...]:
        paths = issues()
        folders = {path.parent: None for path in paths}
        return shared_mark(workspace), *map(issue_mark, paths), *map(folder_mark, folders)

    last = None if first else mark()

    def look_again() -> None:
        nonlocal last
        if (now := mark()) != last:
            last = now
            look()

    asyncio.run(watch(workspace, issues(), look_again))
