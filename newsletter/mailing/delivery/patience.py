"""How a server that does not want us now is waited for: by all connections, and not for ever.

What it puts off may be one message or all that comes from us. A message is one alone until another
meets the same, or where the server did not even take the sender.
"""

import threading
from typing import NamedTuple

from newsletter.mailing.delivery.clock import Clock

PAUSE_SECONDS = 30  # at least; twice as long at most
ASIDE_SECONDS = 60
# Exchange cuts off who submits too fast, and counts connections too: so none opens sooner after
# another once one was cut, 14 in 20 seconds.
CONNECT_SECONDS = 1.5
MAX_CONNECT_SECONDS = 20
GOOD_ANSWERS_TO_RECOVER = 20


class Trouble(NamedTuple):
    """What follows from a refusal that is about us: when to try again, and whether to give up.

    `is_of_all` says that nothing leaves until then; `is_new` that it was not so already.
    """

    until: float
    is_of_all: bool
    is_new: bool = False
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
        self._connect_interval = 0.0
        self._next_connect = 0.0
        self._good_answers = 0

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
            is_of_all = is_of_all or bool(self._troubled - {row})
            self._troubled.add(row)
            if not is_of_all:
                return Trouble(now + ASIDE_SECONDS, is_of_all=False)
            if now < self._pause_ends:
                return Trouble(self._pause_ends, is_of_all=True)
            if now - self._since >= self._keep_trying:
                self._since = None  # whoever says to go on has it kept up as long again
                return Trouble(now, is_of_all=True, gives_up=True)
            self._pause_ends = now + PAUSE_SECONDS * (1 + self._clock.chance())
            return Trouble(self._pause_ends, is_of_all=True, is_new=True)

    def was_taken(self) -> None:
        """Note that a message was taken: what troubled us is over."""
        if self._since is None and not self._connect_interval:
            return
        with self._lock:
            self._since = None
            self._troubled.clear()
            self._good_answers += 1
            if self._good_answers >= GOOD_ANSWERS_TO_RECOVER and self._connect_interval:
                self._good_answers = 0
                self._connect_interval = max(CONNECT_SECONDS, self._connect_interval / 2)

    def was_cut(self) -> None:
        """Note that a connection ended where it should not: the next ones open more slowly."""
        with self._lock:
            self._good_answers = 0
            slower = max(CONNECT_SECONDS, 2 * self._connect_interval)
            self._connect_interval = min(slower, MAX_CONNECT_SECONDS)

    def wait_to_connect(self) -> None:
        """Return when a connection may be opened; its time is taken by then."""
        with self._lock:
            now = self._clock.monotonic()
            time = max(now, self._next_connect)
            self._next_connect = time + self._connect_interval
        if time > now:
            self._clock.sleep(time - now)
