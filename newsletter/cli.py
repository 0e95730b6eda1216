"""The command line: options, help, printing, exit status, and the one place that tells errors.

Commands are imported when they run, and the commands' own modules import what they need: `--help`
loads neither pydantic nor premailer nor babel (a test looks).
"""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from newsletter.errors import NewsletterError
from newsletter.i18n import _, current_language, let_libraries_speak, use_language
from newsletter.workspace import user_language, workspace_above

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from newsletter.diagnostics import Problem

Result = TypeVar("Result")

EXIT_COULD_NOT_RUN = NewsletterError.exit_status
EXIT_INTERRUPTED = 130

WORTH_A_BAR = 20  # issues: they take a second
ISSUE_KINDS = ("newsletter", "press-release")


def main() -> NoReturn:
    """Run the command line in the language of the workspace, else of the environment.

    A command ends with its work, so its garbage is left to the system: collecting it while modules
    load and at the end takes 90 of a build's 590 ms (measured 2026-11).
    """
    gc.set_threshold(100_000)
    status = run(sys.argv[1:])
    gc.freeze()
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run one command; return its exit status (design: 0 done, 1 problems, 2 could not run)."""
    language = user_language(workspace_above(os.getcwd()), os.environ)
    use_language(language)
    let_libraries_speak(language)
    try:
        status = commands().main(list(arguments), prog_name="newsletter", standalone_mode=False)
    except NewsletterError as error:
        return _tell_error(error)
    except click.ClickException as error:
        error.show()
        return EXIT_COULD_NOT_RUN
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo(_("interrupted"), err=True)
        return EXIT_INTERRUPTED
    except OSError as error:
        what = f"{error.filename or ''}: {error.strerror or error}".removeprefix(": ")
        return _tell_error(NewsletterError(what))
    return status if isinstance(status, int) else 0


def _tell_error(error: NewsletterError) -> int:
    _show(getattr(error, "problems", ()))
    click.echo(_("Error: {message}").format(message=error.message), err=True)
    if error.hint:
        click.echo(_("Hint: {hint}").format(hint=error.hint), err=True)
    return error.exit_status


def _show(problems: Sequence["Problem"]) -> None:
    """Print problems; in a terminal with the line and a caret under the place."""
    if not problems:
        return
    from newsletter.diagnostics import format_problem, source_excerpt

    for problem in problems:
        click.echo(format_problem(problem))
        if sys.stdout.isatty() and (excerpt := source_excerpt(problem)):
            click.echo(excerpt)


def _with_progress_bar(results: Iterator[Result], length: int) -> Iterator[Result]:
    """Pass `results` on; in a terminal, after a bar that grows with them, where they take a while.

    Lines printed while the bar stands would break it.
    """
    if length < WORTH_A_BAR or not sys.stderr.isatty():
        return results
    with click.progressbar(results, length=length, file=sys.stderr) as bar:
        return iter(list(bar))


def _files() -> Callable[[Callable[..., int]], Callable[..., int]]:
    return click.argument("files", nargs=-1, type=click.Path(), callback=_as_paths)


def _as_path(_context: click.Context, _option: click.Parameter, value: str | None) -> "Path | None":
    return None if value is None else _path(value)


def _as_paths(
    _context: click.Context, _argument: click.Parameter, values: Sequence[str]
) -> "list[Path]":
    return [_path(value) for value in values]


def _path(value: str) -> "Path":
    # click's path_type would import pathlib for --help too: see newsletter.workspace.
    from pathlib import Path

    return Path(value)


def _here() -> "Path":
    return _path(os.getcwd())


def commands() -> click.Group:
    """Return the command line, its help in the user's language."""

    @click.group(
        help=_("Newsletters and press releases from YAML files."),
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    @click.version_option(package_name="newsletter")
    def newsletter() -> None: ...

    for add in (_add_init, _add_new, _add_check, _add_build, _add_schema):
        add(newsletter)
    return newsletter


def _add_init(newsletter: click.Group) -> None:
    @newsletter.command(help=_("Make a workspace in DIR (the current folder without one)."))
    @click.argument("folder", metavar="[DIR]", default=".", callback=_as_path)
    def init(folder: "Path") -> int:
        from newsletter.commands.init import init as run_init

        return run_init(folder, day=_today(), tell=click.echo)


def _add_new(newsletter: click.Group) -> None:
    @newsletter.command(help=_("Write a new issue file whose comments teach the format."))
    @click.argument("kind", type=click.Choice(ISSUE_KINDS))
    @click.option("--title", help=_("Title of the issue."))
    @click.option(
        "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help=_("Date of the issue; today's.")
    )
    @click.option(
        "--from",
        "from_issue",
        type=click.Path(exists=True, dir_okay=False),
        callback=_as_path,
        help=_("Begin from this issue: its text, its number plus one."),
    )
    def new(kind: str, title: str | None, day: "datetime | None", from_issue: "Path | None") -> int:
        from newsletter.commands.new import new as run_new

        return run_new(
            kind,
            title=title,
            day=day.date() if day else _today(),
            from_issue=from_issue,
            start=_here(),
            tell=click.echo,
        )


def _add_check(newsletter: click.Group) -> None:
    @newsletter.command(help=_("Say everything that is amiss in the issues, at its line."))
    @_files()
    @click.option(
        "--format",
        "output_format",
        type=click.Choice(["text", "json", "github", "sarif"]),
        default="text",
        help=_("How to tell it: text for people, the others for programs."),
    )
    @click.option("--strict", is_flag=True, help=_("Warnings count as errors."))
    @click.option("--online", is_flag=True, help=_("Try the links too, over the network."))
    @click.option("--lang", type=click.Choice(["fr", "en"]), help=_("Language of the messages."))
    @click.option("--list", "listing", is_flag=True, help=_("Name the rules, and end."))
    @click.option("--explain", metavar="RULE", help=_("Tell the manual page of a rule, and end."))
    def check(
        files: "list[Path]",
        output_format: str,
        strict: bool,
        online: bool,
        lang: str | None,
        listing: bool,
        explain: str | None,
    ) -> int:
        from newsletter.commands import check as checking

        use_language(lang or current_language())
        if listing:
            return checking.list_rules(tell=click.echo)
        if explain:
            return checking.explain(explain, tell=click.echo)
        return checking.check(
            files,
            output_format=output_format,
            strict=strict,
            online=online,
            start=_here(),
            tell=click.echo,
            show=_show,
            progress=_with_progress_bar,
        )


def _add_build(newsletter: click.Group) -> None:
    @newsletter.command(help=_("Write the mail of each issue: HTML, plain text, pictures."))
    @_files()
    @click.option(
        "--output",
        type=click.Path(file_okay=False),
        callback=_as_path,
        help=_("Folder to write into, instead of build/."),
    )
    @click.option(
        "--as",
        "shown_as",
        metavar="KEY=VALUE",
        multiple=True,
        help=_("Show the mail to such a recipient: delegation=Bretagne. May be repeated."),
    )
    @click.option("--strict", is_flag=True, help=_("Write nothing where the checks find fault."))
    def build(
        files: "list[Path]", output: "Path | None", shown_as: "tuple[str, ...]", strict: bool
    ) -> int:
        from newsletter.commands.build import build as run_build

        return run_build(
            files,
            output=output,
            shown_as=shown_as,
            strict=strict,
            start=_here(),
            tell=click.echo,
            show=_show,
            progress=_with_progress_bar,
        )


def _add_schema(newsletter: click.Group) -> None:
    @newsletter.command(help=_("Print the JSON Schema that editors complete issue files from."))
    def schema() -> int:
        from newsletter.commands.schema import schema as run_schema

        return run_schema(start=_here(), tell=click.echo)


def _today() -> "date":
    from datetime import datetime

    return datetime.now().astimezone().date()
