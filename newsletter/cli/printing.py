"""What the command line prints: problems, pages of text, bars."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
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
    lines = shutil.get_terminal_size().lines
    if sys.stdout.isatty() and page.count("\n") >= lines:
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
