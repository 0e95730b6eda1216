"""What is typed after a command, as its function takes it."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from newsletter.i18n import LANGUAGES, _
from newsletter.problems.errors import NewsletterError

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path


def take_language(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return what was typed after `--lang`, anywhere, and the other arguments.

    Taken before the commands are made: their help is in it. Raises `NewsletterError` for others.
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


def files_argument() -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return the argument of a command that takes any number of issue files."""
    return click.argument("files", nargs=-1, type=click.Path(), callback=as_paths)


def as_option() -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return the option that says whom a mail is shown to."""
    return click.option(
        "--as",
        "shown_as",
        metavar="KEY=VALUE",
        multiple=True,
        help=_("Show the email as this recipient gets it: region=Wales. May be repeated."),
    )


def as_path(_context: click.Context, _option: click.Parameter, value: str | None) -> "Path | None":
    """Return the path that was typed, None where none was."""
    return None if value is None else _path(value)


def as_paths(
    _context: click.Context, _argument: click.Parameter, values: Sequence[str]
) -> "list[Path]":
    """Return the paths that were typed."""
    return [_path(value) for value in values]


def _path(value: str) -> "Path":
    # click's path_type would import pathlib for --help too: see newsletter.workspace.
    from pathlib import Path

    return Path(value)


def here() -> "Path":
    """Return the current folder."""
    return _path(os.getcwd())


def now() -> "datetime":
    """Return the moment that this machine's clock shows."""
    from datetime import datetime

    return datetime.now().astimezone()


def today() -> "date":
    """Return its day."""
    return now().date()
