"""One connection at work: takes jobs, sends them, and notes in the ledger what came of each."""

import queue
from collections.abc import Callable
from dataclasses import replace

from newsletter.i18n import _, use_language
from newsletter.ledger.states import Delivery, State, utc_text
from newsletter.mailing.delivery.run import Job, Outcome, Run, SaidNoMeanwhile
from newsletter.mailing.message.head import domain_of
from newsletter.mailing.smtp.connection import Answer, Connection, ConnectionLost, MailObject
from newsletter.mailing.smtp.server import CannotConnect
from newsletter.problems.errors import NewsletterError

# Until the next try, where others are connected, who go on meanwhile; after so many they do alone:
# a server that counts connections counts those that it refuses too.
RECONNECT_SECONDS, MAX_REFUSED = 15, 5
# A message that alone meets trouble so often has something to do with it: it is put off.
MAX_CUTS = 3
MAX_UNWRITTEN = 20  # refusals that wait for the next commit
# Outcomes are handed over some at a time: to wake another thread for each took as long as to send
# it (350 of 820 µs into a local sink, measured 2026-11).
HANDED_OVER_AT_ONCE = 20
HANDED_OVER_AFTER_SECONDS = 0.1
# A job in hand, None for the end; and its message, where the server was told of it.
_Taken = tuple[Job | None, MailObject | None]


