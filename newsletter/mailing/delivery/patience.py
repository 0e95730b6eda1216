"""How fast messages leave, and how a server that does not want us now is waited for.

One limiter is for all connections, one for each domain that has a rate. Processes that send through
one account share its time: they reserve a moment's worth at once; of a domain's rate each has its
part. Messages are spread evenly, each at least an interval after the one before: a server that
counts finds no second with more.

What a server puts off may be one message or all that comes from us. A message is one alone until
another meets the same before any is taken, or where the server did not even take the sender. The
message that begins a pause is tried first after it. Where it is taken then, thrice, and no other at
its first try, each is put off at first, as by greylisting: that answer is about the message.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from newsletter.settings.smtp import Rate

PAUSE_SECONDS = 30  # at least; twice as long at most
ASIDE_SECONDS = 60
# Exchange cuts off who submits too fast, and counts connections too: so none opens sooner after
# another once one was cut, 14 in 20 seconds.
CONNECT_SECONDS = 1.5
PAUSES_THAT_TELL = 3  # a rate may have room for one, twice running too (Postfix, seen 2026-11)

# So much time is reserved at once, and what was not used so long after its time is gone: in any
# second no more leaves than in 1.1 of the rate, however many processes there are.
RESERVED_SECONDS = 0.1


@dataclass(frozen=True)
class Clock:
    """Time, given from outside."""

    monotonic: Callable[[], float]  # seconds that never go back
    now: Callable[[], datetime]  # in UTC
    sleep: Callable[[float], bool | None]  # whether it ended early, because the run is to stop
    chance: Callable[[], float]  # from 0 to 1


class Trouble(NamedTuple):
    """What follows from a refusal that is about us."""

    until: float  # when to try again
    is_of_all: bool  # nothing leaves until then
    is_new: bool = False  # it was not so already
    gives_up: bool = False


class Patience:
    """Shared by all connections of a run; `keep_trying` is in seconds without a message taken."""

    def __init__(self, keep_trying: float, clock: Clock) -> None:
        self._keep_trying = keep_trying
        self._clock = clock
        self._lock = threading.Lock()
        self._pause_ends = 0.0
        self._since: float | None = None  # when the trouble began
        self._troubled: set[int] = set()  # rows of messages that met it
        self._taken = 0
        # Rows that ever met any, and how many were taken before they first did.
        self._met: dict[int, int] = {}
        self._probe = 0  # the row that began the pause
        self._pauses = 0  # after which it was taken, since any other was at its first try
        self._connect_interval = 0.0
        self._next_connect = 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether nothing may leave now."""
        return self._clock.monotonic() < self._pause_ends

    def wait(self) -> None:
        """Return when the pause is over, or the run is to stop."""
        while (seconds := self._pause_ends - self._clock.monotonic()) > 0:
            if self._clock.sleep(seconds):
                return

    def met(self, row: int = 0, *, is_of_all: bool) -> Trouble:
        """Note that the server put us off, at a message's row; return what follows."""
        with self._lock:
            now = self._clock.monotonic()
            self._since = now if self._since is None else self._since
            is_its_own = self._met.setdefault(row, self._taken) < self._taken  # others were taken
            if not is_of_all:
                if is_its_own or not self._troubled - {row}:
                    self._troubled.add(row)
                    return Trouble(now + ASIDE_SECONDS, is_of_all=False)
                if row == self._probe:
                    return Trouble(now + ASIDE_SECONDS, is_of_all=True)
            self._troubled.add(row)
            if now < self._pause_ends:
                return Trouble(self._pause_ends, is_of_all=True)
            if now - self._since >= self._keep_trying:
                self._since = None  # whoever says to go on has it kept up as long again
                return Trouble(now, is_of_all=True, gives_up=True)
            self._pause_ends = now + PAUSE_SECONDS * (1 + self._clock.chance())
            self._probe = row
            return Trouble(self._pause_ends, is_of_all=True, is_new=True)

    def is_of_each(self, row: int) -> bool:
        """Tell whether the server puts each message off at first, and so this one."""
        with self._lock:
            is_so = row not in self._met and self._pauses >= PAUSES_THAT_TELL
            if is_so:
                self._met[row] = self._taken
            return is_so

    def was_taken(self, row: int) -> None:
        """Note that a message was taken: what troubled us is over."""
        with self._lock:
            self._taken += 1
            if row not in self._met:
                self._pauses = 0
            elif row == self._probe:
                self._pauses, self._probe = self._pauses + 1, 0
            self._since = None
            self._troubled.clear()

    def was_cut(self) -> None:
        """Note that a connection ended where it should not: from now on they open more slowly."""
        self._connect_interval = CONNECT_SECONDS

    def wait_to_connect(self) -> None:
        """Return when a connection may be opened; its time is taken by then."""
        with self._lock:
            now = self._clock.monotonic()
            time = max(now, self._next_connect)
            self._next_connect = time + self._connect_interval
        if time > now:
            self._clock.sleep(time - now)


