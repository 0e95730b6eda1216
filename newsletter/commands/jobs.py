"""`newsletter jobs`: what waits for its hour, what is being sent, what did not leave, who works."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from newsletter.commands.opening import Tell, open_workspace
from newsletter.i18n import _
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.opening import read_ledger
from newsletter.sending.hours import hour_in_words, window_in_words
from newsletter.settings.settings import Settings


def jobs(*, start: Path, now: datetime, tell: Tell) -> int:
    """Tell what the ledger says of them.

    Raises:
        NewsletterError: it cannot be read.
    """
    settings, _problems = open_workspace(start)
    with read_ledger(settings.workspace, settings.ledger) as ledger:
        if ledger is None:
            tell(_("there is no ledger in this workspace"))
            return 0
        for line in (*_scheduled(ledger, settings, now), *_at_work(ledger, settings, now)):
            tell(line)
    return 0


def _scheduled(ledger: Ledger, settings: Settings, now: datetime) -> Iterator[str]:
    scheduled = ledger.schedules.of()
    if not scheduled:
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
    at_work = ledger.under_way.at_work()
    if not at_work:
        yield _("no worker was seen")
    for each in at_work:
        seen = hour_in_words(now - timedelta(seconds=each.seconds_ago), settings)
        work = _("sends {issue}").format(issue=each.issue) if each.issue else _("waits")
        said = _("on {machine}: {work}, last seen on {moment}")
        yield said.format(machine=each.name, work=work, moment=seen)
