"""The commands about one person: unsubscribe, who, forget."""

import os
import sys
from typing import TYPE_CHECKING

import click

from newsletter.cli.parameters import as_path, here
from newsletter.cli.returns import read_returns
from newsletter.cli.sending_progress import ask
from newsletter.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

SERVE_PORT = 8766


def add_unsubscribe(newsletter: click.Group) -> None:
    """Add `newsletter unsubscribe`."""

    @newsletter.command(
        help=_("Take people off the list for good: addresses, unsubscribe links, or files of them.")
    )
    @click.argument("named", nargs=-1, metavar=_("ADDRESS|LINK|FILE..."))
    @click.option(
        "--list",
        "list_name",
        metavar="NAME",
        default="",
        help=_("Take them off this list of the settings alone; without it, off all lists."),
    )
    @click.option(
        "--mailbox",
        is_flag=True,
        help=_("Read requests in the mailbox under bounces:, as newsletter bounces --mailbox."),
    )
    @click.option("--yes", is_flag=True, help=_("Do not ask for confirmation (for scripts)."))
    def unsubscribe(named: tuple[str, ...], *, list_name: str, mailbox: bool, yes: bool) -> int:
        from newsletter.commands.people import unsubscribe as run_unsubscribe

        if mailbox:
            return read_returns((), mailbox=True, yes=yes)
        return run_unsubscribe(
            named,
            list_name=list_name,
            yes=yes,
            start=here(),
            environment=os.environ,
            tell=click.echo,
            ask=ask if sys.stdin.isatty() else None,
        )


def add_who(newsletter: click.Group) -> None:
    """Add `newsletter who`."""

    @newsletter.command(help=_("Tell all that the ledger knows of someone."))
    @click.argument("address")
    @click.option(
        "--write-again",
        is_flag=True,
        help=_("Write to this address again, whatever came back; not after a no or a complaint."),
    )
    def who(address: str, *, write_again: bool) -> int:
        from newsletter.commands.people import who as run_who

        return run_who(address, write_again=write_again, start=here(), tell=click.echo)


def add_forget(newsletter: click.Group) -> None:
    """Add `newsletter forget`."""

    @newsletter.command(
        help=_("Erase someone's address from the ledger; that they unsubscribed is kept.")
    )
    @click.argument("address")
    @click.option("--yes", is_flag=True, help=_("Do not ask for confirmation (for scripts)."))
    def forget(address: str, *, yes: bool) -> int:
        from newsletter.commands.people import forget as run_forget

        return run_forget(
            address,
            yes=yes,
            start=here(),
            tell=click.echo,
            ask=ask if sys.stdin.isatty() else None,
        )


def add_serve(newsletter: click.Group) -> None:
    """Add `newsletter serve`."""

    @newsletter.command(
        help=_("Take requests to unsubscribe, at the address that the emails name, until stopped.")
    )
    @click.option(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help=_("Address to listen at; the default answers this machine alone, for a web server."),
    )
    @click.option(
        "--port",
        type=click.IntRange(0, 65535),
        metavar="PORT",
        default=SERVE_PORT,
        help=_("Port to listen at; default: 8766."),
    )
    @click.option(
        "--tokens",
        type=click.Path(dir_okay=False),
        callback=as_path,
        metavar="FILE",
        help=_("Keep requests in FILE, for newsletter unsubscribe FILE; needs no ledger here."),
    )
    def serve(host: str, port: int, tokens: "Path | None") -> int:
        from newsletter.commands.serve import serve as run_serve

        return run_serve(
            host=host,
            port=port,
            tokens_file=tokens,
            start=here(),
            environment=os.environ,
            tell=lambda line: click.echo(line, err=True),
            is_root=hasattr(os, "geteuid") and os.geteuid() == 0,
        )


ADD_PEOPLE = (add_serve, add_unsubscribe, add_who, add_forget)
