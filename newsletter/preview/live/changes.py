"""Changes: what a mail depends on, as marks; that a file of it changed; how open pages are told."""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from newsletter.content.loading import issues_in, twin_of
from newsletter.packaged import packaged_files
from newsletter.workspace import SETTINGS_FILE

SHARED_FOLDERS = ("templates", "assets")
# What `file:` names in an issue: texts, which stand beside it (pictures are shared).
_NAMED_FILE = re.compile(rb"\bfile:[ \t]*[\"']?([^\"'\n},]+\.(?:md|txt))\b")
_MAX_READ = 1 << 20  # larger files are refused anyway
# Editors save in several steps (write beside, rename, set the time): one change within 3 ms of
# another belongs to it, for at most 100 ms. Words are on the screen 15 ms sooner than with 5.
STEP_MS, LONGEST_MS = 3, 100
# What editors leave beside a file while they have it open: Vim, Emacs, LibreOffice, macOS.
_ENDINGS = r"(~|\.sw[pxo]|\.tmp|\.bak|\.part|\.new)$"
_BEGINNINGS = r"^(\.?#|\.~|~\$|\.goutputstream|4913|\.DS_Store)"
_MATTERS = DefaultFilter(ignore_dirs=(), ignore_entity_patterns=(_ENDINGS, _BEGINNINGS))
# After so long pages look unasked: a network drive tells of no change.
HEARTBEAT_SECONDS = 15.0


# Marks are taken from the disk each time: after a sleep none is stale.
def shared_mark(workspace: Path) -> str:
    """Return the mark of all that every mail depends on: settings, theme, templates, pictures."""
    roots = dict.fromkeys([workspace, packaged_files()])
    paths: list[Path | str] = [workspace / SETTINGS_FILE]
    for folder in (root / name for root in roots for name in SHARED_FOLDERS):
        for parent, _folders, names in sorted(os.walk(folder)):
            paths += (f"{parent}/{name}" for name in sorted(names))
    return _digest(_state(path) for path in paths)


def issue_mark(path: Path) -> str:
    """Return the mark of one issue: of its file, the texts that it names, whether it has a twin."""
    content = _content(path)
    twin = b"twin" if twin_of(path) else b""
    names = (os.fsdecode(name.strip()) for name in _NAMED_FILE.findall(content))
    return _digest([content, twin, *(_content(path.parent / name) for name in names)])


def folder_mark(folder: Path) -> str:
    """Return the mark of the issues in `folder`: the checks compare an issue with earlier ones."""
    return _digest(_state(path) for path in issues_in(folder))


def file_mark(path: Path | None) -> str:
    """Return the mark of one file, by its place, size and time."""
    return _digest([_state(path)] if path else [])


def _state(path: Path | str) -> bytes:
    try:
        status = os.stat(path)  # noqa: PTH116 - hundreds of files at each request
    except OSError:
        return f"{path} -".encode(errors="replace")
    # The inode too: editors write beside and rename, within one tick of the clock.
    facts = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return f"{path} {facts}".encode(errors="replace")


def _content(path: Path) -> bytes:
    with suppress(OSError, ValueError):  # ValueError: NUL in a name
        if path.is_file():  # a pipe would keep us waiting
            with path.open("rb") as file:
                return file.read(_MAX_READ + 1)
    return b"-"


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:".encode() + part)
    return digest.hexdigest()[:16]


async def watch(workspace: Path, more: Iterable[Path], tell: Callable[[], None]) -> None:
    """Call `tell` at each change of the workspace's files, which may come and go, and of `more`."""
    deep = {str(workspace / name) for name in ("issues", *SHARED_FOLDERS)}
    # Other files by their folders: one may be renamed into place.
    named = {str(path.resolve()) for path in (workspace / SETTINGS_FILE, *more)}
    around = {str(workspace), *(str(Path(path).parent) for path in named)}

    def is_gone_or_new(change: Change, path: str) -> bool:
        return path in deep and change is not Change.modified

    def matters(change: Change, path: str) -> bool:
        return path in named or is_gone_or_new(change, path)

    async def follow(folders: Iterable[str], stop: asyncio.Event, *, is_deep: bool) -> None:
        async for changes in awatch(
            *folders, watch_filter=_MATTERS if is_deep else matters, recursive=is_deep,
            step=STEP_MS, debounce=LONGEST_MS, stop_event=stop, ignore_permission_denied=True,
        ):  # fmt: skip
            if any(is_gone_or_new(*each) for each in changes):
                stop.set()
            tell()

    while True:
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            if there := list(filter(os.path.isdir, deep)):
                tasks.create_task(follow(there, stop, is_deep=True))
            tasks.create_task(follow(around, stop, is_deep=False))
            # Both watch from their first step on: what changed before is told now.
            asyncio.get_running_loop().call_soon(tell)


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
