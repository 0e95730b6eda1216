"""A send as the ledger has it: no members file is read any more, no issue, no picture."""

import itertools
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from newsletter.i18n import _
from newsletter.ledger.claims import MISSED_SECONDS
from newsletter.ledger.frozen import FORMAT, Due
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.returns import ANY_LIST
from newsletter.ledger.states import Delivery, State
from newsletter.mailing.delivery.delivery import deliver
from newsletter.mailing.delivery.patience import Pace, Patience
from newsletter.mailing.delivery.run import REFUSALS_THAT_STOP, Job, Outcome, Run
from newsletter.mailing.message.head import Addressee
from newsletter.mailing.message.message import MessageTemplate
from newsletter.mailing.message.unsubscribe import Tokens, verp_token
from newsletter.mailing.smtp.connection import Connection
from newsletter.mailing.smtp.server import CannotConnect
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.sending.means import Means, TooLate, agrees
from newsletter.sending.sending import EXIT_INTERRUPTED, EXIT_NOT_ALL_DELIVERED, addressed
from newsletter.sending.sent_before import keep_counts

LOOK_SECONDS = 1.0  # between two looks: at what others do, and whether to stop
ReasonOf = Callable[[str], str]  # why an address is left out, "" where it is not


def frozen_content(ledger: Ledger, issue_id: str, list_name: str) -> Mapping[str, str]:
    """Return what the issue is sent to a list as; raise where nothing is, or by another version."""
    content = ledger.frozen.content(issue_id, list_name)
    if content is None:
        message = _("there is nothing to resume for this issue without its members file")
        raise NewsletterError(message, hint=_("add --members FILE"))
    if content["format"] != FORMAT:
        message = _("another version of this program started this send; nothing was sent now")
        hint = _("install that version, or start again with --members FILE; if it is scheduled, "
                 "cancel it first: newsletter stop")  # fmt: skip
        raise NewsletterError(message, hint=hint)
    return content


def deliver_frozen(
    means: Means,
    ledger: Ledger,
    file: Path,
    total: int,
    *,
    freeze: Callable[[], None] = lambda: None,
    faults: str = "",
    reason_of: ReasonOf = lambda _address: "",
) -> int:
    """Send what is frozen of an issue, or what `freeze` freezes; return the exit status.

    It is called once the server has let us in. `faults`, told with the summary, are of the members
    file; `reason_of` an address says why it is left out, though its row is not. Raises
    `NewsletterError` where the server will not have us, or the ledger cannot be written.
    """
    server, run = means.the_server, _run(means, ledger)
    if (first := _first_connection(run, means)) is None:
        return EXIT_INTERRUPTED
    try:
        freeze()
        content = frozen_content(ledger, file.stem, means.options.list_name)
        run.sender = content["envelope"]
        asked = content["list_id"] if means.settings.lists else ANY_LIST
        interval = server.settings.rate.interval if server.settings.rate else 0.0
        ledger.under_way.begin(file.stem, asked, account=server.account, interval=interval)
        to_do = jobs(means, ledger, file.stem, content, reason_of)
        connections, resumes = min(server.settings.connections, total), partial(_resumes, means)
        outcomes = deliver(run, to_do, connections=connections, first=first, resumes=resumes)
        with _watched(ledger, run):
            _show_progress(means, outcomes, total)
    except NewsletterError as error:
        tell_summary(means, ledger, file, faults)
        error.exit_status = EXIT_NOT_ALL_DELIVERED  # some have the issue, others do not
        raise
    finally:
        first.abort()
        keep_counts(means.settings.workspace, ledger, file.stem)
        ledger.end_send(now=means.clock.now())
    status = tell_summary(means, ledger, file, faults)
    return EXIT_INTERRUPTED if run.stopping.is_set() and not run.gave_up else status


def _run(means: Means, ledger: Ledger) -> Run:
    server, smtp, clock = means.the_server, means.the_server.settings, means.clock
    reserve = partial(ledger.claims.reserve, server.account) if ledger.claims else None
    pace = Pace(smtp.rate, smtp.domain_rates, clock, reserve)
    patience, stopping = Patience(smtp.keep_trying, clock), means.terminal.stopping
    run = Run("", partial(Connection, server), ledger, pace, patience, clock, stopping)
    run.max_per_connection = smtp.max_per_connection or 0
    return run


