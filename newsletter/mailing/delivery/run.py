"""What a run is made of: jobs and what comes of them, time, and what its workers share."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.i18n import current_language
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.states import Delivery, State
from newsletter.mailing.delivery.patience import Clock, Pace, Patience
from newsletter.mailing.message.unsubscribe import TOKEN_PLACE
from newsletter.mailing.smtp.connection import Connection, MailObject

REFUSALS_THAT_STOP = 10  # in a row, of the same kind: it is not the recipients


@dataclass(frozen=True, slots=True)
class Job:
    """A message to send: its row in the ledger, whom it goes to, and how it is made."""

    row: Delivery
    address: str  # in ASCII
    make: Callable[[datetime], bytes]  # of the hour
    cuts: int = 0  # how often it met trouble alone, in this run
    deferrals: int = 0  # in this run
    was_postponed: bool = False  # let those before it whose domain is not as slow
    renewed_at: int = 0  # how many the connection had carried that was given up for this one
    token: str = ""  # stands for it in its envelope


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: its row as the ledger has it, unchanged where it was not tried."""

    job: Job
    row: Delivery
    asks: bool = False  # nothing more leaves until a person has decided
    not_before: float = 0.0  # when to try again what was not tried, by the clock
    trouble: str = ""  # what the server said that makes all wait
    is_kept: bool = False  # the worker has the job still


class SaidNoMeanwhile(Exception):  # noqa: N818 - an event
    """Whoever a message is for said no before it had left."""


@dataclass
class Run:
    """What the workers of a run share."""

    sender: str  # of envelopes, with the place of a job's token where it has one
    connect: Callable[[], Connection]
    ledger: Ledger
    pace: Pace
    patience: Patience
    clock: Clock
    stopping: threading.Event  # ends them after the message in hand
    # Cleared while a question is open.
    going_on: threading.Event = field(default_factory=threading.Event)
    jobs: "queue.SimpleQueue[Job | None]" = field(default_factory=queue.SimpleQueue)
    outcomes: "queue.SimpleQueue[list[Outcome] | None]" = field(default_factory=queue.SimpleQueue)
    language: str = field(default_factory=current_language)
    gave_up: bool = False  # it stops for trouble with the server
    may_pipeline: bool = True  # a message may be announced with the end of the one before
    max_per_connection: int = 0  # messages, as the settings say or the server did; 0: any
    # Code and status of answers that were about one message: for these nobody connects anew.
    of_messages: set[tuple[int, str]] = field(default_factory=set)
    workers: int = 1  # that have not left the work to others
    connected: set[Connection] = field(default_factory=set)
    _streak: tuple[State, int, int] = (State.QUEUED, 0, 0)  # a state, its code, how often in a row
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def mail_of(self, job: Job) -> MailObject:
        """Make a job's message, of this hour."""
        sender = self.sender.replace(TOKEN_PLACE, job.token)
        return MailObject(sender, job.address, job.make(self.clock.now()), job.token)

    def may_leave(self) -> bool:
        """Count a worker out, unless it is the last."""
        with self._lock:
            is_last = self.workers == 1
            self.workers -= not is_last
            return not is_last

    def ends_a_streak(self, row: Delivery, *, is_about_recipient: bool) -> bool:
        """Count failures in a row of the same kind; at so many, let no other message leave.

        A box that is not there is no failure: a company closed, and a list is sorted. The worker
        says it before its next message, lest some leave until it is heard.
        """
        is_failure = row.state in {State.REFUSED, State.UNCERTAIN} and not is_about_recipient
        with self._lock:
            state, code, count = self._streak
            count = count if (state, code) == (row.state, row.code) else 0
            count += is_failure
            is_end = count >= REFUSALS_THAT_STOP
            self._streak = row.state, row.code, 0 if is_end else count
        if is_end:
            self.hold()
        return is_end

    def hold(self) -> None:
        """Let no message leave until a person has decided."""
        self.going_on.clear()
        if self.stopping.is_set():  # then nobody may be left to answer, nor to let it go on
            self.going_on.set()
