"""The command that reads what comes back: bounces."""

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.parameters import as_paths, here
from newsletter.cli.sending_progress import ask
from newsletter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def add_bounces(newsletter: click.Group) -> None:
    """Add `newsletter bounces`."""

    @newsletter.command(
        help=_("Read what came back: bounces, complaints, automatic replies, requests to leave.")
    )
    @click.argument("files", nargs=-1, type=click.Path(), callback=as_paths,
                    metavar=_("[FILE|MAILDIR|MBOX]..."))  # fmt: skip
    @click.option(
        "--mailbox", is_flag=True, help=_("Read the mailbox under bounces: in newsletter.yaml.")
    )
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
        return read_returns(files, **typed)


def read_returns(files: "Sequence[Path]", **typed: Any) -> int:
    """Read what came back, by the options typed; return the exit status."""
    from datetime import UTC, datetime

    from newsletter.commands.bounces import BounceOptions, bounces

    return bounces(
        files,
        BounceOptions(**typed),
        start=here(),
        now=datetime.now(UTC),
        environment=os.environ,
        ask=ask if sys.stdin.isatty() else None,
        tell=click.echo,
        tell_error=partial(click.echo, err=True),
    )


ADD_RETURNS = (add_bounces,)
