"""The commands that send, and those that look after what was sent."""

import os
from datetime import datetime
from functools import partial
from typing import Any

import click
from click import Argument, Choice, DateTime, IntRange

from newsletter.cli.help import Verbs
from newsletter.cli.issues import PORTS
from newsletter.cli.parameters import FILE, TABLE, YES, AsPath, flag, now, option, run, verb
from newsletter.i18n import N_

SERVE_PORT = 8766
_MOMENTS = [f"%Y-%m-%dT{clock}" for clock in ("%H:%M:%S%z", "%H:%M%z", "%H:%M:%S", "%H:%M")]


def _send(file: Any, **typed: Any) -> int:
    from newsletter.sending.means import SendOptions

    options = SendOptions(**{name: each for name, each in typed.items() if each is not None})
    return run("send", file=file, options=options)


def _worker(only: str | None) -> int:
    import signal

    def on_stop(stop: Any) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda _number, _frame: stop())

    return run("worker", only_send=only == "send", on_stop=on_stop)


SEND = [
    verb(
        "doctor",
        N_(
            "Look for what email programs would hold against you: server, DNS, unsubscribing. "
            "Uses the network."
        ),
        option("--sender NAME", N_("Check this sender only.")),
        option("--members FILE", N_("Say how long it takes to send to the members in this file.")),
    ),
    verb(
        "approve",
        N_("Approve an issue as it is now: any change voids it."),
        FILE,
        by="send.approve",
    ),
    verb(
        "send",
        N_("Send an issue to its members, once each; or send a test."),
        FILE,
        # Whom to send a test to.
        option("--to ADDRESS", N_("Send a test to this address. May be repeated."), multiple=True),
        option("--reviewers GROUP", N_("Send a test to a group of reviewers from the settings.")),
        flag("--each-variant", N_("Test every variant, not just the sample recipient's.")),
        # Whom to send to.
        option("--members FILE", N_("Send to the members in this file, CSV or Excel.")),
        option(
            "--where KEY=VALUE",
            N_("Send only to these members: region=Wales. May be repeated."),
            multiple=True,
        ),
        option(
            "--list NAME list_name",
            N_("Send to this list of the settings (lists:); with --to, a test of what it gets."),
        ),
        option(
            "--only-those-who-got FILE",
            N_("With --members, only to those who received this issue: for a correction."),
        ),
        # When to send.
        option(
            "--at TIME",
            N_('Send at this time: "2026-12-02 7:30". Everything is checked and frozen now.'),
        ),
        option(
            "--no-later-than TIME",
            N_("Do not start by itself after this time; default: 30 minutes after --at."),
        ),
        # How to send.
        option(
            "--outbox DIR",
            N_("Write the messages to this folder as .eml files instead of sending them."),
        ),
        flag("--dry-run", N_("Do everything except send.")),
        flag("--online", N_("Ask your site, online, for the pictures and files of the emails.")),
        YES,
        flag("--resume", N_("Continue an interrupted send.")),
        flag("--retry-failed", N_("Retry recipients who were refused or deferred.")),
        flag(
            "--retry-uncertain", N_("Send again to recipients whose message may not have arrived.")
        ),
        flag("--changed-anyway", N_("Continue even if the issue has changed.")),
        flag(
            "--all-problems",
            N_("Show every problem of the members file, not the first 20 of each kind."),
        ),
        by=_send,
    ),
    verb(
        "stop",
        N_("Stop a send that is running in another window."),
        FILE,
        flag("--close", N_("Erase what was frozen for it: it can never be resumed.")),
        by="jobs.stop",
    ),
    verb(
        "worker",
        N_("Send what is due, read what comes back, publish at embargoes, until stopped."),
        option("--only", N_("send: only send what is due."), type=Choice(["send"])),
        by=_worker,
    ),
    verb(
        "jobs", N_("Show what is scheduled, what is being sent, and when workers were last seen.")
    ),
]


def _site(moment: datetime | None, **typed: Any) -> int:
    return run("site", now=moment or now(), **typed)


