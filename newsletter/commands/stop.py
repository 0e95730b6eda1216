"""`newsletter stop`: a send that runs in another window ends; what is left of one is erased."""

from collections.abc import Callable
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.i18n import _, counted
from newsletter.ledger.file import SendUnderWay, only_sender
from newsletter.ledger.opening import has_ledger, open_ledger, running_ledger
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path


def stop(file: Path, *, close: bool, start: Path, tell: Callable[[str], None]) -> int:
    """Stop the send of an issue, as Ctrl-C would; or, where none runs, close it for good.

    Raises:
        NewsletterError: nothing is there to stop, or to close.
    """
    settings, _problems = open_workspace(start)
    place, issue_id = (settings.workspace, settings.ledger), file.stem
    if not has_ledger(*place):
        raise _nothing_to_stop(file)
    try:
        with only_sender(*place), open_ledger(*place) as ledger:
            is_asked = ledger.is_shared and ledger.under_way.ask_to_stop(issue_id)
            if not close and not is_asked:
                raise _nothing_to_stop(file)
            erased = 0 if is_asked else ledger.frozen.close(issue_id)
    except SendUnderWay:
        with running_ledger(*place) as ledger:
            is_asked, erased = ledger.under_way.ask_to_stop(issue_id), 0
        if not is_asked:
            raise _nothing_to_stop(file) from None
    if is_asked:
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
