"""What open pages are told, as server-sent events (HTML Standard, 9.2)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

# After so long a page hears that we are still here, and we look at the disk unasked: a network
# drive tells of no change.
HEARTBEAT_SECONDS = 15.0
# What a page is told, by what it is about: kind of event, and its data.
News = Mapping[str, tuple[str, str]]


class Bell:
    """Wakes whoever listens: something may have changed, or it is over."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()
        self.is_over = False

    def ring(self) -> None:
        """Wake all listeners."""
        for listener in self._listeners:
            listener.set()

    def end(self) -> None:
        """Wake all listeners for the last time."""
        self.is_over = True
        self.ring()

    @contextmanager
    def listener(self) -> Iterator[asyncio.Event]:
        """Give an event that is set at each ring."""
        event = asyncio.Event()
        self._listeners.add(event)
        try:
            yield event
        finally:
            self._listeners.discard(event)


async def stream(bell: Bell, news: Callable[[], Awaitable[News]]) -> AsyncIterator[str]:
    """Yield, as events, what `news` has that was not told, now and whenever the bell rings."""
    told: dict[str, tuple[str, str]] = {}
    with bell.listener() as rung:
        while not bell.is_over:
            rung.clear()
            for about, (kind, data) in (await news()).items():
                if told.get(about) != (kind, data):
                    told[about] = (kind, data)
                    yield f"event: {kind}\ndata: {data}\n\n"
            if not await _rings(rung):
                yield ": still here\n\n"


async def _rings(rung: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(rung.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return False
    return True
