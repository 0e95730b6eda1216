"""Delivery: jobs to the workers, outcomes back, deferred messages tried again."""

from bisect import insort
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from operator import itemgetter

from newsletter.ledger.states import State, utc_text
from newsletter.mailing.delivery.run import Job, Outcome, Run
from newsletter.mailing.delivery.worker import HANDED_OVER_AT_ONCE, Worker
from newsletter.mailing.smtp.connection import Connection

RETRY_SECONDS = (60, 300, 900)  # after the first try, the second, the third
MAX_TRIES = 1 + len(RETRY_SECONDS)
JITTER = 0.2  # of these: who comes back all at once is put off again
# For each connection: more than the outcomes that a worker keeps back, so that none waits for work.
JOBS_IN_HAND = 2 * HANDED_OVER_AT_ONCE


@dataclass
class Delivering:
    """A run: give it jobs, take outcomes; made by `deliver`."""

    run: Run
    jobs: Iterator[Job]
    max_in_hand: int
    resumes: Callable[[Outcome], bool]
    in_hand: int = 0  # of the workers
    # Put off, or aside: by the time of their next try.
    retries: list[tuple[float, Job]] = field(default_factory=list)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what comes of each job, until there is none left, or the run is to stop."""
        while True:
            self.hand_out()
            if self.in_hand:
                outcomes = self.run.outcomes.get()
                if outcomes is None:  # a worker failed: its error is raised when it is joined
                    return
                self.in_hand -= sum(not each.is_kept for each in outcomes)
                yield from map(self._after, outcomes)
            elif self.retries and not self.run.stopping.is_set():
                clock = self.run.clock
                clock.sleep(max(0.0, self.retries[0][0] - clock.monotonic()))
            else:
                return

    def hand_out(self) -> None:
        """Give the workers jobs, some more than they can do at once."""
        while self.in_hand < self.max_in_hand and not self.run.stopping.is_set():
            is_due = self.retries and self.retries[0][0] <= self.run.clock.monotonic()
            job = self.retries.pop(0)[1] if is_due else next(self.jobs, None)
            if job is None:
                return
            self.in_hand += 1
            self.run.jobs.put(job)

    def _after(self, outcome: Outcome) -> Outcome:
        """Do what an outcome asks for: try again now or later, or ask whether to go on."""
        if outcome.row is outcome.job.row:  # not tried, put aside, or cut off before the end
            if not outcome.is_kept:
                self._retry(outcome.job, outcome.not_before)
        elif outcome.row.state is State.DEFERRED:
            outcome = self._put_off(outcome)
        if outcome.asks:
            self.run.going_on.clear()  # again: an earlier answer may have set it
            if not self.resumes(outcome):
                self.run.gave_up = True
                self.run.stopping.set()
            self.run.going_on.set()
        return outcome

    def _retry(self, job: Job, time: float) -> None:
        insort(self.retries, (time, job), key=itemgetter(0))

    def _put_off(self, outcome: Outcome) -> Outcome:
        job, row = outcome.job, outcome.row
        if job.deferrals >= len(RETRY_SECONDS):
            return outcome
        clock = self.run.clock
        seconds = RETRY_SECONDS[job.deferrals] * (1 + JITTER * clock.chance())
        row = row._replace(next_try=utc_text(clock.now() + timedelta(seconds=seconds)))
        self.run.ledger.record([row])
        again = Job(row, job.address, job.make, deferrals=job.deferrals + 1, token=job.token)
        self._retry(again, clock.monotonic() + seconds)
        return replace(outcome, row=row)


def deliver(
    run: Run,
    jobs: Iterator[Job],
    *,
    connections: int,
    first: Connection | None = None,
    resumes: Callable[[Outcome], bool],
) -> Iterator[Outcome]:
    """Send `jobs` over so many connections; yield what comes of each try.

    `first` is a connection that is open already. `resumes` is asked in trouble, while no other
    message leaves. What was put off is tried three times more. When `run.stopping` is set, the
    messages in hand are the last. Raises `NewsletterError` where the ledger cannot be written, or
    the server does not let us in any more.
    """
    delivering = Delivering(run, jobs, JOBS_IN_HAND * connections, resumes)
    run.workers, run.connected = connections, {first} if first else set()
    run.going_on.set()
    delivering.hand_out()
    with ThreadPoolExecutor(connections, thread_name_prefix="send") as pool:
        workers: list[Future[None]] = []
        try:
            for number in range(connections):
                workers.append(pool.submit(Worker(run, None if number else first).work))
            yield from delivering.outcomes()
        finally:
            # An end before all is done, by an error or by whoever takes the outcomes, stops all.
            if delivering.in_hand:
                run.stopping.set()
            run.going_on.set()
            for _worker in workers:
                run.jobs.put(None)
        for worker in workers:
            worker.result()
