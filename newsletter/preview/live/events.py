"""What open pages are told, as server-sent events (HTML Standard, 9.2)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager

# After so long pages look unasked: a network drive tells of no change.
HEARTBEAT_SECONDS = 15.0


class ChangeSignal:
    """Wakes whoever listens: files may have changed (so often: `changes`), or a state is known."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()
        self.changes = 0
        self.is_over = False

    def change(self) -> None:
        """Wake all listeners, to look at the files."""
        self.changes += 1
        self.wake()

    def wake(self) -> None:
        """Wake all listeners."""
        for listener in self._listeners:
            listener.set()

    def end(self) -> None:
        """Wake all listeners for the last time."""
        self.is_over = True
        self.wake()

    @contextmanager
    def listener(self) -> Iterator[asyncio.Event]:
        """Give an event that is set at each wake-up."""
        event = asyncio.Event()
        self._listeners.add(event)
        try:
            yield event
        finally:
            self._listeners.discard(event)


async def stream(signal: ChangeSignal, states: Callable[[], Iterable[str]]) -> AsyncIterator[str]:
    """Yield when to look for changes, at once too and after long silence, and new `states`."""
    told: set[str] = set()
    seen = -1
    with signal.listener() as woken:
        while not signal.is_over:
            woken.clear()
            if seen != signal.changes:
                seen = signal.changes
                yield _event("look")
            known = list(states())
            for state in known:
                if state not in told:
                    yield _event("state", state)
            told = set(known)
            try:
                await asyncio.wait_for(woken.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                seen = -1


def _event(kind: str, data: str = "") -> str:
    return f"event: {kind}\ndata: {data}\n\n"
