"""Changes: that a file of the workspace did, and how open pages are told (server-sent events)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from newsletter.workspace import SETTINGS_FILE

DEEP_FOLDERS = ("issues", "templates", "assets")
# Editors save in several steps (write beside, rename, set the time): one change within 3 ms of
# another belongs to it, for at most 100 ms. Words are on the screen 15 ms sooner than with 5.
STEP_MS, LONGEST_MS = 3, 100
# What editors leave beside a file while they have it open: Vim, Emacs, LibreOffice, macOS.
_ENDINGS = r"(~|\.sw[pxo]|\.tmp|\.bak|\.part|\.new)$"
_BEGINNINGS = r"^(\.?#|\.~|~\$|\.goutputstream|4913|\.DS_Store)"
_MATTERS = DefaultFilter(ignore_dirs=(), ignore_entity_patterns=(_ENDINGS, _BEGINNINGS))
# After so long pages look unasked: a network drive tells of no change.
HEARTBEAT_SECONDS = 15.0


async def watch(workspace: Path, more: Iterable[Path], tell: Callable[[], None]) -> None:
    """Call `tell` at each change of the workspace's files, which may come and go, and of `more`."""
    files = [workspace / SETTINGS_FILE, *more]
    while True:
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_watch_deep(workspace, stop, tell))
            tasks.create_task(_watch_flat(workspace, files, stop, tell))
            # Both watch from their first step on: what changed before is told now.
            asyncio.get_running_loop().call_soon(tell)


async def _watch_deep(workspace: Path, stop: asyncio.Event, tell: Callable[[], None]) -> None:
    folders = [workspace / name for name in DEEP_FOLDERS if (workspace / name).is_dir()]
    if not folders:
        return
    async for _changes in awatch(
        *folders, watch_filter=_MATTERS, step=STEP_MS, debounce=LONGEST_MS, stop_event=stop,
        ignore_permission_denied=True,
    ):  # fmt: skip
        tell()


async def _watch_flat(
    workspace: Path, files: Iterable[Path], stop: asyncio.Event, tell: Callable[[], None]
) -> None:
    """Watch files by their folders: one may be renamed into place. `stop` tells of deep folders."""
    named = {str(path.resolve()) for path in files}
    deep = {str(workspace / name) for name in DEEP_FOLDERS}
    folders = {str(workspace), *(str(Path(path).parent) for path in named)}

    def matters(change: Change, path: str) -> bool:
        return path in named or (path in deep and change is not Change.modified)

    async for changes in awatch(
        *folders, watch_filter=matters, step=STEP_MS, debounce=LONGEST_MS, stop_event=stop,
        recursive=False, ignore_permission_denied=True,
    ):  # fmt: skip
        if any(path in deep for _change, path in changes):
            stop.set()
        tell()


class ChangeSignal:
    """Wakes whoever listens: files may have changed (so often: `changes`), or a state is known."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()  # the next wake-up has another
        self.changes = 0
        self.is_over = False

    def change(self) -> None:
        """Wake all listeners, to look at the files."""
        self.changes += 1
        self.wake()

    def wake(self) -> None:
        """Wake all listeners."""
        self.woken.set()
        self.woken = asyncio.Event()

    def end(self) -> None:
        """Wake all listeners for the last time."""
        self.is_over = True
        self.wake()


async def stream(signal: ChangeSignal, states: Callable[[], Iterable[str]]) -> AsyncIterator[str]:
    """Yield when to look for changes, at once too and after long silence, and new `states`."""
    told, seen = set[str](), -1
    while not signal.is_over:
        woken = signal.woken
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
