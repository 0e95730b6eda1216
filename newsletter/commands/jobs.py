"""`newsletter jobs`: what waits, is being sent, did not leave; `newsletter stop`: it ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.i18n import _, counted
from newsletter.ledger import opening
from newsletter.ledger.ledger import Ledger
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.problems.terminal import Surroundings
from newsletter.sending.hours import hour_in_words, window_in_words
from newsletter.sending.sent_before import forget_sent
from newsletter.settings.settings import Settings


def jobs(here: Surroundings) -> int:
    """Tell what the ledger says of them; raise where it cannot be read."""
    settings = open_workspace(here.start)
    with opening.read_ledger(settings.workspace, settings.ledger) as ledger:
        if ledger is None:
            here.tell(_("there is no ledger in this workspace"))
            return 0
        lines = [*_scheduled(ledger, settings, here.now), *_at_work(ledger, settings, here.now)]
        for line in lines:
            here.tell(line)
    return 0


def _scheduled(ledger: Ledger, settings: Settings, now: datetime) -> Iterator[str]:
    if not (scheduled := ledger.schedules.of()):
        yield _("nothing is scheduled")
    for each in scheduled:
        said = _("waits")
        if now > each.too_late_after:
            said = _("did not leave")
        elif now >= each.due:
            said = _("is due")
        name = f"{each.issue} ({each.list_name})" if each.list_name else each.issue
        moment = window_in_words(each.due, each.too_late_after, settings)
        yield _("{state}: {issue}, {moment}").format(state=said, issue=name, moment=moment)
        if each.by_whom:
            yield "  " + _("scheduled by {name}").format(name=each.by_whom)
        for state, count in ledger.counts(each.issue, each.list_name).items():
            yield f"{count:8}  {state.in_words}"


def _at_work(ledger: Ledger, settings: Settings, now: datetime) -> Iterator[str]:
    if not (at_work := ledger.under_way.at_work()):
        yield _("no worker was seen")
    for each in at_work:
        seen = hour_in_words(now - timedelta(seconds=each.seconds_ago), settings)
        work = _("sends {issue}").format(issue=each.issue) if each.issue else _("waits")
        said = _("on {machine}: {work}, last seen on {moment}")
        yield said.format(machine=each.name, work=work, moment=seen)


def stop(here: Surroundings, file: Path, *, close: bool) -> int:
    """Stop, cancel or close the send of an issue; raise where there is nothing of the kind."""
    settings = open_workspace(here.start)
    place, issue_id = (settings.workspace, settings.ledger), file.stem
    message = _("no send of {file} is running here").format(file=shown_path(file))
    nothing = NewsletterError(message, hint=_("for details, run newsletter report"))
    if not opening.has_ledger(*place):
        raise nothing
    was_scheduled, is_cancelled = _cancel(settings, issue_id)
    if is_cancelled:
        here.tell(_("cancelled: nothing of it has left, and nothing will"))
        return 0
    erased = None
    try:
        with opening.open_ledger(*place) as ledger:
            is_asked = ledger.is_shared and ledger.under_way.ask_to_stop(issue_id)
            if close and not is_asked:
                erased = ledger.frozen.close(issue_id)
    except opening.SendUnderWay:
        with opening.running_ledger(*place) as ledger:
            is_asked = ledger.under_way.ask_to_stop(issue_id)
    if is_asked:
        here.tell(_("the send ends after the messages in flight; --resume continues it"))
    elif erased is not None:
        here.tell(counted("closed: {count} message cannot be resumed any more",
                          "closed: {count} messages cannot be resumed any more",
                          erased))  # fmt: skip
    elif was_scheduled:
        here.tell(_("it goes on by itself no more; --resume continues it"))
    else:
        raise nothing
    return 0


def _cancel(settings: Settings, issue_id: str) -> tuple[bool, bool]:
    """End what is scheduled of an issue; return whether anything was, and whether none has left."""
    with opening.running_ledger(settings.workspace, settings.ledger) as ledger:
        scheduled = ledger.schedules.of(issue_id)
        cancelled = [ledger.schedules.cancel(each) for each in scheduled]
        if scheduled and ledger.recorded(issue_id) is None:
            forget_sent(settings.workspace, issue_id)
    return bool(scheduled), bool(scheduled) and all(cancelled)