class Worker:
    """Sends jobs over a connection of its own, until it is given None."""

    def __init__(self, run: Run, connection: Connection | None = None) -> None:
        self._run = run
        self._connection = connection
        self._unwritten: list[Outcome] = []
        self._told: list[Outcome] = []
        self._handed_over = 0.0  # when, by the clock
        self._ahead: list[_Taken] = []  # one to say again, and one that was looked ahead to
        self._leaves = False
        self._refused = 0  # its last tries to connect, in a row

    def work(self) -> None:
        """Send until there is nothing more; an error is told as None, then raised."""
        use_language(self._run.language)
        try:
            while not self._leaves:
                job, mail = self._next()
                if job is None:
                    break
                self._do(job, mail)
            for job, _mail in reversed(self._ahead):
                self._run.jobs.put(job)
            self._flush()
            self._end(Connection.close)
        except BaseException:
            self._run.outcomes.put(None)
            raise
        finally:
            self._end(Connection.abort)

    def _next(self) -> _Taken:
        if self._ahead:
            return self._ahead.pop()
        try:
            return self._run.jobs.get_nowait(), None
        except queue.Empty:
            self._flush()
            return self._run.jobs.get(), None

    def _look_ahead(self) -> MailObject | None:
        """Take the next job while this one is on its way; return its message if it may leave now.

        Its time is taken then: it is announced, and is the next to leave.
        """
        run, mail = self._run, None
        if not run.may_pipeline or run.stopping.is_set() or not run.going_on.is_set():
            return None
        if self._ahead or run.patience.is_waiting or self._is_full(after=1):
            return None
        try:
            job = run.jobs.get_nowait()
        except queue.Empty:
            return None
        if job is not None and run.pace.takes_now(domain_of(job.address)):
            mail = self._run.mail_of(job)
        self._ahead.append((job, mail))
        return mail

    def _do(self, job: Job, mail: MailObject | None) -> None:
        """Send a job, or give it back; `mail` is its message, where the server was told of it."""
        domain, run = domain_of(job.address), self._run
        if mail is None and not job.was_postponed and (time := run.pace.postpone(domain)):
            # It has to wait: the others' messages leave meanwhile.
            self._tell(Outcome(replace(job, was_postponed=True), job.row, not_before=time))
            return
        self._wait(domain, is_announced=mail is not None)
        if run.stopping.is_set():
            self._tell(Outcome(job, job.row))
        elif self._connection is not None or self._connect(job):
            self._send(job, mail or run.mail_of(job))

    def _wait(self, domain: str, *, is_announced: bool) -> None:
        """Return when a message to `domain` may leave, or the run is to stop.

        The time of one that is announced was taken as the server was told of it.
        """
        run = self._run
        is_held = run.patience.is_waiting or not run.going_on.is_set()
        if is_held or run.pace.is_slow(domain):
            self._flush()
        if is_held:  # no server waits until a person has thought, nor is to end what is idle
            self._end(Connection.close)
        run.going_on.wait()
        run.patience.wait()
        if is_announced:
            run.pace.leaves_late(domain)
        elif not run.stopping.is_set():
            run.pace.wait(domain)

    def _connect(self, job: Job) -> bool:
        """Open a connection, or give the job back; return which. Raise where none will have us."""
        self._flush()
        run = self._run
        run.patience.wait_to_connect()
        try:
            if not run.stopping.is_set():
                self._connection = run.connect()
                run.connected.add(self._connection)
                self._refused = 0
                return True
        except CannotConnect as error:
            if not run.connected:  # it is not that we are too many
                self._put_by(job, job.row._replace(words=error.message), is_of_all=True)
                return False
            self._tell(Outcome(job, job.row))
            self._refused += 1
            self._leaves = self._refused >= MAX_REFUSED and run.may_leave()
            if not self._leaves:
                run.clock.sleep(RECONNECT_SECONDS)
            return False
        except NewsletterError:
            if not run.may_leave():
                raise
            self._leaves = True  # the work is left to the others
        self._tell(Outcome(job, job.row))
        return False

    def _is_full(self, *, after: int = 0) -> bool:
        """Tell whether it has carried all that the server takes over one, after so many more."""
        given = self._connection.given if self._connection else 0
        return 0 < self._run.max_per_connection <= given + after

    def _end(self, how: Callable[[Connection], None]) -> None:
        """End the connection, if there is one: with a word of leave, or at once."""
        if self._connection is not None:
            self._run.connected.discard(self._connection)
            how(self._connection)
            self._connection = None

    def _send(self, job: Job, mail: MailObject) -> None:
        tries, tried = job.row.tries + 1, utc_text(self._run.clock.now())
        attempting = job.row._replace(
            state=State.ATTEMPTING, code=0, words="", tries=tries, tried=tried, next_try=""
        )
        connection = self._connection
        assert connection is not None  # noqa: S101 - or it would not be sent

        def note_and_look_ahead() -> MailObject | None:
            following = self._look_ahead()
            if not self._write(attempting):
                raise SaidNoMeanwhile
            return following

        carried = connection.given
        try:
            answer = connection.deliver(mail, before_last_byte=note_and_look_ahead)
        except ConnectionLost as lost:
            self._after_loss(job, attempting, lost, carried)
        except SaidNoMeanwhile:  # without its end, the server drops the message (RFC 5321, 4.1.1.4)
            self._end(Connection.abort)
            self._settle(job, job.row._replace(state=State.LEFT_OUT, words=_("unsubscribed")))
        else:
            self._after_answer(job, attempting, answer, carried)

    def _after_loss(
        self, job: Job, attempting: Delivery, lost: ConnectionLost, carried: int
    ) -> None:
        """Settle what becomes of a message whose connection ended: unknown, or said again."""
        self._end(Connection.abort)
        if lost.may_have_arrived or not lost.blames_announcing:
            self._run.patience.was_cut()
        if lost.may_have_arrived:
            self._settle(job, attempting._replace(state=State.UNCERTAIN, words=lost.words))
        elif lost.blames_announcing or carried:
            self._ahead.append((job, None))
        else:
            self._put_by(job, attempting._replace(words=lost.words), is_of_all=False)
        if lost.blames_announcing:
            self._run.may_pipeline = False

    def _after_answer(self, job: Job, attempting: Delivery, answer: Answer, carried: int) -> None:
        """Settle what the server said: of the message, or of us, who then say it again."""
        run, kind = self._run, (answer.code, answer.status)
        may_be_of_us = answer.is_temporary and not answer.is_about_recipient
        is_early = answer.is_about_us or answer.command != "END"
        says_again = may_be_of_us and is_early and carried > 0 and kind not in run.of_messages
        if answer.closes or says_again or answer.is_about_us:
            self._end(Connection.close)
        if may_be_of_us and answer.command == "END":  # the ledger has it as attempted
            run.ledger.record([job.row])
        if says_again:
            if answer.closes and answer.command != "MAIL":
                run.patience.was_cut()
            self._ahead.append((replace(job, renewed_at=carried), None))
            return
        if may_be_of_us and not answer.is_about_us:
            run.of_messages.add(kind)
        row = attempting._replace(state=answer.state, code=answer.code, words=answer.words)
        if may_be_of_us and not run.patience.is_of_each(job.row.number):
            self._put_by(job, row, is_of_all=answer.command == "MAIL")
            return
        if answer.is_accepted:
            self._after_acceptance(job)
        self._settle(job, row, is_about_recipient=answer.is_about_recipient)

    def _after_acceptance(self, job: Job) -> None:
        """Tell those who watch over the run; leave where the server would take no more."""
        run = self._run
        run.patience.was_taken(job.row.number)
        if limit := job.renewed_at:
            run.max_per_connection = min(run.max_per_connection or limit, limit)
        if self._is_full():
            self._end(Connection.close)

    def _put_by(self, job: Job, met: Delivery, *, is_of_all: bool) -> None:
        """Give back a message whose trouble may be everyone's; `met` is its row after this try."""
        trouble = self._run.patience.met(job.row.number, is_of_all=is_of_all)
        job = replace(job, renewed_at=0, cuts=job.cuts + (not trouble.is_of_all))
        if job.cuts >= MAX_CUTS:
            self._settle(job, met._replace(state=State.DEFERRED))
            return
        if trouble.gives_up:
            self._run.hold()
        is_told = trouble.is_new or trouble.gives_up
        if trouble.is_new:  # it is the first to be tried again
            self._end(Connection.close)
            self._ahead.append((job, None))
        told = f"{met.code or ''} {met.words}".strip() if is_told else ""
        outcome = Outcome(job, job.row, trouble.gives_up, trouble.until, told, trouble.is_new)
        self._unwritten.append(outcome)
        self._flush()

    def _settle(self, job: Job, row: Delivery, *, is_about_recipient: bool = False) -> None:
        """Note the outcome, with the next commit: of the next message's attempt, or of its own."""
        asks = self._run.ends_a_streak(row, is_about_recipient=is_about_recipient)
        self._unwritten.append(Outcome(job, row, asks))
        if row.state is not State.ACCEPTED or len(self._unwritten) > MAX_UNWRITTEN:
            self._flush()

    def _flush(self) -> None:
        if self._unwritten:
            self._write()
        self._hand_over()

    def _write(self, *attempting: Delivery) -> bool:
        """Commit what waits, and an attempt; return whether its recipient has not said no since."""
        told, self._unwritten = self._unwritten, []
        not_noted = self._run.ledger.record([*(each.row for each in told), *attempting])
        for outcome in told:
            self._tell(outcome)
        return not any(each.number in not_noted for each in attempting)

    def _tell(self, outcome: Outcome) -> None:
        self._told.append(outcome)
        since = self._run.clock.monotonic() - self._handed_over
        is_bad = outcome.row.state is not State.ACCEPTED
        if len(self._told) >= HANDED_OVER_AT_ONCE or is_bad or since > HANDED_OVER_AFTER_SECONDS:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._told:
            self._run.outcomes.put(self._told)
            self._told = []
            self._handed_over = self._run.clock.monotonic()