def _bounces(files: Any, **typed: Any) -> int:
    from newsletter.commands.bounces import BounceOptions

    tell_error = partial(click.echo, err=True)
    return run("bounces", paths=files, options=BounceOptions(**typed), tell_error=tell_error)


def _serve(**typed: Any) -> int:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return run("serve", tell=partial(click.echo, err=True), is_root=is_root, **typed)


def _unsubscribe(*, mailbox: bool, yes: bool, **typed: Any) -> int:
    if mailbox:
        return _bounces((), mailbox=True, yes=yes)
    return run("ledger.unsubscribe", yes=yes, **typed)


AFTERWARDS = [
    verb(
        "site",
        N_("Write the site: a page for each issue sent, the archive, the press room, feeds."),
        option("--output DIR", N_("Folder to write to, instead of site/.")),
        option(
            "--now TIME moment",
            N_("Write the site as of this time, 2026-12-02T07:30, which embargoes go by too."),
            type=DateTime(_MOMENTS),
        ),
        flag("--publish publishing", N_("Then put it online, as the settings say.")),
        option(
            "--before-sending FILE to_be_sent",
            N_("Add the pictures and files of the emails of this issue, but not its page."),
        ),
        by=_site,
    ),
    verb(
        "report", N_("Show what happened to each message of an issue that was sent."), FILE, TABLE
    ),
    verb(
        "bounces",
        N_("Read what came back: bounces, complaints, automatic replies, requests to leave."),
        Argument(["files"], nargs=-1, type=AsPath(), metavar="[FILE|MAILDIR|MBOX]..."),
        flag("--mailbox", N_("Read the mailbox under bounces: in newsletter.yaml.")),
        flag("--dry-run", N_("Say what it means; record nothing.")),
        flag("--yes", N_("Trust what carries no signature of ours, too.")),
        TABLE,
        by=_bounces,
    ),
    verb(
        "serve",
        N_("Answer requests to unsubscribe, at the address given in emails, until stopped."),
        option(
            "--host ADDRESS",
            N_("Address to listen at; by default, for a web server on this machine only."),
            default="127.0.0.1",
        ),
        option(
            "--port PORT", N_("Port to listen at; default: 8766."), type=PORTS, default=SERVE_PORT
        ),
        option(
            "--tokens FILE tokens_file",
            N_("Keep requests in FILE, for newsletter unsubscribe FILE; needs no ledger here."),
        ),
        by=_serve,
    ),
    verb(
        "unsubscribe",
        N_("Take people off the list for good: addresses, unsubscribe links, or files of them."),
        Argument(["named"], nargs=-1, metavar="ADDRESS|LINK|FILE..."),
        option(
            "--list NAME list_name",
            N_("Take them off this list of the settings only; default: off all lists."),
            default="",
        ),
        flag(
            "--mailbox",
            N_("Read requests in the mailbox under bounces:, as newsletter bounces --mailbox."),
        ),
        YES,
        by=_unsubscribe,
    ),
    verb(
        "who",
        N_("Show all that the ledger knows about someone."),
        Argument(["address"]),
        flag(
            "--write-again",
            N_("Write to this address again, whatever came back, unless they left or complained."),
        ),
        by="ledger.who",
    ),
    verb(
        "forget",
        N_("Erase someone's address from the ledger; it still knows that they unsubscribed."),
        Argument(["address"]),
        YES,
        by="ledger.forget",
    ),
    Verbs(
        "ledger",
        N_("Manage the record of what was sent to whom."),
        [
            verb(
                "purge",
                N_("Erase recipients' addresses from old records; the totals are kept."),
                option(
                    "--older-than DAYS",
                    N_("Age in days of what to erase, for example 365."),
                    type=IntRange(min=0, max=36_500),
                    required=True,
                ),
                by="ledger.purge",
            ),
            verb(
                "move",
                N_("Move this workspace's ledger into one that several machines share."),
                option("--to URL url", N_("Address of that ledger."), required=True),
                by="ledger.move",
            ),
            verb(
                "upgrade",
                N_("Prepare the shared ledger for this version of the program."),
                by="ledger.upgrade",
            ),
        ],
    ),
]
