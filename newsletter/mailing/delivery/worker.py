"""One connection at work: takes jobs, sends them, and notes in the ledger what came of each."""

import queue
from dataclasses import replace
from typing import NamedTuple

from newsletter.i18n import use_language
from newsletter.ledger.states import Delivery, State
from newsletter.mailing.delivery.run import Job, Outcome, Run
from newsletter.mailing.message.addresses import domain_of
from newsletter.mailing.smtp.connection import Answer, Connection, ConnectionLost, MailObject
from newsletter.mailing.smtp.errors import CannotConnect
from newsletter.problems.errors import NewsletterError

# Seconds to wait before each try to connect again; after the last this connection is given up.
RECONNECT_SECONDS = (0, 1, 5, 15, 60)
# A message that cuts the connection so often has something to do with it: others go first.
MAX_CUTS = 3
MAX_UNWRITTEN = 20  # refusals that wait for the next commit
# Outcomes are handed over some at a time: to wake another thread for each took as long as to send
# it (350 of 820 µs into a local sink, measured 2026-11).
HANDED_OVER_AT_ONCE = 20
HANDED_OVER_AFTER_SECONDS = 0.1


class _Taken(NamedTuple):
    """A job in hand, None for the end; and its message, where the server was told of it."""

    job: Job | None
    mail: MailObject | None = None


class Worker:
    """Sends jobs over a connection of its own, until it is given None."""

    def __init__(self, run: Run, connection: Connection | None = None) -> None:
        self._run = run
        self._connection = connection
        self._unwritten: list[Outcome] = []
        self._told: list[Outcome] = []
        self._handed_over = 0.0  # when, by the clock
        self._ahead: list[_Taken] = []  # one at most

    def work(self) -> None:
        """Send until there is nothing more; an error is told as None, then raised."""
        use_language(self._run.language)
        try:
            while (taken := self._next()).job is not None:
                if not self._do(taken.job, taken.mail):
                    return
            self._disconnect()
        except BaseException:
            self._run.outcomes.put(None)
            raise
        finally:
            if self._connection is not None:
                self._connection.abort()

    def _next(self) -> "_Taken":
        if self._ahead:
            return self._ahead.pop()
        try:
            return _Taken(self._run.jobs.get_nowait())
        except queue.Empty:
            self._flush()
            return _Taken(self._run.jobs.get())

    def _look_ahead(self) -> MailObject | None:
        """Take the next job while this one is on its way; return its message if it may leave now.

        Its time is taken then: it is announced, and is the next to leave.
        """
        run, mail = self._run, None
        if not run.may_pipeline or run.stopping.is_set() or not run.going_on.is_set():
            return None
        try:
            job = run.jobs.get_nowait()
        except queue.Empty:
            return None
        if job is not None and run.pace.takes_now(domain_of(job.address)):
            mail = self._mail(job)
        self._ahead.append(_Taken(job, mail))
        return mail

    def _mail(self, job: Job) -> MailObject:
        return MailObject(self._run.sender, job.address, job.make(self._run.clock.now()))

    def _do(self, job: Job, mail: MailObject | None) -> bool:
        """Send a job, or give it back; return whether the worker goes on.

        `mail` is its message, where the server was told of it.
        """
        if mail is None and self._puts_aside(job):
            return True
        self._wait(domain_of(job.address), is_announced=mail is not None)
        if self._run.stopping.is_set():
            self._tell(Outcome(job, job.row))
            return True
        if self._connection is None and not self._connect():
            return self._give_back(job)
        self._send(job, mail or self._mail(job))
        return True

    def _puts_aside(self, job: Job) -> bool:
        """Give back, once, a job whose domain has to wait: the others' messages leave meanwhile."""
        if job.was_postponed or not (time := self._run.pace.postpone(domain_of(job.address))):
            return False
        self._tell(Outcome(replace(job, was_postponed=True), job.row, not_before=time))
        return True

    def _wait(self, domain: str, *, is_announced: bool) -> None:
        """Return when a message to `domain` may leave, or the run is to stop.

        The time of one that is announced was taken as the server was told of it.
        """
        run = self._run
        if run.pace.is_slow(domain) or not run.going_on.is_set():
            self._flush()
        if is_announced and not run.going_on.is_set():
            self._drop_connection()  # no server waits in a message until a person has thought
        run.going_on.wait()
        if is_announced:
            run.pace.leaves_late(domain)
        elif not run.stopping.is_set():
            run.pace.wait(domain)

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

    def _send(self, job: Job, mail: MailObject) -> None:
        tries, tried = job.row.tries + 1, self._run.clock.now().isoformat(timespec="seconds")
        attempting = job.row._replace(
            state=State.ATTEMPTING, code=0, words="", tries=tries, tried=tried, next_try=""
        )
        connection = self._connection
        if connection is None:
            return

        def note_and_look_ahead() -> MailObject | None:
            following = self._look_ahead()
            self._write(attempting)
            return following

        try:
            answer = connection.deliver(mail, before_last_byte=note_and_look_ahead)
        except ConnectionLost as lost:
            self._drop_connection()
            if lost.blames_announcing:
                self._run.may_pipeline = False
            self._settle(job, _after_loss(job, attempting, lost))
            return
        row = _after_answer(attempting, answer)
        self._settle(job, row, is_of_recipient=answer.is_of_recipient)
        if answer.closes:
            self._drop_connection()

    def _settle(self, job: Job, row: Delivery, *, is_of_recipient: bool = False) -> None:
        """Note the outcome, with the next commit: of the next message's attempt, or of its own."""
        run, asks = self._run, False
        if row is job.row:  # the connection was cut before the end: as if it were not tried
            job = replace(job, cuts=job.cuts + 1)
        else:
            asks = run.ends_a_streak(row, is_of_recipient=is_of_recipient)
            if row.state is State.ACCEPTED:
                run.pace.recover()
            elif row.state is State.DEFERRED:
                run.pace.slow_down()
        self._unwritten.append(Outcome(job, row, asks))
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
