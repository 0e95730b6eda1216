"""`newsletter ledger purge`: personal data is erased, the totals are kept."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.i18n import _, counted
from newsletter.ledger.file import only_sender
from newsletter.ledger.ledger import open_ledger
from newsletter.problems.errors import NewsletterError
from newsletter.workspace import LEDGER_FILE, NOT_UNDERSTOOD_FOLDER


def purge(older_than: int, *, start: Path, now: datetime, tell: Callable[[str], None]) -> int:
    """Erase the addresses of messages that are older than so many days; tell how many.

    Raises:
        NewsletterError: there is no ledger, or a send is under way.
    """
    settings, _problems = open_workspace(start)
    if not (settings.workspace / LEDGER_FILE).exists():
        message = _("there is no ledger in this workspace")
        raise NewsletterError(message, hint=_("the first send creates it"))
    with only_sender(settings.workspace), open_ledger(settings.workspace) as ledger:
        before = now - timedelta(days=older_than)
        erased = ledger.purge(before)
    for each in (settings.workspace / NOT_UNDERSTOOD_FOLDER).glob("*.eml"):
        if each.lstat().st_mtime < before.timestamp():
            each.unlink()
    told = counted("{count} address erased", "{count} addresses erased", erased)
    tell(told.format(count=erased))
    return 0
