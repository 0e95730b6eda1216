"""Whom a command speaks with, and where it runs: what it is given beside what was typed."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from newsletter.i18n import _
from newsletter.problems.problem import Problem

Tell = Callable[[str], None]
Show = Callable[[Sequence[Problem]], None]
Ask = Callable[..., str]  # of a question, and of what Enter alone answers
Result = TypeVar("Result")


@dataclass(frozen=True)
class Terminal:
    """How to speak with whoever runs a command."""

    tell: Tell
    show: Show
    ask: Ask | None  # None where nobody can be asked
    # Shows a bar over so many messages while it is open: what it gives is told of each step.
    progress: Callable[[int], AbstractContextManager[Callable[[int, str], None]]]
    stopping: threading.Event  # set by Ctrl-C

    def warn(self, message: str) -> None:
        """Tell what somebody should know who goes on."""
        self.tell(_("Warning: {message}").format(message=message))


class Bar(Protocol):
    """What may show how many results are done."""

    def __call__(self, results: Iterator[Result], length: int, /) -> Iterator[Result]:
        """Pass on the results, of so many."""


@dataclass(frozen=True, kw_only=True)
class Surroundings(Terminal):
    """All around a command: its terminal, the folder that it starts in, the moment."""

    start: Path
    environment: Mapping[str, str]
    now: datetime
    tell_error: Tell
    bar: Bar
    is_root: bool