Reserve = Callable[[float], float] | None


@dataclass
class _Lane:
    """When the next message may leave."""

    interval: float
    next_time: float = 0.0
    promised: float = 0.0  # what was put aside until
    left: int = 0  # how many may leave of what was reserved


class Pace:
    """Says how long to wait before each message; shared by all connections.

    `reserve` takes so many seconds of a time that others share, and returns how soon they begin.
    """

    def __init__(
        self, rate: Rate | None, domain_rates: Mapping[str, Rate], clock: Clock, reserve: Reserve
    ) -> None:
        self._all = _Lane(rate.interval if rate else 0.0)
        self._rates = {domain.lower(): each for domain, each in domain_rates.items()}
        self._domains = {domain: _Lane(each.interval) for domain, each in self._rates.items()}
        self._clock = clock
        self._reserve = reserve
        self._lock = threading.Lock()

    def share(self, interval: float, workers: int) -> None:
        """Keep to the longest interval of all who share the time, so many processes."""
        with self._lock:
            if interval != self._all.interval:
                self._all.interval, self._all.left = interval, 0
            for domain, rate in self._rates.items():
                self._domains[domain].interval = rate.interval * workers

    def wait(self, domain: str) -> None:
        """Return when a message to `domain` may leave; its time is taken by then."""
        lanes = self._lanes(domain)
        if not lanes:
            return
        # What is reserved is for now: whoever waits for a domain takes it afterwards.
        for some in [[each] for each in reversed(lanes)] if self._reserve else [lanes]:
            with self._lock:
                now = self._clock.monotonic()
                time = max(now, *(self._time_of(lane) for lane in some))
                self._take(some, time)
            if time > now:
                self._clock.sleep(time - now)

    def takes_now(self, domain: str) -> bool:
        """Take the time of a message to `domain`, if it is now; tell whether it was."""
        lanes = self._lanes(domain)
        with self._lock:
            now = self._clock.monotonic()
            is_time = all(self._time_of(lane) <= now for lane in lanes)
            if is_time:
                self._take(lanes, now)
            return is_time

    def leaves_late(self, domain: str) -> None:
        """Note that a message leaves later than its time: those after it keep their distance."""
        with self._lock:
            now = self._clock.monotonic()
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
            if lane.next_time <= self._clock.monotonic():
                return 0.0
            time = max(lane.next_time, lane.promised)
            lane.promised = time + lane.interval
            return time

    def is_slow(self, domain: str) -> bool:
        """Tell whether the next message to `domain` has to wait."""
        return any(lane.next_time > self._clock.monotonic() for lane in self._lanes(domain))

    def _time_of(self, lane: _Lane) -> float:
        """Return when the next message of a lane may leave; of what is shared, reserve some."""
        if self._reserve is None or lane is not self._all:
            return lane.next_time
        while lane.left and lane.next_time < self._clock.monotonic() - RESERVED_SECONDS:
            self._take([lane], 0)
        if not lane.left:
            lane.left = max(1, int(RESERVED_SECONDS / lane.interval))
            seconds = self._reserve(lane.left * lane.interval)
            lane.next_time = self._clock.monotonic() + seconds
        return lane.next_time

    def _take(self, lanes: Iterable[_Lane], time: float) -> None:
        for lane in lanes:
            lane.next_time = (lane.next_time if lane.left else time) + lane.interval
            lane.left = max(0, lane.left - 1)

    def _lanes(self, domain: str) -> tuple[_Lane, ...]:
        everyone_s = (self._all,) if self._all.interval else ()
        own = self._domains.get(domain)
        return everyone_s if own is None else (*everyone_s, own)
