"""How to speak with whoever sends, and the time that they live in."""

import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from newsletter.i18n import _
from newsletter.mailing.delivery.clock import Clock
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import (
    Problem,
)


@dataclass(frozen=True)
class Terminal:
    """How to speak with whoever sends.

    `ask` returns what is typed after a question; it is None where nobody can be asked. `progress`
    shows a bar over so many messages while it is open: what it gives is told of each step.
    `stopping` is set by Ctrl-C.
    """

    tell: Callable[[str], None]
    show: Callable[[Sequence[Problem]], None]
    ask: Callable[[str], str] | None
    progress: Callable[[int], AbstractContextManager[Callable[[int, str], None]]]
    stopping: threading.Event


def is_yes(typed: str) -> bool:
    """Tell whether an answer is yes, in either language."""
    return typed.strip().lower() in {"y", "yes", "o", "oui"}


def ask_for(expected: object, ask: Callable[[str], str] | None, question: str) -> None:
    """Return when what is expected was typed; a number may have spaces between its digits.

    Raises:
        NewsletterError: it was not, or nobody can be asked.
    """
    if ask is None:
        message = _("no terminal to confirm: {expected}").format(expected=expected)
        raise NewsletterError(message, hint=_("in a script, add --yes"))
    typed = ask(question)
    if re.sub(r"\s", "", typed) != str(expected):  # "2 000", with whatever space
        message = _("nothing was sent: you typed '{typed}', not {count}")
        raise NewsletterError(
            message.format(typed=typed, count=expected), hint=_("run the same command again")
        )


def real_clock(stopping: threading.Event) -> Clock:
    """Return the machine's time; who sleeps is woken when the run is to stop."""
    return Clock(
        monotonic=time.monotonic,
        now=lambda: datetime.now(UTC),
        sleep=stopping.wait,
        chance=random.random,
    )
