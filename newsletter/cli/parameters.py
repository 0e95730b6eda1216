"""What is typed after a command, and how the command is run with it."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.help import Option, Verb
from newsletter.cli.printing import ask, sending_progress, show, with_progress_bar
from newsletter.i18n import LANGUAGES, N_, _
from newsletter.problems.errors import NewsletterError

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.sending.means import Terminal


def verb(
    name: str, said: str, *parameters: click.Parameter, by: Callable[..., int] | str = ""
) -> Verb:
    """Return a command: what it is for, what is typed after it, and what it calls, as `run`."""
    callback = partial(run, by or name) if isinstance(by, str) else by
    return Verb(name, help=said, params=list(parameters), callback=callback)


def run(command: str, **typed: Any) -> int:
    """Run a function of `newsletter.commands`, "check" or "check.explain"; return its exit status.

    It is given what was typed, and of its surroundings what its parameters name.
    """
    module, _dot, name = command.partition(".")
    function = getattr(import_module(f"newsletter.commands.{module}"), name or module)
    asked = signature(function).parameters.keys() - typed.keys()
    return int(function(**typed, **{n: each() for n, each in SURROUNDINGS.items() if n in asked}))


def here() -> "Path":
    """Return the current folder."""
    from pathlib import Path

    return Path(os.getcwd())


def now() -> datetime:
    """Return the moment that this machine's clock shows."""
    return datetime.now().astimezone()


def asking() -> Callable[..., str] | None:
    """Return what asks whoever is at the terminal; None where nobody is."""
    return ask if sys.stdin.isatty() else None


def terminal() -> "Terminal":
    """Return how to speak with whoever sends; Ctrl-C ends a send after the messages in flight."""
    import threading

    from newsletter.sending.means import Terminal

    stopping = threading.Event()
    progress = partial(sending_progress, stopping=stopping)
    return Terminal(click.echo, show, asking(), progress, stopping)


# What commands ask for, by the names of their parameters.
SURROUNDINGS: Mapping[str, Callable[[], Any]] = {
    "ask": asking,
    "environment": lambda: os.environ,
    "now": now,
    "progress": lambda: with_progress_bar,
    "show": lambda: show,
    "start": here,
    "tell": lambda: click.echo,
    "terminal": terminal,
}


class AsPath(click.Path):
    """A path that is typed: click's own `path_type` would import pathlib for `--help` too."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return it."""
        from pathlib import Path

        # The one made now says what is wrong in the language of now.
        of_now = click.Path(self.exists, self.file_okay, self.dir_okay)
        return Path(str(of_now.convert(value, param, ctx)))


_FOLDER = AsPath(file_okay=False)
_PLACES = {"FILE": AsPath(dir_okay=False), "DIR": _FOLDER, "DIRECTORY": _FOLDER}


def option(names: str, said: str, **more: Any) -> Option:
    """Return an option; `names` has what help shows, and may end with its parameter's name."""
    words = names.split()
    metavar = next(filter(str.isupper, words), more.pop("metavar", None))
    more = {"type": _PLACES.get(metavar), "metavar": metavar, **more}
    return Option([each for each in words if each != metavar], help=said, **more)


def flag(names: str, said: str) -> Option:
    """Return an option without a value."""
    return option(names, said, is_flag=True)


FILE = click.Argument(["file"], type=AsPath())
FILES = click.Argument(["files"], type=AsPath(), nargs=-1)
YES = flag("--yes", N_("Do not ask for confirmation (for scripts)."))
AS = option(
    "--as KEY=VALUE shown_as",
    N_("Show the email as this recipient gets it: region=Wales. May be repeated."),
    multiple=True,
)
TABLE = option(
    "--format output_format",
    N_("Output format: text, csv for a spreadsheet, json for programs."),
    type=click.Choice(["text", "csv", "json"]),
    default="text",
)


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
