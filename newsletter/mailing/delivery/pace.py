"""How fast messages leave: one limiter for all connections, and one for each domain that has one.

Processes that send through one account share its time: they reserve a moment's worth at once. Of a
domain's rate each has its part. Messages are spread evenly, each at least an interval after the one
before: a server that counts finds no second with more. One that complains still: see `patience`.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from newsletter.settings.smtp import Rate

# So much time is reserved at once, and what was not used so long after its time is gone: in any
# second no more leaves than in 1.1 of the rate, however many processes there are.
RESERVED_SECONDS = 0.1


@dataclass
class _Lane:
    """When the next message may leave."""

    own_interval: float  # what the settings say
    interval: float
    next_time: float = 0.0
    promised: float = 0.0  # what was put aside until
    left: int = 0  # how many may leave of what was reserved


class Pace:
    """Says how long to wait before each message; shared by all connections.

    `reserve` takes so many seconds of a time that others share, and returns how soon they begin.
    """

    def __init__(
        self,
        rate: Rate | None,
        domain_rates: Mapping[str, Rate],
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
        reserve: Callable[[float], float] | None = None,
    ) -> None:
        own = rate.interval if rate else 0.0
        self._all = _Lane(own, own)
        self._domains = {
            domain.lower(): _Lane(each.interval, each.interval)
            for domain, each in domain_rates.items()
        }
        self._clock = clock
        self._sleep = sleep
        self._reserve = reserve
        self._lock = threading.Lock()

    def share(self, interval: float, workers: int) -> None:
        """Keep to the longest interval of all who share the time, so many processes."""
        with self._lock:
            if interval != self._all.interval:
                self._all.interval, self._all.left = interval, 0
            for lane in self._domains.values():
                lane.interval = lane.own_interval * workers

    def wait(self, domain: str) -> None:
        """Return when a message to `domain` may leave; its time is taken by then."""
        lanes = self._lanes(domain)
        if not lanes:
            return
        # What is reserved is for now: whoever waits for a domain takes it afterwards.
        for some in [[each] for each in reversed(lanes)] if self._reserve else [lanes]:
            with self._lock:
                now = self._clock()
                time = max(now, *(self._time_of(lane) for lane in some))
                self._take(some, time)
            if time > now:
                self._sleep(time - now)

    def takes_now(self, domain: str) -> bool:
        """Take the time of a message to `domain`, if it is now; tell whether it was."""
        lanes = self._lanes(domain)
        with self._lock:
            now = self._clock()
            is_time = all(self._time_of(lane) <= now for lane in lanes)
            if is_time:
                self._take(lanes, now)
            return is_time

    def leaves_late(self, domain: str) -> None:
        """Note that a message leaves later than its time: those after it keep their distance."""
        with self._lock:
            now = self._clock()
            for lane in self._lanes(domain):
                if not lane.left:
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

    def _time_of(self, lane: _Lane) -> float:
        """Return when the next message of a lane may leave; of what is shared, reserve some."""
        if self._reserve is None or lane is not self._all:
            return lane.next_time
        while lane.left and lane.next_time < self._clock() - RESERVED_SECONDS:
            self._take([lane], 0)
        if not lane.left:
            lane.left = max(1, int(RESERVED_SECONDS / lane.interval))
            seconds = self._reserve(lane.left * lane.interval)
            lane.next_time = self._clock() + seconds
        return lane.next_time

    def _take(self, lanes: Iterable[_Lane], time: float) -> None:
        for lane in lanes:
            lane.next_time = (lane.next_time if lane.left else time) + lane.interval
            lane.left = max(0, lane.left - 1)

    def _lanes(self, domain: str) -> tuple[_Lane, ...]:
        """Return what limits messages to `domain`: often nothing."""
        everyone_s = (self._all,) if self._all.interval else ()
        own = self._domains.get(domain)
        return everyone_s if own is None else (*everyone_s, own)
