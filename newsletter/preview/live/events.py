"""What open pages are told, as server-sent events (HTML Standard, 9.2)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

# After so long a page hears that we are still here, and we look at the disk unasked: a network
# drive tells of no change.
HEARTBEAT_SECONDS = 15.0
# What a page is told, by what it is about: kind of event, and its data.
News = Mapping[str, tuple[str, str]]


class ChangeSignal:
    """Wakes whoever listens: something may have changed, or it is over."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()
        self.is_over = False

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


async def stream(signal: ChangeSignal, news: Callable[[], Awaitable[News]]) -> AsyncIterator[str]:
    """Yield, as events, what `news` has that was not told, now and whenever it is woken."""
    told: dict[str, tuple[str, str]] = {}
    with signal.listener() as woken:
        while not signal.is_over:
            woken.clear()
            for about, (kind, data) in (await news()).items():
                if told.get(about) != (kind, data):
                    told[about] = (kind, data)
                    yield f"event: {kind}\ndata: {data}\n\n"
            if not await _is_woken(woken):
                yield ": still here\n\n"


async def _is_woken(woken: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(woken.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return False
    return True
