"""Delivery: jobs to the workers, outcomes back, deferred messages tried again."""

import heapq
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count

from newsletter.ledger.states import State, utc_text
from newsletter.mailing.delivery.run import Job, Outcome, Run
from newsletter.mailing.delivery.worker import HANDED_OVER_AT_ONCE, Worker
from newsletter.mailing.smtp.connection import Connection

RETRY_SECONDS = (60, 300, 900)  # after the first try, the second, the third
MAX_TRIES = 1 + len(RETRY_SECONDS)
JITTER = 0.2  # of these: who comes back all at once is put off again
# For each connection: more than the outcomes that a worker keeps back, so that none waits for work.
JOBS_IN_HAND = 2 * HANDED_OVER_AT_ONCE


class Delivering:
    """A run: give it jobs, take outcomes; made by `deliver`."""

    def __init__(
        self,
        run: Run,
        jobs: Iterator[Job],
        *,
        connections: int,
        resumes: Callable[[Outcome], bool],
    ) -> None:
        self._run = run
        self._jobs = jobs
        self._in_hand = 0
        self._max_in_hand = JOBS_IN_HAND * connections
        # Put off, or aside: by the time of their next try.
        self._retries: list[tuple[float, int, Job]] = []
        self._numbers = count()
        self._resumes = resumes

    @property
    def is_busy(self) -> bool:
        """Whether messages are in the workers' hands."""
        return self._in_hand > 0

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what comes of each job, until there is none left, or the run is to stop."""
        while True:
            self.hand_out()
            if self._in_hand:
                outcomes = self._run.outcomes.get()
                if outcomes is None:  # a worker failed: its error is raised when it is joined
                    return
                self._in_hand -= sum(not each.is_kept for each in outcomes)
                yield from map(self._after, outcomes)
            elif self._retries and not self._run.stopping.is_set():
                clock = self._run.clock
                clock.sleep(max(0.0, self._retries[0][0] - clock.monotonic()))
            else:
                return

    def hand_out(self) -> None:
        """Give the workers jobs, some more than they can do at once."""
        while self._in_hand < self._max_in_hand and not self._run.stopping.is_set():
            is_due = self._retries and self._retries[0][0] <= self._run.clock.monotonic()
            job = heapq.heappop(self._retries)[2] if is_due else next(self._jobs, None)
            if job is None:
                return
            self._in_hand += 1
            self._run.jobs.put(job)

    def _after(self, outcome: Outcome) -> Outcome:
        """Do what an outcome asks for: try again now or later, or ask whether to go on."""
        if outcome.row is outcome.job.row:  # not tried, put aside, or cut off before the end
            if not outcome.is_kept:
                self._retry(outcome.job, outcome.not_before)
        elif outcome.row.state is State.DEFERRED:
            outcome = self._put_off(outcome)
        if outcome.asks:
            self._run.going_on.clear()  # again: an earlier answer may have set it
            if not self._resumes(outcome):
                self._run.gave_up = True
                self._run.stopping.set()
            self._run.going_on.set()
        return outcome

    def _retry(self, job: Job, time: float) -> None:
        heapq.heappush(self._retries, (time, next(self._numbers), job))

    def _put_off(self, outcome: Outcome) -> Outcome:
        job, row = outcome.job, outcome.row
        if job.deferrals >= len(RETRY_SECONDS):
            return outcome
        clock = self._run.clock
        seconds = RETRY_SECONDS[job.deferrals] * (1 + JITTER * clock.chance())
        next_try = clock.now() + timedelta(seconds=seconds)
        row = row._replace(next_try=utc_text(next_try))
        self._run.ledger.record([row])
        deferrals = job.deferrals + 1
        again = replace(
            job, row=row, deferrals=deferrals, cuts=0, was_postponed=False, renewed_at=0
        )
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
    messages in hand are the last.

    Raises:
        NewsletterError: the ledger cannot be written, or the server does not let us in any more.
    """
    delivering = Delivering(run, jobs, connections=connections, resumes=resumes)
    run.going_on.set()
    delivering.hand_out()
    with ThreadPoolExecutor(connections, thread_name_prefix="send") as pool:
        workers: list[Future[None]] = []
        try:
            for number in range(connections):
                run.enter()
                workers.append(pool.submit(Worker(run, None if number else first).work))
            yield from delivering.outcomes()
        finally:
            # An end before all is done, by an error or by whoever takes the outcomes, stops all.
            if delivering.is_busy:
                run.stopping.set()
            run.going_on.set()
            for _worker in workers:
                run.jobs.put(None)
        for worker in workers:
            worker.result()
