"""`newsletter stop`: a send that runs in another window ends; what is left of one is erased."""

from collections.abc import Callable
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.i18n import _, counted
from newsletter.ledger.file import SendUnderWay, only_sender
from newsletter.ledger.ledger import open_ledger, running_ledger
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.workspace import LEDGER_FILE


def stop(file: Path, *, close: bool, start: Path, tell: Callable[[str], None]) -> int:
    """Stop the send of an issue, as Ctrl-C would; or, where none runs, close it for good.

    Raises:
        NewsletterError: nothing is there to stop, or to close.
    """
    settings, _problems = open_workspace(start)
    workspace, issue_id = settings.workspace, file.stem
    if not (workspace / LEDGER_FILE).exists():
        raise _nothing_to_stop(file)
    try:
        with only_sender(workspace), open_ledger(workspace) as ledger:
            if not close:
                raise _nothing_to_stop(file)
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
