"""The states of all issues, worked out one after the other when a list of them is asked for."""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from newsletter.i18n import current_language
from newsletter.preview.live.freshness import issue_mark, shared_mark
from newsletter.preview.live.state_process import IssueState


class IssueStates:
    """The last state known of each issue, by its file; `tell` is called when there is a new one."""

    def __init__(self, workspace: Path, tell: Callable[[], None]) -> None:
        self._workspace = workspace
        self._tell = tell
        self._wanted = asyncio.Event()
        self._paths: tuple[Path, ...] = ()
        self._marks: dict[Path, str] = {}
        self.known: Mapping[Path, IssueState] = {}
        self._process: asyncio.subprocess.Process | None = None

    def want(self, paths: tuple[Path, ...]) -> None:
        """Have the states of `paths` worked out in this order, those that are not known as yet."""
        self._paths = paths
        self._wanted.set()

    async def keep(self) -> None:
        """Work until cancelled; the process that helps ends with this."""
        try:
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                await self._work()
        finally:
            await self._end()

    async def _work(self) -> None:
        for path, mark in await asyncio.to_thread(self._outdated):
            if self._wanted.is_set():
                return  # something changed: begin again, with what is known by now
            state = await self._asked(path)
            self._marks[path] = mark
            if state is not None:
                self.known = {**self.known, path: state}
                self._tell()

    def _outdated(self) -> list[tuple[Path, str]]:
        """Return the issues whose state is not known as they are now, each with its mark."""
        shared = shared_mark(self._workspace)
        marks = [(path, shared + issue_mark(path)) for path in self._paths]
        return [(path, mark) for path, mark in marks if self._marks.get(path) != mark]

    async def _asked(self, path: Path) -> IssueState | None:
        """Return the state of an issue; None where the process died of it, or knows none."""
        process = await self._running()
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(json.dumps(str(path)).encode() + b"\n")
        line = await process.stdout.readline()
        if not line:
            await self._end()
        said = json.loads(line or b"{}")
        return IssueState(**said) if said else None

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            # -P: no module from the folder that one happens to be in.
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "newsletter.preview.live.state_process",
                str(self._workspace), current_language(),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()
