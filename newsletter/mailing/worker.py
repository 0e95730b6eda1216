"""One connection at work: takes jobs, sends them, and notes in the ledger what came of each."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from newsletter.errors import NewsletterError
from newsletter.i18n import current_language, use_language
from newsletter.mailing.addresses import domain_of
from newsletter.mailing.ledger import Ledger
from newsletter.mailing.pace import Pace
from newsletter.mailing.smtp import Answer, ConnectionLost
from newsletter.mailing.smtp_errors import CannotConnect
from newsletter.mailing.states import Delivery, State

# Seconds to wait before each try to connect again; after the last this connection is given up.
RECONNECT_SECONDS = (0, 1, 5, 15, 60)
# A message that cuts the connection so often has something to do with it: others go first.
MAX_CUTS = 3
MAX_UNWRITTEN = 20  # refusals that wait for the next commit
# Outcomes are handed over some at a time: to wake another thread for each took as long as to send
# it (350 of 820 µs into a local sink, measured 2026-11).
HANDED_OVER_AT_ONCE = 20
HANDED_OVER_AFTER_SECONDS = 0.1


@dataclass(frozen=True)
class Clock:
    """Time, from outside: seconds that never go back, the hour in UTC, and how to wait.

    `sleep` may end early, when the run is to stop. `chance` is from 0 to 1.
    """

    monotonic: Callable[[], float]
    now: Callable[[], datetime]
    sleep: Callable[[float], object]
    chance: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Job:
    """A message to send: its row in the ledger, whom it goes to, and how it is made.

    `address` is in ASCII; `make` takes the hour. `cuts` and `deferrals` are those of this run.
    `was_put_aside` says that it has let those before it whose domain is not as slow.
    """

    row: Delivery
    address: str
    make: Callable[[datetime], bytes]
    cuts: int = 0
    deferrals: int = 0
    was_put_aside: bool = False


class Transport(Protocol):
    """What is asked of a connection: see `smtp.Connection`."""

    def deliver(
        self, sender: str, address: str, message: bytes, *, before_last_byte: Callable[[], None]
    ) -> Answer:
        """Give the server a message."""

    def close(self) -> None:
        """Take leave."""

    def abort(self) -> None:
        """End the connection at once, in the middle of a message too."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: its row as the ledger has it, unchanged where it was not tried.

    `is_of_recipient` says that the answer was about this recipient, not about us; `not_before` is
    when to try again what was not tried, by the clock.
    """

    job: Job
    row: Delivery
    is_of_recipient: bool = False
    not_before: float = 0.0


@dataclass
class Run:
    """What the workers of a run share.

    `stopping` ends them after the message in hand; `gave_up` says that it was for trouble with the
    server. `going_on` is cleared while a question is open.
    """

    sender: str
    connect: Callable[[], Transport]
    ledger: Ledger
    pace: Pace
    clock: Clock
    stopping: threading.Event
    going_on: threading.Event = field(default_factory=threading.Event)
    jobs: "queue.SimpleQueue[Job | None]" = field(default_factory=queue.SimpleQueue)
    outcomes: "queue.SimpleQueue[list[Outcome] | None]" = field(default_factory=queue.SimpleQueue)
    language: str = field(default_factory=current_language)
    gave_up: bool = False
    _working: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self) -> None:
        """Count a worker in."""
        with self._lock:
            self._working += 1

    def may_leave(self) -> bool:
        """Count a worker out, unless it is the last."""
        with self._lock:
            is_last = self._working == 1
            self._working -= not is_last
            return not is_last


class Worker:
    """Sends jobs over a connection of its own, until it is given None."""

    def __init__(self, run: Run, connection: Transport | None = None) -> None:
        self._run = run
        self._connection = connection
        self._unwritten: list[Outcome] = []
        self._told: list[Outcome] = []
        self._handed_over = 0.0  # when, by the clock

    def work(self) -> None:
        """Send until there is nothing more; an error is told as None, then raised."""
        use_language(self._run.language)
        try:
            while (job := self._next_job()) is not None:
                if not self._do(job):
                    return
            self._disconnect()
        except BaseException:
            self._run.outcomes.put(None)
            raise
        finally:
            if self._connection is not None:
                self._connection.abort()

    def _next_job(self) -> Job | None:
        try:
            return self._run.jobs.get_nowait()
        except queue.Empty:
            self._flush()
            return self._run.jobs.get()

    def _do(self, job: Job) -> bool:
        """Send a job, or give it back; return whether the worker goes on."""
        domain = domain_of(job.address)
        if not job.was_put_aside and (time := self._run.pace.put_aside(domain)):
            aside = replace(job, was_put_aside=True)
            self._tell(Outcome(aside, aside.row, not_before=time))
            return True
        if self._run.pace.is_slow(domain):
            self._flush()
        self._run.going_on.wait()
        if not self._run.stopping.is_set():
            self._run.pace.wait(domain)
        if self._run.stopping.is_set():
            self._tell(Outcome(job, job.row))
            return True
        if self._connection is None and not self._connect():
            return self._give_back(job)
        self._send(job)
        return True

    def _connect(self) -> bool:
        """Open a connection; return whether there is one, or the run is stopping anyway.

        Raises:
            NewsletterError: the server will not have us.
        """
        self._flush()
        for seconds in RECONNECT_SECONDS:
            if seconds:
                self._run.clock.sleep(seconds)
            if self._run.stopping.is_set():
                return False
            try:
                self._connection = self._run.connect()
            except NewsletterError as error:
                if isinstance(error, CannotConnect) and seconds != RECONNECT_SECONDS[-1]:
                    continue
                if self._run.may_leave():
                    return False
                raise
            else:
                return True
        return False

    def _give_back(self, job: Job) -> bool:
        """Leave a job to the others, who have a connection."""
        if self._run.stopping.is_set():
            self._tell(Outcome(job, job.row))
            return True
        self._run.jobs.put(job)
        return False

    def _send(self, job: Job) -> None:
        now = self._run.clock.now()
        tries, tried = job.row.tries + 1, now.isoformat(timespec="seconds")
        attempting = job.row._replace(
            state=State.ATTEMPTING, code=0, words="", tries=tries, tried=tried, next_try=""
        )
        connection = self._connection
        if connection is None:
            return
        try:
            answer = connection.deliver(
                self._run.sender,
                job.address,
                job.make(now),
                before_last_byte=lambda: self._write(attempting),
            )
        except ConnectionLost as lost:
            self._drop_connection()
            self._settle(job, _after_loss(job, attempting, lost))
            return
        row = _after_answer(attempting, answer)
        self._settle(job, row, is_of_recipient=answer.is_of_recipient)
        if answer.closes:
            self._drop_connection()

    def _settle(self, job: Job, row: Delivery, *, is_of_recipient: bool = False) -> None:
        """Note the outcome, with the next commit: of the next message's attempt, or of its own."""
        if row is job.row:  # the connection was cut before the end: as if it were not tried
            job = replace(job, cuts=job.cuts + 1)
        elif row.state is State.ACCEPTED:
            self._run.pace.recover()
        elif row.state is State.DEFERRED:
            self._run.pace.slow_down()
        self._unwritten.append(Outcome(job, row, is_of_recipient))
        if row.state is not State.ACCEPTED or len(self._unwritten) > MAX_UNWRITTEN:
            self._flush()

    def _flush(self) -> None:
        if self._unwritten:
            self._write()
        self._hand_over()

    def _write(self, *attempting: Delivery) -> None:
        """Commit the outcomes that wait, with the attempt that is about to be made."""
        told, self._unwritten = self._unwritten, []
        self._run.ledger.record([*(each.row for each in told), *attempting])
        for outcome in told:
            self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        self._told.append(outcome)
        is_enough = len(self._told) >= HANDED_OVER_AT_ONCE
        since = self._run.clock.monotonic() - self._handed_over
        is_bad = outcome.row.state is not State.ACCEPTED
        if is_enough or is_bad or since > HANDED_OVER_AFTER_SECONDS:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._told:
            self._run.outcomes.put(self._told)
            self._told = []
            self._handed_over = self._run.clock.monotonic()

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.abort()
        self._connection = None

    def _disconnect(self) -> None:
        self._flush()
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _after_loss(job: Job, attempting: Delivery, lost: ConnectionLost) -> Delivery:
    """Return the row after a connection ended: nobody knows, or it goes again from the start."""
    if lost.may_have_arrived:
        return attempting._replace(state=State.UNCERTAIN, words=lost.words)
    if job.cuts + 1 < MAX_CUTS:
        return job.row
    return attempting._replace(state=State.DEFERRED, words=lost.words)


def _after_answer(attempting: Delivery, answer: Answer) -> Delivery:
    state = State.REFUSED
    if answer.is_accepted:
        state = State.ACCEPTED
    elif answer.is_temporary:
        state = State.DEFERRED
    return attempting._replace(state=state, code=answer.code, words=answer.words)
