"""`newsletter worker`: on a host that is always on, what is due leaves, what comes back is read."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.commands.rounds import ROUND_SECONDS, Rounds
from newsletter.commands.site import publish_command
from newsletter.i18n import _
from newsletter.ledger.opening import running_ledger
from newsletter.ledger.server import not_installed
from newsletter.mailing.delivery.patience import Clock
from newsletter.sending.means import Means, SendOptions, Terminal, means_of, real_clock


def worker(
    *,
    only_send: bool,
    start: Path,
    environment: Mapping[str, str],
    terminal: Terminal,
    on_stop: Callable[[Callable[[], None]], None],
    clock: Clock | None = None,
) -> int:
    """Send what is due, read what comes back, publish at embargoes, until it is told to stop.

    `on_stop` is given what a signal is to call.

    Raises:
        NewsletterError: the settings, a password or a program do not allow it, as `send` says.
    """
    settings, problems = open_workspace(start)
    terminal.show(problems)
    options = SendOptions(resume=True, yes=True)

    def means_for(sender: str, terminal: Terminal) -> Means:
        return means_of(settings, options, environment, terminal, clock, sender)

    for sender in settings.senders:  # whatever is missing is told now, and allowed now
        means_of(settings, replace(options, yes=False), environment, terminal, clock, sender)
    if not only_send and settings.site and settings.site.publish:
        publish_command(settings, terminal.ask)
    with running_ledger(settings.workspace, settings.ledger) as ledger:
        used = clock or real_clock(terminal.stopping)
        at_work = Rounds(settings, means_for, ledger, terminal.tell, used, environment,
                         terminal.stopping, only_send)  # fmt: skip
        on_stop(at_work.stop)
        terminal.tell(_("waiting for what is due (press Ctrl-C to stop)"))
        if settings.ledger is None:
            _work(at_work)
        else:
            try:
                from newsletter.commands.engine import serve
            except ImportError as error:
                raise not_installed(error) from error
            serve(at_work, settings.ledger)
        ledger.under_way.end()
    return 0


def _work(worker: Rounds) -> None:
    while not worker.stopping.is_set():
        for each in worker.due():
            worker.leave(each)
        worker.look_after_the_rest()
        now = worker.clock.now()
        hours = [each.due for each in worker.ledger.schedules.of() if each.due > now]
        seconds = [ROUND_SECONDS, *((each - now).total_seconds() for each in hours)]
        worker.clock.sleep(min(seconds))
