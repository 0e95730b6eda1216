"""What several commands start with: the workspace, its settings, and the issues named."""

from collections.abc import Sequence
from pathlib import Path

from newsletter import workspace
from newsletter.content.loading import issues_in
from newsletter.i18n import N_, _
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Problem, shown_path
from newsletter.problems.terminal import Show
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import MailingList, Settings
from newsletter.values.suggestions import did_you_mean, file_meant, meant_or_choice
from newsletter.workspace import SENT_FOLDER, SETTINGS_FILE, THEME_FILE, refuse_links

_NO_ISSUES = (SETTINGS_FILE, THEME_FILE)
ALL_SENT = N_("every issue has already been sent; name a file to look at it")


class UnusableSettings(NewsletterError):  # noqa: N818 - a sentence, not a fault
    """The settings have errors; nothing can be read against them."""

    exit_status = 1

    def __init__(self, problems: Sequence[Problem]) -> None:
        hint = _("fix newsletter.yaml or assets/theme.yaml first")
        super().__init__(_("the settings have errors"), hint=hint)
        self.problems = problems


def open_workspace(start: Path, show: Show = lambda _problems: None) -> Settings:
    """Return the settings of the workspace around `start`; show what is amiss in them."""
    loaded = load_settings(Path(workspace.find_workspace(str(start))))
    if loaded.settings is None:
        raise UnusableSettings(loaded.problems)
    show(loaded.problems)
    return loaded.settings


def list_named(name: str, settings: Settings) -> MailingList:
    """Return a list of the settings; raise where there is none of that name."""
    if name in settings.lists:
        return settings.lists[name]
    hint = meant_or_choice(did_you_mean(name, settings.lists), list(settings.lists))
    raise NewsletterError(_("the settings have no list '{name}'").format(name=name), hint=hint)


def look_for_members(members: Path | None) -> None:
    """Raise where a members file that was named is not there."""
    if members is not None and not members.is_file():
        raise no_file(members, _("check its name and its folder"))


def no_file(path: Path, hint: str, *folders: Path) -> NewsletterError:
    """Return the error of a file that is not there; the hint is what was meant, if that is."""
    if meant := file_meant(path, *folders):
        hint = _("did you mean '{word}'?").format(word=shown_path(meant))
    return NewsletterError(_("there is no file {path}").format(path=path), hint=hint)


def issue_files(files: Sequence[Path], settings: Settings) -> list[Path]:
    """Return `files`, which must be there; of none, every issue that has not been sent."""
    for path in files:
        if not path.is_file():
            raise no_file(path, _("issues belong in issues/"), settings.workspace / "issues")
        if path.resolve() in [(settings.workspace / each).resolve() for each in _NO_ISSUES]:
            message = _("{file} has the settings, it is no issue").format(file=path.name)
            raise NewsletterError(message, hint=_("run: newsletter check, which looks at it too"))
    if files:
        return list(files)
    if not (found := issues_in(settings.workspace / "issues")):
        message = _("there are no issues in {folder}").format(folder=settings.workspace / "issues")
        raise NewsletterError(message, hint=_("create one with: newsletter new newsletter"))
    return [path for path in found if not (settings.workspace / SENT_FOLDER / path.stem).is_dir()]


def usual_output(settings: Settings, name: str) -> Path:
    """Return the folder of the workspace that is written to where none is named."""
    folder = settings.workspace / name
    refuse_links(folder, settings.workspace)
    return folder


def no_ledger() -> NewsletterError:
    """Return the error of a workspace that has sent nothing."""
    message = _("there is no ledger in this workspace")
    return NewsletterError(message, hint=_("the first send creates it"))
