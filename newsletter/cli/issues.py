"""The commands that make issues and look at them: init, new, check, build, schema."""

from typing import TYPE_CHECKING

import click

from newsletter.cli.parameters import as_option, as_path, files_argument, here, today
from newsletter.cli.printing import show, with_progress_bar
from newsletter.i18n import _

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

ISSUE_KINDS = ("newsletter", "press-release")


def add_init(newsletter: click.Group) -> None:
    """Add `newsletter init`."""

    @newsletter.command(help=_("Make a workspace in DIR (the current folder without one)."))
    @click.argument("folder", metavar="[DIR]", default=".", callback=as_path)
    def init(folder: "Path") -> int:
        from newsletter.commands.init import init as run_init

        return run_init(folder, tell=click.echo)


def add_new(newsletter: click.Group) -> None:
    """Add `newsletter new`."""

    @newsletter.command(help=_("Write a new issue file whose comments teach the format."))
    @click.argument("kind", type=click.Choice(ISSUE_KINDS))
    @click.option("--title", help=_("Title of the issue."))
    @click.option(
        "--date",
        "day",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        help=_("Date of the issue; today's."),
    )
    @click.option(
        "--from",
        "from_issue",
        type=click.Path(exists=True, dir_okay=False),
        callback=as_path,
        help=_("Begin from this issue: its text, its number plus one."),
    )
    def new(kind: str, title: str | None, day: "datetime | None", from_issue: "Path | None") -> int:
        from newsletter.commands.new import new as run_new

        return run_new(
            kind,
            title=title,
            day=day.date() if day else today(),
            from_issue=from_issue,
            start=here(),
            tell=click.echo,
        )


def add_check(newsletter: click.Group) -> None:
    """Add `newsletter check`."""

    @newsletter.command(help=_("Say everything that is amiss in the issues, at its line."))
    @files_argument()
    @click.option(
        "--format",
        "output_format",
        type=click.Choice(["text", "json", "github", "sarif"]),
        default="text",
        help=_("How to tell it: text for people, the others for programs."),
    )
    @click.option("--strict", is_flag=True, help=_("Warnings count as errors."))
    @click.option("--online", is_flag=True, help=_("Try the links too, over the network."))
    @click.option("--list", "listing", is_flag=True, help=_("Name the rules, and end."))
    @click.option("--explain", metavar="RULE", help=_("Tell the manual page of a rule, and end."))
    def check(
        files: "list[Path]",
        output_format: str,
        strict: bool,
        online: bool,
        listing: bool,
        explain: str | None,
    ) -> int:
        from newsletter.commands import check as checking

        if listing:
            return checking.list_rules(tell=click.echo)
        if explain:
            return checking.explain(explain, tell=click.echo)
        return checking.check(
            files,
            output_format=output_format,
            strict=strict,
            online=online,
            start=here(),
            tell=click.echo,
            show=show,
            progress=with_progress_bar,
        )


def add_build(newsletter: click.Group) -> None:
    """Add `newsletter build`."""

    @newsletter.command(help=_("Write the mail of each issue: HTML, plain text, pictures."))
    @files_argument()
    @click.option(
        "--output",
        type=click.Path(file_okay=False),
        callback=as_path,
        help=_("Folder to write into, instead of build/."),
    )
    @as_option()
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
            start=here(),
            tell=click.echo,
            show=show,
            progress=with_progress_bar,
        )


def add_schema(newsletter: click.Group) -> None:
    """Add `newsletter schema`."""

    @newsletter.command(help=_("Print the JSON Schema that editors complete issue files from."))
    def schema() -> int:
        from newsletter.commands.schema import schema as run_schema

        return run_schema(start=here(), tell=click.echo)


ADD_ISSUES = (add_init, add_new, add_check, add_build, add_schema)
