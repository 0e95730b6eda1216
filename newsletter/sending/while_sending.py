"""What whoever sends sees, and is asked, while messages leave."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from newsletter.i18n import _
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.states import State
from newsletter.mailing.delivery.run import REFUSALS_THAT_STOP, Outcome, Run
from newsletter.mailing.smtp.connection import Connection
from newsletter.mailing.smtp.server import CannotConnect
from newsletter.problems.errors import NewsletterError
from newsletter.sending.means import Means, agrees
from newsletter.sending.sending import EXIT_NOT_ALL_DELIVERED

STOP_SECONDS = 1.0


def first_connection(run: Run, means: Means) -> Connection | None:
    """Return a connection, waited for as long as later ones are; None where the run is to stop.

    Raises `NewsletterError` where the server will not have us, there is none, or time is up.
    """
    while True:
        means.refuse_to_be_late()
        try:
            return run.connect()
        except CannotConnect as error:
            cause = error.__cause__
            if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME:
                raise  # its name is mistyped: without network the answer is another
            trouble = run.patience.met(is_of_all=True)
            if trouble.gives_up:
                error.exit_status = EXIT_NOT_ALL_DELIVERED
                raise
            means.terminal.tell(_waiting(error.message))
            run.patience.wait()
            if run.stopping.is_set():
                return None


def _waiting(words: str) -> str:
    return _("{words}: trying again within a minute; Ctrl-C to stop").format(words=words)


def show_progress(means: Means, outcomes: Iterator[Outcome], total: int) -> None:
    """Show each outcome as it comes."""
    with means.terminal.progress(total) as advance:
        for outcome in outcomes:
            row = outcome.row
            if row is outcome.job.row:
                if outcome.trouble and not outcome.asks:
                    advance(0, _waiting(outcome.trouble))
            elif row.state is State.DEFERRED and row.next_try:
                told = _("deferred: {code} {words}").format(code=row.code or "", words=row.words)
                advance(0, told)
            else:
                advance(1, "")


def resumes(means: Means, outcome: Outcome) -> bool:
    """Ask whether to go on after so many failures, or so long; without anyone to ask, do not."""
    failed = outcome.row
    if outcome.trouble:
        message = _("the server has accepted nothing for too long: {words}")
        message = message.format(words=outcome.trouble)
    else:
        words = f"{failed.code or ''} {failed.words}".strip()
        message = _("{count} messages in a row: {state} ({words})").format(
            count=REFUSALS_THAT_STOP, state=failed.state.in_words, words=words
        )
    means.terminal.tell(message)
    if means.options.yes or means.terminal.ask is None:
        means.terminal.tell(_("the send has stopped; --resume continues from here"))
        if failed.state is State.REFUSED:
            means.terminal.tell(_("--retry-failed also resumes, and retries refused recipients"))
        return False
    return agrees(means.terminal.ask, _("Continue anyway? yes or no"))


@contextmanager
def watched(ledger: Ledger, run: Run) -> Iterator[None]:
    """Have a run stop, as by Ctrl-C, once `newsletter stop` asks for it from another window."""
    ended = threading.Event()

    def look() -> None:
        if ledger.claims is None:
            is_to_stop = ledger.under_way.is_to_stop()
        else:  # be seen by the others, and keep to their pace
            is_to_stop, interval, workers = ledger.claims.beat()
            run.pace.share(interval, workers)
        if is_to_stop:
            run.stopping.set()

    def watch() -> None:
        with suppress(NewsletterError):  # whoever writes to the ledger is told of it
            while not ended.wait(STOP_SECONDS):
                look()

    look()
    watcher = threading.Thread(target=watch, name="stop")
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
