"""What the command line prints and asks: problems, pages of text, bars, and how Ctrl-C ends one."""

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from newsletter.i18n import _, decimal

if TYPE_CHECKING:
    import threading

    from newsletter.problems.problem import Problem

Result = TypeVar("Result")

WORTH_A_BAR = 20  # issues: they take a second


def show(problems: Sequence["Problem"]) -> None:
    """Print problems; in a terminal with the line and a caret under the place."""
    if not problems:
        return
    from newsletter.problems.problem import format_problem, source_excerpt

    for problem in problems:
        click.echo(format_problem(problem))
        if sys.stdout.isatty() and (excerpt := source_excerpt(problem)):
            click.echo(excerpt)


def show_page(page: str) -> None:
    """Print a page of text; in a terminal that it is too long for, leaf by leaf."""
    if sys.stdout.isatty() and page.count("\n") >= shutil.get_terminal_size().lines:
        click.echo_via_pager(page)
    else:
        click.echo(page, nl=False)


def show_again(page: str) -> None:
    """Print a page of text in the place of the last, if this is a terminal."""
    click.clear()
    click.echo(page, nl=False)


def with_progress_bar(results: Iterator[Result], length: int) -> Iterator[Result]:
    """Pass `results` on; in a terminal, after a bar that grows with them, where they take a while.

    Lines printed while the bar stands would break it.
    """
    if length < WORTH_A_BAR or not sys.stderr.isatty():
        return results
    with click.progressbar(results, length=length, file=sys.stderr) as bar:
        return iter(list(bar))


@contextmanager
def ending_on_interrupt(stopping: "threading.Event") -> Iterator[None]:
    """Let the first Ctrl-C end a send after the messages in flight, the second at once."""
    import signal

    def end(_number: int, _frame: object) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()
        click.echo(_("finishing the messages in flight; press Ctrl-C again to stop now"), err=True)

    before = signal.signal(signal.SIGINT, end)  # while messages leave; at a question it ends all
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def ask(question: str, default: str | None = None) -> str:
    """Return what is typed after a question, else the default; Ctrl-C ends the command at once."""
    import io
    import signal

    # A byte that is no letter is told as any other; once set, it stays so.
    if isinstance(sys.stdin, io.TextIOWrapper) and sys.stdin.errors != "replace":
        sys.stdin.reconfigure(errors="replace")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return str(click.prompt(question, default, type=str, err=True, prompt_suffix=_(": ")))
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def sending_progress(
    total: int, *, stopping: "threading.Event"
) -> Iterator[Callable[[int, str], None]]:
    """Show how many messages of so many are done; Ctrl-C ends after those in flight."""
    with ending_on_interrupt(stopping), _shown(total) as advance:
        yield advance


@contextmanager
def _shown(total: int) -> Iterator[Callable[[int, str], None]]:
    """Show a bar in a terminal, else a line each tenth."""
    if not sys.stderr.isatty():
        yield _progress_lines(total)
        return
    import time

    start = time.monotonic()
    done = 0

    def advance(count: int, words: str) -> None:
        nonlocal done
        done += count
        rate = done / max(time.monotonic() - start, 0.001)
        bar.update(count, words or _("{rate} per second").format(rate=decimal(rate)))

    with click.progressbar(
        length=total, file=sys.stderr, show_pos=True, item_show_func=lambda words: words or ""
    ) as bar:
        yield advance


def _progress_lines(total: int) -> Callable[[int, str], None]:
    done = 0

    def advance(count: int, words: str) -> None:
        nonlocal done
        before, done = done, done + count
        if words:
            click.echo(words, err=True)
        elif before * 10 // total != done * 10 // total:
            click.echo(_("{done} of {total}").format(done=done, total=total), err=True)

    return advance