def jobs(
    means: Means, ledger: Ledger, issue_id: str, content: Mapping[str, str], reason_of: ReasonOf
) -> Iterator[Job]:
    """Yield a job for each who is to get the issue now."""
    tokens = Tokens(means.secret, content["list_id"]) if content["secret_mark"] else None

    @cache
    def template(variant: str) -> MessageTemplate:
        frozen = ledger.frozen.mail(issue_id, variant)
        return MessageTemplate.thawed(frozen, partial(ledger.frozen.piece, issue_id))

    def made(template: MessageTemplate, addressee: Addressee, now: datetime) -> bytes:
        return means.sign(template.for_recipient(addressee, date=now))

    for row, values in _due(means, ledger, issue_id):
        if values is not None and means.options.include(row) and not reason_of(row.address):
            addressee = addressed(
                values,
                row.recipient_id,
                tokens,
                sender=content["sender"],
                issue_id=issue_id,
                follows=content["follows"],
            )
            make = partial(made, template(row.variant), addressee)
            mark = verp_token(means.secret, issue_id, row.recipient_id) if tokens else ""
            yield Job(row, addressee.address, make, token=mark)


def _due(means: Means, ledger: Ledger, issue_id: str) -> Iterator[Due]:
    """Yield the deliveries that have not ended; of a shared ledger, what this worker can claim."""
    list_name, claims = means.options.list_name, ledger.claims
    if claims is None:
        yield from ledger.frozen.due(issue_id, list_name)
        return
    some = (State.QUEUED, State.DEFERRED, State.REFUSED, State.UNCERTAIN)
    states = [each for each in some if means.options.include(Delivery(0, "", "", each))]
    for looks in itertools.count():
        for state in states:
            while found := claims.claim(issue_id, list_name, state):
                yield from found
        # Whoever else holds some is waited for: at first in any case, it may have died just now.
        seconds = 0 if looks * LOOK_SECONDS <= MISSED_SECONDS else MISSED_SECONDS
        is_missed = claims.is_worker_missed(issue_id, list_name, states, seconds)
        if not is_missed or means.terminal.stopping.wait(LOOK_SECONDS):
            return
        claims.reap()


def _first_connection(run: Run, means: Means) -> Connection | None:
    """Return a connection, waited for as long as later ones are; None where the run is to stop."""
    while True:
        if means.until is not None and means.clock.now() > means.until:
            raise TooLate(_("it is too late to begin"))
        try:
            return run.connect()
        except CannotConnect as error:
            cause = error.__cause__
            if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME:
                raise  # its name is mistyped: without network the answer is another
            if run.patience.met(is_of_all=True).gives_up:
                error.exit_status = EXIT_NOT_ALL_DELIVERED
                raise
            means.terminal.tell(_waiting(error.message))
            run.patience.wait()
            if run.stopping.is_set():
                return None


def _waiting(words: str) -> str:
    return _("{words}: trying again within a minute; Ctrl-C to stop").format(words=words)


def _show_progress(means: Means, outcomes: Iterator[Outcome], total: int) -> None:
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


def _resumes(means: Means, outcome: Outcome) -> bool:
    """Ask whether to go on after so many failures, or so long; without anyone to ask, do not."""
    failed = outcome.row
    message = _("the server has accepted nothing for too long: {words}")
    if not outcome.trouble:
        message = _("{count} messages in a row: {state} ({words})")
    words = outcome.trouble or f"{failed.code or ''} {failed.words}".strip()
    told = {"count": REFUSALS_THAT_STOP, "state": failed.state.in_words, "words": words}
    means.terminal.tell(message.format(**told))
    if means.options.yes or means.terminal.ask is None:
        means.terminal.tell(_("the send has stopped; --resume continues from here, --retry-failed "
                              "also to those who were refused"))  # fmt: skip
        return False
    return agrees(means.terminal.ask, _("Continue anyway? yes or no"))


@contextmanager
def _watched(ledger: Ledger, run: Run) -> Iterator[None]:
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
            while not ended.wait(LOOK_SECONDS):
                look()

    look()
    watcher = threading.Thread(target=watch, name="stop")
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def tell_summary(means: Means, ledger: Ledger, file: Path, faults: str = "") -> int:
    """Tell how many are in which state; return the exit status that it comes to."""
    counts = ledger.counts(file.stem, means.options.list_name)
    for state in State:
        if counts.get(state):
            means.terminal.tell(f"{counts[state]:6}  {state.in_words}")
    if faults:
        means.terminal.tell(faults)
    message = _("for the list and the reasons, run: newsletter report {file}")
    means.terminal.tell(message.format(file=shown_path(file)))
    is_missed = faults or counts.keys() - {State.ACCEPTED, State.LEFT_OUT}
    return EXIT_NOT_ALL_DELIVERED if is_missed else 0
