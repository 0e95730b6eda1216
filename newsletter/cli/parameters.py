"""How a command is run with what was typed, and what is printed and asked meanwhile."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newsletter.i18n import LANGUAGES, _, current_language, decimal
from newsletter.problems.errors import NewsletterError

if TYPE_CHECKING:
    import threading

    from newsletter.problems.problem import Problem
    from newsletter.problems.terminal import Surroundings


def run(command: str, **typed: Any) -> int:
    """Run a verb of `newsletter.commands`, "check" or "check.explain"; return its exit status."""
    module, _dot, name = command.partition(".")
    function = getattr(import_module(f"newsletter.commands.{module}"), name or module)
    return function(surroundings(), **typed) or 0


def surroundings() -> "Surroundings":
    """Return this terminal, folder and moment; Ctrl-C ends a send after those in flight."""
    import threading
    from pathlib import Path

    from newsletter.problems.terminal import Surroundings

    stopping = threading.Event()
    return Surroundings(
        tell=click.echo,
        show=show,
        ask=ask if sys.stdin and sys.stdin.isatty() else None,
        progress=partial(sending_progress, stopping=stopping),
        stopping=stopping,
        start=Path(os.getcwd()),
        environment=os.environ,
        now=datetime.now().astimezone(),
        tell_error=partial(click.echo, err=True),
        bar=with_progress_bar,
        is_root=hasattr(os, "geteuid") and os.geteuid() == 0,
    )


class AsPath(click.Path):
    """A path that is typed: click's own `path_type` would import pathlib for `--help` too."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        from pathlib import Path

        # The one made now says what is wrong in the language of now.
        of_now = click.Path(self.exists, self.file_okay, self.dir_okay)
        return Path(str(of_now.convert(value, param, ctx)))


class AsDay(click.ParamType["Any"]):
    """A day, typed as issue files have it."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the date."""
        from newsletter.problems.problem import Fault
        from newsletter.values.dates import date_in

        day = date_in(value, language=current_language())
        if isinstance(day, Fault):
            raise NewsletterError(day.message, hint=day.hint)
        return day


def take_language(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return what was typed after `--lang`, anywhere, and the other arguments.

    Taken before click speaks: its faults and help are in it. Raises `NewsletterError` for others.
    """
    language, rest = None, []
    left = iter(arguments)
    for argument in left:
        name, equals, value = argument.partition("=")
        if name != "--lang":
            rest.append(argument)
            continue
        language = value if equals else next(left, "")
        if language not in LANGUAGES:
            message = _("'{language}' cannot follow --lang").format(language=language)
            raise NewsletterError(message, hint=_("write --lang fr or --lang en"))
    return language, rest


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


def show_page(page: str, *, again: bool) -> None:
    """Print a page of text: in the place of the last, or leaf by leaf where it is too long."""
    if again:
        click.clear()  # if this is a terminal
    if not again and sys.stdout.isatty() and page.count("\n") >= shutil.get_terminal_size().lines:
        click.echo_via_pager(page)
    else:
        click.echo(page, nl=False)


def with_progress_bar(results: Iterator[Result], length: int) -> Iterator[Result]:
    """Pass `results` on; in a terminal after a bar that grows with them, if they take a while."""
    if length < WORTH_A_BAR or not sys.stderr.isatty():
        return results
    with click.progressbar(results, length=length, file=sys.stderr) as bar:
        return iter(list(bar))  # lines printed while it stands would break it


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
    """Show how many messages of so many are done; the first Ctrl-C ends after those in flight."""
    import signal
    import time

    start, done, is_bar = time.monotonic(), 0, sys.stderr.isatty()
    bar = click.progressbar(
        length=total, file=sys.stderr, show_pos=True, item_show_func=lambda words: words or ""
    )

    def advance(count: int, words: str) -> None:
        nonlocal done
        before, done = done, done + count
        if is_bar:
            rate = done / max(time.monotonic() - start, 0.001)
            bar.update(count, words or _("{rate} per second").format(rate=decimal(rate)))
        elif words:
            click.echo(words, err=True)
        elif before * 10 // total != done * 10 // total:
            click.echo(_("{done} of {total}").format(done=done, total=total), err=True)

    def end(_number: int, _frame: object) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()
        click.echo(_("finishing the messages in flight; press Ctrl-C again to stop now"), err=True)

    at_interrupt = signal.signal(signal.SIGINT, end)  # at a question it ends all
    try:
        with bar if is_bar else nullcontext():
            yield advance
    finally:
        signal.signal(signal.SIGINT, at_interrupt)
