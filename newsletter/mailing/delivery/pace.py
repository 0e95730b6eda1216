"""How fast messages leave: one limiter for all connections, and one for each domain that has one.

Messages are spread evenly, each at least an interval after the one before: a server that counts
finds no second with more. A server that complains all the same is waited for: `patience`.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from newsletter.settings.smtp import Rate


@dataclass
class _Lane:
    """When the next message may leave, how long after the last, and what was put aside until."""

    interval: float
    next_time: float = 0.0
    promised: float = 0.0


def _take(lanes: Iterable[_Lane], time: float) -> None:
    for lane in lanes:
        lane.next_time = time + lane.interval


class Pace:
    """Says how long to wait before each message; shared by all connections.

    `clock` gives seconds that never go back, `sleep` waits some.
    """

    def __init__(
        self,
        rate: Rate | None,
        domain_rates: Mapping[str, Rate],
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._all = _Lane(rate.interval if rate else 0.0)
        self._domains = {
            domain.lower(): _Lane(each.interval) for domain, each in domain_rates.items()
        }
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()

    def wait(self, domain: str) -> None:
        """Return when a message to `domain` may leave; its time is taken by then."""
        lanes = self._lanes(domain)
        if not lanes:
            return
        with self._lock:
            now = self._clock()
            time = max(now, *(lane.next_time for lane in lanes))
            _take(lanes, time)
        if time > now:
            self._sleep(time - now)

    def takes_now(self, domain: str) -> bool:
        """Take the time of a message to `domain`, if it is now; tell whether it was."""
        lanes = self._lanes(domain)
        if not lanes:
            return True
        with self._lock:
            now = self._clock()
            is_time = all(lane.next_time <= now for lane in lanes)
            if is_time:
                _take(lanes, now)
            return is_time

    def leaves_late(self, domain: str) -> None:
        """Note that a message leaves later than its time: those after it keep their distance."""
        lanes = self._lanes(domain)
        if not lanes:
            return
        with self._lock:
            now = self._clock()
            for lane in lanes:
                lane.next_time = max(lane.next_time, now + lane.interval)

    def postpone(self, domain: str) -> float:
        """Return the time before which a message to `domain` is best not tried, 0 if it may leave.

        Each that is put aside gets a time of its own: meanwhile the other domains' messages leave.
        """
        lane = self._domains.get(domain)
        if lane is None:
            return 0.0
        with self._lock:
            if lane.next_time <= self._clock():
                return 0.0
            time = max(lane.next_time, lane.promised)
            lane.promised = time + lane.interval
            return time

    def is_slow(self, domain: str) -> bool:
        """Tell whether the next message to `domain` has to wait."""
        return any(lane.next_time > self._clock() for lane in self._lanes(domain))

    def _lanes(self, domain: str) -> tuple[_Lane, ...]:
        """Return what limits messages to `domain`: often nothing, then no lock is asked for."""
        everyone_s = (self._all,) if self._all.interval else ()
        own = self._domains.get(domain)
        return everyone_s if own is None else (*everyone_s, own)
