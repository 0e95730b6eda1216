"""The commands of a host that is always on: worker, jobs."""

import os
import sys
from typing import TYPE_CHECKING

import click

from newsletter.cli.parameters import here, now
from newsletter.cli.printing import show
from newsletter.cli.sending_progress import ask
from newsletter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable


def add_worker(newsletter: click.Group) -> None:
    """Add `newsletter worker`."""

    @newsletter.command(
        help=_("Send what is due, read what comes back, publish at embargoes, until stopped.")
    )
    @click.option("--only", type=click.Choice(["send"]), help=_("send: only send what is due."))
    def worker(only: str | None) -> int:
        import signal
        import threading
        from contextlib import nullcontext

        from newsletter.commands.worker import worker as run_worker
        from newsletter.sending.terminal import Terminal

        def on_stop(stop: "Callable[[], None]") -> None:
            for each in (signal.SIGINT, signal.SIGTERM):
                signal.signal(each, lambda _number, _frame: stop())

        terminal = Terminal(
            tell=click.echo,
            show=show,
            ask=ask if sys.stdin.isatty() else None,
            progress=lambda _total: nullcontext(lambda _count, _words: None),
            stopping=threading.Event(),
        )
        return run_worker(
            only_send=only == "send",
            start=here(),
            environment=os.environ,
            terminal=terminal,
            on_stop=on_stop,
        )


def add_jobs(newsletter: click.Group) -> None:
    """Add `newsletter jobs`."""

    @newsletter.command(
        help=_("Show what waits for its hour, what is being sent, and which workers were seen.")
    )
    def jobs() -> int:
        from newsletter.commands.jobs import jobs as run_jobs

        return run_jobs(start=here(), now=now(), tell=click.echo)


ADD_TEAM = (add_worker, add_jobs)
