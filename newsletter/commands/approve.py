"""`newsletter approve`: someone stands for the content of an issue, as it is now."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from newsletter.commands.opening import issue_files, open_workspace
from newsletter.content.loading import load_issue
from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Problem, shown_path
from newsletter.rendering.fingerprint import digests_of
from newsletter.sending.approvals import APPROVALS_FOLDER, Approval, note_approval, user_name


def approve(
    file: Path,
    *,
    start: Path,
    tell: Callable[[str], None],
    show: Callable[[Sequence[Problem]], None],
) -> int:
    """Note that the user approves an issue; return 1 where it cannot be read.

    Raises:
        NewsletterError: there is no such file, or git does not know the user's name.
    """
    settings, problems = open_workspace(start)
    [path] = issue_files([file], settings)
    loaded = load_issue(path, settings)
    show([*problems, *loaded.problems])
    if loaded.issue is None:
        return 1
    name = user_name()
    if not name:
        message = _("git does not know who you are, so nobody would stand for this approval")
        raise NewsletterError(message, hint=_('run: git config --global user.name "Your Name"'))
    digests = digests_of(loaded.issue, settings)
    approval = Approval.now("approved", name, digests, datetime.now(UTC))
    note_approval(settings.workspace, loaded.issue.id, approval)
    told = _("{file} is approved by {name}, fingerprint {content}; commit {folder}/")
    tell(
        told.format(
            file=shown_path(path), name=name, content=approval.content, folder=APPROVALS_FOLDER
        )
    )
    return 0
