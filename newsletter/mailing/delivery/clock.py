"""Time, as a run sees it: given from outside, so that a test's minutes take no time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Clock:
    """Time, from outside: seconds that never go back, the hour in UTC, and how to wait.

    `sleep` returns whether it ended early, because the run is to stop. `chance` is from 0 to 1.
    """

    monotonic: Callable[[], float]
    now: Callable[[], datetime]
    sleep: Callable[[float], bool | None]
    chance: Callable[[], float]
