"""`newsletter worker`: on a host that is always on, what is due leaves, what comes back is read."""

from collections.abc import Callable
from dataclasses import replace

from newsletter.commands.opening import open_workspace
from newsletter.commands.rounds import Rounds
from newsletter.commands.site import publish_command
from newsletter.i18n import _
from newsletter.ledger.opening import running_ledger
from newsletter.ledger.postgresql import needing_extra
from newsletter.mailing.delivery.patience import Clock
from newsletter.problems.terminal import Surroundings
from newsletter.sending.means import SendOptions, means_of, real_clock


def worker(
    here: Surroundings,
    *,
    only_send: bool,
    on_stop: Callable[[Callable[[], None]], None],
    clock: Clock | None = None,
) -> int:
    """Send what is due, read what comes back, publish at embargoes; `on_stop` gets what ends it."""
    settings = open_workspace(here.start, here.show)
    for sender in settings.senders:  # whatever is missing is told now, and allowed now
        means_of(settings, SendOptions(resume=True), here.environment, here, clock, sender)
    if not only_send and settings.site and settings.site.publish:
        publish_command(settings, here.ask)
    with running_ledger(settings.workspace, settings.ledger) as ledger:
        alone = replace(here, ask=None, show=lambda _problems: None)
        rounds = Rounds(settings, ledger, alone, clock, only_send)
        on_stop(rounds.stop)
        here.tell(_("waiting for what is due (press Ctrl-C to stop)"))
        if settings.ledger is not None:
            with needing_extra():
                from newsletter.commands.engine import serve
            serve(rounds, settings.ledger)
        while settings.ledger is None and not here.stopping.is_set():
            for each in rounds.due():
                rounds.leave(each)
            rounds.look_after_the_rest()
            (clock or real_clock(here.stopping)).sleep(rounds.pause_seconds())
        ledger.under_way.end()
    return 0
