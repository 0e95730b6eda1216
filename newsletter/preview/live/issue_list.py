"""The list of all issues: what is told of each at a glance, and its state once that is known."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from newsletter.content.loading import day_of, is_release
from newsletter.i18n import _, current_language, kilobytes, use_language
from newsletter.preview.live.changes import issue_mark, shared_mark
from newsletter.preview.shown_issue import show_issue
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import in_numbers
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.source.source import decode

_READ_BYTES = 4096  # the head of a file has its title and date
_TITLE = re.compile(r"^(?:title|headline):[ \t]*(?P<title>[^\s>|&*{\[].*?)[ \t]*$", re.MULTILINE)


class ListedIssue(NamedTuple):
    """An issue of the list; its title as typed, else its name."""

    name: str
    path: Path
    title: str
    day: date | None
    is_release: bool


def listed(issues: Mapping[str, Path]) -> list[ListedIssue]:
    """Return the issues, the newest first; those without a date before all others."""
    rows = [_listed(name, path) for name, path in sorted(issues.items())]
    return sorted(rows, key=lambda row: row.day or date.max, reverse=True)


def _listed(name: str, path: Path) -> ListedIssue:
    """Return what the file says; it is searched, not parsed."""
    head = b""
    with suppress(OSError), path.open("rb") as file:
        head = file.read(_READ_BYTES)
    # Up to a whole line: half a letter at the end would be taken for another encoding.
    whole = head if len(head) < _READ_BYTES else head.rpartition(b"\n")[0]
    text = decode(whole or head).text or ""
    found = _TITLE.search(text)
    title = found["title"] if found else name
    if len(title) > 1 and title[0] == title[-1] and title[0] in "\"'":
        title = title[1:-1]
    return ListedIssue(name, path, title, day_of(text), is_release(text))


class IssueState(NamedTuple):
    """What the list says of an issue: its problems in words, the worst level, the mail's weight."""

    problems: str
    worst: str
    weight: str


def state_of(path: Path, settings: Settings) -> IssueState:
    """Return the state of the issue at `path`."""
    try:
        shown = show_issue(path, settings, settings.recipients.sample)
    except NewsletterError as error:
        return IssueState(error.message, "error", "")
    levels = {problem.level.value for problem in shown.problems}
    worst = next((level for level in ("error", "warning", "advice") if level in levels), "")
    said = _("{weight} kB").format(weight=kilobytes(shown.mail.weight_bytes)) if shown.mail else ""
    return IssueState(in_numbers(shown.problems), worst, said)


class IssueStates:
    """The last state known of each issue, by its file; `tell` is called when there is a new one."""

    # A process of its own works them out, one after the other, behind all else. It ends once nobody
    # writes to it any more: with the server, however that ends.

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
            while await self._wanted.wait():
                self._wanted.clear()
                for path, mark in await asyncio.to_thread(self._outdated):
                    if self._wanted.is_set():
                        break  # something changed: begin again, with what is known by now
                    state = await self._asked(path)
                    self._marks[path] = mark
                    if state is not None:
                        self.known = {**self.known, path: state}
                        self._tell()
        finally:
            await self._end()

    def _outdated(self) -> list[tuple[Path, str]]:
        shared = shared_mark(self._workspace)
        marks = [(path, shared + issue_mark(path)) for path in self._paths]
        return [(path, mark) for path, mark in marks if self._marks.get(path) != mark]

    async def _asked(self, path: Path) -> IssueState | None:
        """Return the state of an issue; None where the process died of it, or knows none."""
        if self._process is None:
            # -P: no module from the folder that one happens to be in.
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "newsletter.preview.live.issue_list",
                str(self._workspace), current_language(),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        assert self._process.stdin is not None  # noqa: S101 - both are pipes
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdin.write(json.dumps(str(path)).encode() + b"\n")
        line = await self._process.stdout.readline()
        if not line:
            await self._end()
        said = json.loads(line or b"{}")
        return IssueState(**said) if said else None

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()


def main() -> None:
    """Print the state of each issue that the input names, {} where the settings forbid it."""
    workspace, language = sys.argv[1:]
    use_language(language)
    if hasattr(os, "nice"):
        os.nice(10)  # what a person waits for comes first
    for line in sys.stdin:
        settings = load_settings(Path(workspace)).settings
        state = state_of(Path(json.loads(line)), settings) if settings else None
        sys.stdout.write(json.dumps(state._asdict() if state else {}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
