"""The command that shows issues: preview."""

import os
import sys
from typing import TYPE_CHECKING

import click

from newsletter.cli.parameters import as_option, as_path, here
from newsletter.cli.printing import show, show_again, show_page
from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError

if TYPE_CHECKING:
    from pathlib import Path

PREVIEW_PORT = 8765


def add_preview(newsletter: click.Group) -> None:
    """Add `newsletter preview`."""

    @newsletter.command(help=_("Show the issues in the browser and refresh after each save."))
    @click.argument("file", required=False, type=click.Path(), callback=as_path)
    @click.option(
        "--port",
        type=click.IntRange(0, 65535),
        metavar="PORT",
        default=None,
        help=_("Port for the page on this machine; if it is taken, the next free one."),
    )
    @as_option()
    @click.option(
        "--members",
        type=click.Path(),
        callback=as_path,
        help=_("Members file, to preview the email as one of its rows."),
    )
    @click.option(
        "--open/--no-open", "opening", default=None, help=_("Open the page in the browser.")
    )
    @click.option(
        "--terminal",
        is_flag=True,
        help=_("Show the plain text in this terminal, without a browser."),
    )
    @click.option(
        "--watch", is_flag=True, help=_("Show it again after each save (with --terminal).")
    )
    @click.option(
        "--screenshot",
        type=click.Path(file_okay=False),
        callback=as_path,
        metavar="DIR",
        help=_("Write screenshots of the email to DIR: phone and desktop, light and dark."),
    )
    @click.option(
        "--review",
        type=click.Path(dir_okay=False),
        callback=as_path,
        metavar="FILE",
        help=_("Write one file for approval, .html or .pdf: a page to sign, then the letter."),
    )
    @click.option(
        "--full",
        is_flag=True,
        help=_("With --review, add an annex: every variant, dark mode, plain text, problems."),
    )
    def preview(
        file: "Path | None",
        port: int | None,
        shown_as: "tuple[str, ...]",
        members: "Path | None",
        opening: bool | None,
        terminal: bool,
        watch: bool,
        screenshot: "Path | None",
        review: "Path | None",
        full: bool,
    ) -> int:
        if terminal or watch or screenshot or review or full:
            from newsletter.commands.preview_once import Wanted, preview_once

            _refuse_page_options(port, opening)
            return preview_once(
                file,
                Wanted(terminal or watch, watch, screenshot, review, full),
                shown_as=shown_as,
                members=members,
                start=here(),
                environment=os.environ,
                tell=click.echo,
                show=show,
                show_page=show_again if watch else show_page,
            )
        from newsletter.commands.preview import preview as run_preview

        return run_preview(
            file,
            port=PREVIEW_PORT if port is None else port,
            shown_as=shown_as,
            members=members,
            opening=sys.stdout.isatty() if opening is None else opening,
            start=here(),
            tell=click.echo,
            show=show,
        )


def _refuse_page_options(port: int | None, opening: bool | None) -> None:
    """Raise where an option of the page is given to what shows none: it would be ignored."""
    named = [("--port", port is not None), ("--open", bool(opening))]
    for option, is_given in named:
        if is_given:
            message = _("{option} only applies to the browser preview")
            hint = _("remove it, or remove --terminal, --watch, --screenshot, --review")
            raise NewsletterError(message.format(option=option), hint)
