"""The commands that make issues and look at them: init, new, check, build, templates and others."""

import sys
from typing import TYPE_CHECKING

import click

from newsletter.cli.parameters import as_option, as_path, files_argument, here, now, today
from newsletter.cli.printing import show, with_progress_bar
from newsletter.cli.sending_progress import ask
from newsletter.i18n import _

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_CLOCKS = ("%H:%M:%S%z", "%H:%M%z", "%H:%M:%S", "%H:%M")
ISSUE_KINDS = ("newsletter", "press-release")


def add_init(newsletter: click.Group) -> None:
    """Add `newsletter init`."""

    @newsletter.command(help=_("Create a workspace in DIR (default: the current folder)."))
    @click.argument("folder", metavar="[DIR]", default=".", callback=as_path)
    @click.option("--yes", is_flag=True, help=_("Ask nothing: keep the example's answers."))
    def init(folder: "Path", *, yes: bool) -> int:
        from newsletter.commands.init import init as run_init

        asking = ask if sys.stdin.isatty() and not yes else None
        return run_init(folder, tell=click.echo, ask=asking)


def add_new(newsletter: click.Group) -> None:
    """Add `newsletter new`."""

    @newsletter.command(help=_("Create a new issue file with comments that explain the format."))
    @click.argument("kind", type=click.Choice(ISSUE_KINDS))
    @click.option("--title", help=_("Title of the issue."))
    @click.option(
        "--date",
        "day",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        help=_("Date of the issue; default: today."),
    )
    @click.option(
        "--from",
        "from_issue",
        type=click.Path(exists=True, dir_okay=False),
        callback=as_path,
        help=_("Start from this issue: copy its text and add one to its number."),
    )
    def new(kind: str, title: str | None, day: "datetime | None", from_issue: "Path | None") -> int:
        import secrets

        from newsletter.commands.new import new as run_new

        return run_new(
            kind,
            code=secrets.token_hex(16),
            title=title,
            day=day.date() if day else today(),
            from_issue=from_issue,
            start=here(),
            tell=click.echo,
        )


def add_check(newsletter: click.Group) -> None:
    """Add `newsletter check`."""

    @newsletter.command(help=_("Report every problem in the issues, with its line."))
    @files_argument()
    @click.option(
        "--format",
        "output_format",
        type=click.Choice(["text", "json", "github", "sarif"]),
        default="text",
        help=_("Output format: text for people, the others for programs."),
    )
    @click.option("--strict", is_flag=True, help=_("Warnings count as errors."))
    @click.option(
        "--all-problems",
        is_flag=True,
        help=_("List each text that is still the example, not their number."),
    )
    @click.option("--online", is_flag=True, help=_("Test the links too, over the network."))
    @click.option("--watch", is_flag=True, help=_("Check again at each save, as text."))
    @click.option("--list", "listing", is_flag=True, help=_("List the rules and exit."))
    @click.option("--explain", metavar="RULE", help=_("Show a rule's manual page and exit."))
    def check(
        files: "list[Path]",
        output_format: str,
        strict: bool,
        all_problems: bool,
        online: bool,
        watch: bool,
        listing: bool,
        explain: str | None,
    ) -> int:
        from functools import partial

        from newsletter.commands import check as checking

        if listing:
            return checking.list_rules(tell=click.echo)
        if explain:
            return checking.explain(explain, tell=click.echo)
        check_now = partial(
            checking.check,
            files,
            output_format="text" if watch else output_format,
            strict=strict,
            all_problems=all_problems,
            online=online,
            start=here(),
            tell=click.echo,
            show=show,
            progress=with_progress_bar,
        )
        if watch:
            checking.check_at_each_save(files, check_now, start=here(), tell=click.echo, show=show)
        return check_now()


def add_build(newsletter: click.Group) -> None:
    """Add `newsletter build`."""

    @newsletter.command(help=_("Build the email of each issue: HTML, plain text, pictures."))
    @files_argument()
    @click.option(
        "--output",
        type=click.Path(file_okay=False),
        callback=as_path,
        help=_("Folder to write to, instead of build/."),
    )
    @as_option()
    @click.option("--strict", is_flag=True, help=_("Write nothing if the checks find errors."))
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


def add_site(newsletter: click.Group) -> None:
    """Add `newsletter site`."""

    @newsletter.command(
        help=_("Write the site: a page for each issue sent, the archive, the press room, feeds.")
    )
    @click.option(
        "--output",
        type=click.Path(file_okay=False),
        callback=as_path,
        help=_("Folder to write to, instead of site/."),
    )
    @click.option(
        "--now",
        "moment",
        type=click.DateTime([f"%Y-%m-%dT{clock}" for clock in _CLOCKS]),
        metavar="YYYY-MM-DDTHH:MM",
        help=_("As the site is at this moment; default: now. Embargoes end by it."),
    )
    @click.option("--publish", is_flag=True, help=_("Then put it online, as the settings say."))
    @click.option(
        "--before-sending",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        callback=as_path,
        help=_("Also what the emails of this issue will show there, but not its page."),
    )
    def site(
        output: "Path | None",
        moment: "datetime | None",
        publish: bool,
        before_sending: "Path | None",
    ) -> int:
        from newsletter.commands.site import site as run_site

        return run_site(
            output=output,
            now=moment or now(),
            start=here(),
            tell=click.echo,
            show=show,
            publishing=publish,
            to_be_sent=before_sending,
            ask=ask if sys.stdin.isatty() else None,
        )


def add_schema(newsletter: click.Group) -> None:
    """Add `newsletter schema`."""

    @newsletter.command(help=_("Print the JSON Schema that editors use to complete issue files."))
    def schema() -> int:
        from newsletter.commands.schema import schema as run_schema

        return run_schema(start=here(), tell=click.echo)


def add_templates(newsletter: click.Group) -> None:
    """Add `newsletter templates`."""

    @newsletter.command(help=_("List the packaged templates, or make one your own."))
    @click.option(
        "--copy",
        "copied",
        metavar="NAME",
        help=_("Write it into your templates/; its first lines say what it may use."),
    )
    @click.option(
        "--diff",
        "compared",
        metavar="NAME",
        help=_("Compare your own with the packaged one; lines with '-' are yours."),
    )
    def templates(copied: str | None, compared: str | None) -> int:
        from newsletter.commands import templates as run_templates

        if copied:
            return run_templates.copy_template(copied, start=here(), tell=click.echo)
        if compared:
            return run_templates.show_difference(compared, start=here(), tell=click.echo)
        return run_templates.list_templates(start=here(), tell=click.echo)


def add_settings(newsletter: click.Group) -> None:
    """Add `newsletter settings`."""

    @newsletter.group(help=_("Look up what the settings say."))
    def settings() -> None: ...

    @settings.command(help=_("List what the settings name, each with the line to copy."))
    def names() -> int:
        from newsletter.commands.names import names as run_names

        return run_names(start=here(), tell=click.echo)


ADD_ISSUES = (
    add_init,
    add_new,
    add_check,
    add_build,
    add_site,
    add_schema,
    add_templates,
    add_settings,
)
