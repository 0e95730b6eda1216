"""`newsletter approve`: someone stands for the content of an issue, as it is now."""

from datetime import UTC, datetime
from pathlib import Path

from newsletter.commands.opening import Show, Tell, issue_files, open_workspace
from newsletter.content.loading import load_issue
from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.sending.approvals import APPROVALS_FOLDER, note_approval, user_name


def approve(file: Path, *, start: Path, tell: Tell, show: Show) -> int:
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
    content = note_approval("approved", name, loaded.issue, settings, datetime.now(UTC))
    told = _("{file} is approved by {name}, fingerprint {content}; commit {folder}/")
    names = {"file": shown_path(path), "name": name, "folder": APPROVALS_FOLDER}
    tell(told.format(content=content, **names))
    return 0
