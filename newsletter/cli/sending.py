"""The commands that send, and those around it: doctor, send, stop, report, ledger."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from newsletter.cli.parameters import as_path, here
from newsletter.cli.printing import show
from newsletter.cli.sending_progress import ask, sending_progress
from newsletter.i18n import _

if TYPE_CHECKING:
    from pathlib import Path


def _with(
    options: Sequence[Callable[..., Callable[..., int]]], command: Callable[..., int]
) -> Callable[..., int]:
    for option in reversed(options):
        command = option(command)
    return command


def _test_targets(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say whom to send a test to."""
    options = (
        click.option(
            "--to",
            metavar="ADDRESS",
            multiple=True,
            help=_("Send a test to this address. May be repeated."),
        ),
        click.option(
            "--reviewers",
            metavar="GROUP",
            help=_("Send a test to a group of reviewers from the settings."),
        ),
        click.option(
            "--each-variant",
            is_flag=True,
            help=_("Test every variant, not just the sample recipient's."),
        ),
    )
    return _with(options, command)


def _targets(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say whom to send to."""
    options = (
        click.option(
            "--members",
            type=click.Path(dir_okay=False),
            callback=as_path,
            help=_("Send to the members in this file, CSV or Excel."),
        ),
        click.option(
            "--where",
            metavar="KEY=VALUE",
            multiple=True,
            help=_("Send only to these: region=Wales. May be repeated."),
        ),
        click.option(
            "--list",
            "list_name",
            metavar="NAME",
            default="",
            help=_(
                "Send to this list of the settings (lists:); with --to, a test of what it gets."
            ),
        ),
        click.option(
            "--only-those-who-got",
            type=click.Path(),
            metavar="ISSUE",
            callback=as_path,
            help=_("With --members, only to those who received this issue: for a correction."),
        ),
    )
    return _with(options, command)


def _send_ways(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say how to send."""
    options = (
        click.option(
            "--outbox",
            type=click.Path(file_okay=False),
            callback=as_path,
            help=_("Write the messages to this folder as .eml files instead of sending them."),
        ),
        click.option("--dry-run", is_flag=True, help=_("Do everything except send.")),
        click.option(
            "--online",
            is_flag=True,
            help=_("Ask your site for what the emails show there, over the network."),
        ),
        click.option("--yes", is_flag=True, help=_("Do not ask for confirmation (for scripts).")),
        click.option("--resume", is_flag=True, help=_("Continue an interrupted send.")),
        click.option(
            "--retry-failed", is_flag=True, help=_("Retry recipients who were refused or deferred.")
        ),
        click.option(
            "--retry-uncertain",
            is_flag=True,
            help=_("Send again to recipients whose message may not have arrived."),
        ),
        click.option(
            "--changed-anyway", is_flag=True, help=_("Continue even if the issue has changed.")
        ),
        click.option(
            "--all-problems",
            is_flag=True,
            help=_("Show every problem of the members file, not the first 20 of each kind."),
        ),
    )
    return _with(options, command)


def _hours(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say when to send."""
    options = (
        click.option(
            "--at",
            metavar="TIME",
            default="",
            help=_('Leave at this time: "2026-12-02 7:30". Everything is checked and frozen now.'),
        ),
        click.option(
            "--no-later-than",
            metavar="TIME",
            default="",
            help=_("Do not leave by itself after this time; without it, 30 minutes after --at."),
        ),
    )
    return _with(options, command)


def add_send(newsletter: click.Group) -> None:
    """Add `newsletter send`."""

    @newsletter.command(help=_("Send an issue to its members, once each; or send a test."))
    @click.argument("file", type=click.Path(), callback=as_path)
    @_test_targets
    @_targets
    @_hours
    @_send_ways
    def send(file: "Path", **typed: object) -> int:
        import threading
        from functools import partial

        from newsletter.commands.send import send as run_send
        from newsletter.sending.options import SendOptions
        from newsletter.sending.terminal import Terminal

        stopping = threading.Event()
        return run_send(
            file,
            SendOptions(**typed),  # type: ignore[arg-type]
            start=here(),
            environment=os.environ,
            terminal=Terminal(
                tell=click.echo,
                show=show,
                ask=ask if sys.stdin.isatty() else None,
                progress=partial(sending_progress, stopping=stopping),
                stopping=stopping,
            ),
        )


def add_approve(newsletter: click.Group) -> None:
    """Add `newsletter approve`."""

    @newsletter.command(help=_("Approve an issue as it is now: any change voids it."))
    @click.argument("file", type=click.Path(), callback=as_path)
    def approve(file: "Path") -> int:
        from newsletter.commands.approve import approve as run_approve

        return run_approve(file, start=here(), tell=click.echo, show=show)


def add_stop(newsletter: click.Group) -> None:
    """Add `newsletter stop`."""

    @newsletter.command(help=_("Stop a send that is running in another window."))
    @click.argument("file", type=click.Path(), callback=as_path)
    @click.option(
        "--close",
        is_flag=True,
        help=_("Erase what was frozen for it: nothing of it can be resumed any more."),
    )
    def stop(file: "Path", *, close: bool) -> int:
        from newsletter.commands.stop import stop as run_stop

        return run_stop(file, close=close, start=here(), tell=click.echo)


def add_doctor(newsletter: click.Group) -> None:
    """Add `newsletter doctor`."""

    @newsletter.command(
        help=_(
            "Look for what mail programs would hold against you: server, DNS, unsubscribing. "
            "Uses the network."
        )
    )
    @click.option("--sender", metavar="NAME", help=_("Look at this sender only."))
    @click.option(
        "--members",
        type=click.Path(dir_okay=False),
        callback=as_path,
        help=_("Say how long it takes to send to the members in this file."),
    )
    def doctor(sender: str | None, members: "Path | None") -> int:
        from newsletter.commands.doctor import doctor as run_doctor

        return run_doctor(
            sender,
            members,
            start=here(),
            environment=os.environ,
            tell=click.echo,
            show=show,
            ask=ask if sys.stdin.isatty() else None,
        )


def add_report(newsletter: click.Group) -> None:
    """Add `newsletter report`."""

    @newsletter.command(help=_("Show what happened to each message of an issue that was sent."))
    @click.argument("file", type=click.Path(), callback=as_path)
    @click.option(
        "--format",
        "output_format",
        type=click.Choice(["text", "csv", "json"]),
        default="text",
        help=_("Output format: text, csv for a spreadsheet, json for programs."),
    )
    def report(file: "Path", output_format: str) -> int:
        from newsletter.commands.report import report as run_report

        return run_report(file, output_format=output_format, start=here(), tell=click.echo)


def add_ledger(newsletter: click.Group) -> None:
    """Add `newsletter ledger`."""

    @newsletter.group(help=_("Manage the record of what was sent to whom."))
    def ledger() -> None: ...

    @ledger.command(help=_("Erase recipients' addresses from old records; the totals are kept."))
    @click.option(
        "--older-than",
        type=click.IntRange(min=0, max=36_500),
        metavar="DAYS",
        required=True,
        help=_("Age in days of what to erase, for example 365."),
    )
    def purge(older_than: int) -> int:
        from datetime import UTC, datetime

        from newsletter.commands.ledger import purge as run_purge

        return run_purge(older_than, start=here(), now=datetime.now(UTC), tell=click.echo)

    @ledger.command(help=_("Move this workspace's ledger into one that several machines share."))
    @click.option("--to", "url", metavar="URL", required=True, help=_("Address of that ledger."))
    def move(url: str) -> int:
        from newsletter.commands.ledger import move as run_move

        return run_move(url, start=here(), tell=click.echo)

    @ledger.command(help=_("Prepare the shared ledger for this version of the program."))
    def upgrade() -> int:
        from newsletter.commands.ledger import upgrade as run_upgrade

        return run_upgrade(start=here(), tell=click.echo)


ADD_SENDING = (add_doctor, add_approve, add_send, add_stop, add_report, add_ledger)
