"""The command that reads what comes back: bounces."""

import os
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.parameters import as_paths, here
from newsletter.i18n import _

if TYPE_CHECKING:
    from pathlib import Path


def add_bounces(newsletter: click.Group) -> None:
    """Add `newsletter bounces`."""

    @newsletter.command(
        help=_("Read what came back: bounces, complaints, automatic replies, requests to leave.")
    )
    @click.argument("files", nargs=-1, type=click.Path(), callback=as_paths,
                    metavar=_("[FILE|MAILDIR|MBOX]..."))  # fmt: skip
    @click.option("--dry-run", is_flag=True, help=_("Tell what it means; note nothing."))
    @click.option("--yes", is_flag=True, help=_("Believe also what carries no signature of ours."))
    @click.option(
        "--format",
        "output_format",
        type=click.Choice(["text", "csv", "json"]),
        default="text",
        help=_("Output format: text, csv for a spreadsheet, json for programs."),
    )
    def bounces(files: "list[Path]", **typed: Any) -> int:
        from datetime import UTC, datetime

        from newsletter.commands.bounces import BounceOptions
        from newsletter.commands.bounces import bounces as run_bounces

        return run_bounces(
            files,
            BounceOptions(**typed),
            start=here(),
            now=datetime.now(UTC),
            environment=os.environ,
            tell=click.echo,
            tell_error=partial(click.echo, err=True),
        )


ADD_RETURNS = (add_bounces,)
