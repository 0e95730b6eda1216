"""What several commands begin with: the workspace, its settings, and the issues named."""

from collections.abc import Sequence
from pathlib import Path

from newsletter.diagnostics import Problem, has_errors
from newsletter.errors import NewsletterError
from newsletter.i18n import _
from newsletter.settings import Settings, load_settings
from newsletter.workspace import find_workspace


class UnusableSettings(NewsletterError):  # noqa: N818 - a sentence, not a fault
    """The settings have errors; nothing can be read against them."""

    exit_status = 1

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(_("the settings cannot be used"), hint=_("mend them first"))
        self.problems = problems


def open_workspace(start: Path) -> tuple[Settings, tuple[Problem, ...]]:
    """Return the settings of the workspace around `start`, and what is amiss in them."""
    loaded = load_settings(Path(find_workspace(str(start))))
    if loaded.settings is None or has_errors(loaded.problems):
        raise UnusableSettings(loaded.problems)
    return loaded.settings, loaded.problems


def issue_files(files: Sequence[Path], settings: Settings) -> list[Path]:
    """Return `files`, or every issue of the workspace where none is named.

    Raises:
        NewsletterError: a named file that is not there, or a workspace without issues.
    """
    for path in files:
        if not path.is_file():
            message = _("there is no file {path}").format(path=path)
            raise NewsletterError(message, hint=_("the issues lie in issues/"))
    if files:
        return list(files)
    named = sorted((settings.workspace / "issues").glob("*.y*ml"))
    found = [path for path in named if path.is_file()]
    if not found:
        message = _("there is no issue in {folder}").format(folder=settings.workspace / "issues")
        raise NewsletterError(message, hint=_("write one with: newsletter new newsletter"))
    return found
