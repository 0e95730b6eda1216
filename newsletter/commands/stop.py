"""`newsletter stop`: a send in another window ends, or never begins; what is left is erased."""

from collections.abc import Callable
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.i18n import _, counted
from newsletter.ledger.file import LEDGER_FILE, SendUnderWay, only_sender
from newsletter.ledger.ledger import open_ledger, running_ledger
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.sending.sent_before import forget_sent


def stop(file: Path, *, close: bool, start: Path, tell: Callable[[str], None]) -> int:
    """Stop the send of an issue, as Ctrl-C would; cancel one that is scheduled; or close it.

    Raises:
        NewsletterError: nothing is there to stop, or to close.
    """
    settings, _problems = open_workspace(start)
    workspace, issue_id = settings.workspace, file.stem
    if not (workspace / LEDGER_FILE).exists():
        raise _nothing_to_stop(file)
    with running_ledger(workspace) as ledger:
        scheduled = ledger.schedules.of(issue_id)
        cancelled = [ledger.schedules.cancel(each) for each in scheduled]
        if scheduled and ledger.recorded(issue_id) is None:
            forget_sent(workspace, issue_id)
    if scheduled and all(cancelled):
        tell(_("cancelled: nothing of it has left, and nothing will"))
        return 0
    try:
        with only_sender(workspace), open_ledger(workspace) as ledger:
            if not close and not scheduled:
                raise _nothing_to_stop(file)
            if not close:
                tell(_("it goes on by itself no more; --resume continues it"))
                return 0
            erased = ledger.frozen.close(issue_id)
    except SendUnderWay:
        with running_ledger(workspace) as ledger:
            if not ledger.under_way.ask_to_stop(issue_id):
                raise _nothing_to_stop(file) from None
        tell(_("the send ends after the messages in flight; --resume continues it"))
        return 0
    told = counted(
        "closed: {count} message cannot be resumed any more",
        "closed: {count} messages cannot be resumed any more",
        erased,
    )
    tell(told.format(count=erased))
    return 0


def _nothing_to_stop(file: Path) -> NewsletterError:
    message = _("no send of {file} is running here").format(file=shown_path(file))
    return NewsletterError(message, hint=_("for details, run newsletter report"))
