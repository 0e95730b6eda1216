"""`newsletter ledger`: personal data is erased, a shared ledger is made and filled."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from newsletter.commands.opening import Tell, no_ledger, open_workspace
from newsletter.i18n import _, counted
from newsletter.ledger.file import only_sender
from newsletter.ledger.moving import move as move_ledger
from newsletter.ledger.opening import has_ledger, ledger_in, open_ledger, running_ledger
from newsletter.problems.errors import NewsletterError
from newsletter.settings.shared_ledger import faults_of
from newsletter.workspace import LEDGER_FILE, NOT_UNDERSTOOD_FOLDER, SETTINGS_FILE


def purge(older_than: int, *, start: Path, now: datetime, tell: Tell) -> int:
    """Erase the addresses of messages that are older than so many days; tell how many.

    Raises:
        NewsletterError: there is no ledger, or a send is under way.
    """
    settings, _problems = open_workspace(start)
    if not has_ledger(settings.workspace, settings.ledger):
        raise no_ledger()
    place = settings.workspace, settings.ledger
    with only_sender(*place), open_ledger(*place) as ledger:
        before = now - timedelta(days=older_than)
        erased = ledger.purge(before)
    for each in (settings.workspace / NOT_UNDERSTOOD_FOLDER).glob("*.eml"):
        if each.lstat().st_mtime < before.timestamp():
            each.unlink()
    told = counted("{count} address erased", "{count} addresses erased", erased)
    tell(told.format(count=erased))
    return 0


def upgrade(*, start: Path, tell: Tell) -> int:
    """Make the shared ledger that the settings name, or bring it up to this version.

    Raises `NewsletterError`: they name none, or the database does not let us.
    """
    settings, _problems = open_workspace(start)
    if settings.ledger is None:
        message = _("the settings name no shared ledger")
        hint = _("a ledger of the workspace's own needs no upgrade; see the guide, In a team")
        raise NewsletterError(message, hint=hint)
    from newsletter.ledger.server import upgrade as upgrade_server

    was_needed = upgrade_server(settings.ledger)
    tell(_("the shared ledger is ready") if was_needed else _("the shared ledger was ready"))
    return 0


def move(url: str, *, start: Path, tell: Tell) -> int:
    """Move the workspace's ledger into the shared one at `url`; run again, it goes on.

    Raises:
        NewsletterError: it is no address, there is no ledger, it has moved, or a send is under way.
    """
    settings, _problems = open_workspace(start)
    for fault in faults_of(url):
        raise NewsletterError(fault.message, hint=fault.hint)
    path = settings.workspace / LEDGER_FILE
    if not path.exists():
        message = _("there is no ledger in this workspace")
        raise NewsletterError(message, hint=_("there is nothing to move"))
    with only_sender(settings.workspace), closing(ledger_in(path)) as source:
        source.settle()
        with running_ledger(settings.workspace, url) as target:
            moved = move_ledger(source, target, url)
    told = counted("{count} message moved to the shared ledger",
                   "{count} messages moved to the shared ledger", moved.messages)  # fmt: skip
    tell(told.format(count=moved.messages))
    if moved.both:
        told = counted(
            "{count} message was in both ledgers: what each knew for sure is kept, {stronger} of"
            " them from here",
            "{count} messages were in both ledgers: what each knew for sure is kept, {stronger} of"
            " them from here",
            moved.both,
        )
        tell(told.format(count=moved.both, stronger=moved.stronger))
    if settings.ledger != url:
        tell(_("add to {file}: ledger: {url}").format(file=SETTINGS_FILE, url=url))
    return 0
