"""What can be typed: each command with what follows it, as its help shows it, and what it calls."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import click
from click import Choice, IntRange

from newsletter.cli.help import Option, Verb, Verbs
from newsletter.cli.parameters import AsDay, AsPath, run, show_page
from newsletter.i18n import N_, _
from newsletter.problems.errors import NewsletterError

PREVIEW_PORT = 8765
# What an option takes, by itself or by what stands for its value; others take any text.
_TYPES: dict[str, "click.ParamType[Any]"] = {
    "FILE": AsPath(dir_okay=False), "DIR": AsPath(file_okay=False), "YYYY-MM-DD": AsDay(),
    "PORT": IntRange(0, 65535), "DAYS": IntRange(0, 36_500),
    "--from": AsPath(exists=True, dir_okay=False),
}  # fmt: skip
# By what they are for: a command, what follows it, its help; below it, its options. "..." may be
# repeated; after = stands the default, after "as" the name of the parameter.
TABLES = {
    N_("Write"): """
init [DIR]=. as folder: Create a workspace in DIR (default: the current folder).
    --yes: Ask nothing: keep the answers of the example.
new {newsletter|press-release} as kind: Create an issue file; comments explain the format.
    --title TEXT: Title of the issue.
    --date YYYY-MM-DD as day: Date of the issue; default: today.
    --from FILE as from_issue: Start from this issue: copy its text and add one to its number.
settings COMMAND: Look up what the settings say.
settings names: List what the settings name, each with the line to copy.
schema: Print the JSON Schema that editors use to complete issue files.
templates: List the packaged templates, or make one your own.
    --copy NAME as copied: Copy this one into templates/; its first lines say what it may use.
""",
    N_("Look"): """
preview [FILE]: Show the issues in the browser and refresh after each save.
    --port PORT: Port for the page on this machine; if it is taken, the next free one.
    --as KEY=VALUE... as shown_as: Show what such a recipient gets: region=Wales. May be repeated.
    --members FILE: Members file, to preview the email as one of them gets it.
    --open/--no-open as opening: Open the page in the browser.
    --terminal: Show the plain text in this terminal, without a browser.
    --watch: Show it again after each save (with --terminal).
    --screenshot DIR: Write screenshots of the email to DIR: phone and desktop, light and dark.
    --review FILE: Write one file for approval, .html or .pdf: a page to sign, then the letter.
    --full: With --review, add an annex: every variant, dark mode, plain text, problems.
check [FILES]...: Report every problem in the issues, with its line.
    --format [text|json|github|sarif]=text as output_format: text for people, the rest for programs.
    --strict: Warnings count as errors.
    --all-problems: List each text of the example that is left, with its line.
    --online: Try the links too, over the network.
    --watch: Check again at each save, as text.
    --list as listing: List the rules and exit.
    --explain RULE: Show a rule's manual page and exit.
build [FILES]...: Build the email of each issue: HTML, plain text, pictures.
    --output DIR: Folder to write to, instead of build/.
    --as KEY=VALUE... as shown_as: Show what such a recipient gets: region=Wales. May be repeated.
    --strict: Write nothing if the checks find errors.
""",
    N_("Send"): """
doctor: Look, online, for what email programs would hold against you: server, DNS, unsubscribing.
    --sender NAME: Check this sender only.
    --members FILE: Say how long it takes to send to the members in this file.
approve FILE: Approve an issue as it is now: any change voids it.
send FILE: Send an issue to its members, once each; or send a test.
    # Whom to send a test to.
    --to ADDRESS...: Send a test to this address. May be repeated.
    --reviewers GROUP: Send a test to a group of reviewers from the settings.
    --each-variant: Test every variant, not just the sample recipient's.
    # Whom to send to.
    --members FILE: Send to the members in this file, CSV or Excel.
    --where KEY=VALUE...: Send only to these members: region=Wales. May be repeated.
    --list NAME as list_name: Send to this list of the settings (lists:); with --to, a test of it.
    --only-those-who-got FILE: With --members, only to those who got this issue: a correction.
    # When to send.
    --at TIME: Send at this time: "2026-12-02 7:30". Everything is checked and frozen now.
    --no-later-than TIME: Do not start by itself after this time; default: 30 minutes after --at.
    # How to send.
    --outbox DIR: Write the messages to this folder as .eml files instead of sending them.
    --dry-run: Do everything except send.
    --online: Ask your site, online, for the pictures and files of the emails.
    --yes: Do not ask for confirmation (for scripts).
    --resume: Continue an interrupted send.
    --retry-failed: Retry recipients who were refused or deferred.
    --retry-uncertain: Send again to recipients whose message may not have arrived.
    --changed-anyway: Continue even if the issue has changed.
    --all-problems: Show every problem of the members file, not the first 20 of each kind.
stop FILE: Stop a send that is running in another window.
    --close: Erase what was frozen for it: it can never be resumed.
worker: Send what is due, read what comes back, publish at embargoes, until stopped.
    --only [send]: send: only send what is due.
jobs: Show what is scheduled, what is being sent, and when workers were last seen.
""",
    N_("Afterwards"): """
site: Write the site: a page for each issue sent, the archive, the press room, feeds.
    --output DIR: Folder to write to, instead of site/.
    --now TIME as moment: Write the site as of this time, for embargoes too: 2026-12-02T07:30.
    --publish as publishing: Then put it online, as the settings say.
    --before-sending FILE as to_be_sent: Add what the emails of this issue show, but not its page.
report FILE: Show what happened to each message of an issue that was sent.
    --format [text|csv|json]=text as output_format: For people, for a spreadsheet, for programs.
bounces [FILE|MAILDIR|MBOX]... as files: Read what came back: bounces, complaints, auto-replies.
    --mailbox: Read the mailbox under bounces: in newsletter.yaml.
    --dry-run: Say what it means; record nothing.
    --yes: Trust what carries no signature of ours, too.
    --format [text|csv|json]=text as output_format: For people, for a spreadsheet, for programs.
serve: Answer requests to unsubscribe, at the address given in emails, until stopped.
    --host ADDRESS=127.0.0.1: Address to listen at; by default, that of this machine alone.
    --port PORT=8766: Port to listen at; default: 8766.
    --tokens FILE as tokens_file: Keep requests in FILE, for newsletter unsubscribe FILE; needs no
        ledger here.
unsubscribe ADDRESS|LINK|FILE... as named: Take people off the list for good.
    --list NAME as list_name: Take them off this list of the settings only; default: off all lists.
    --mailbox: Read requests in the mailbox under bounces:, as newsletter bounces --mailbox.
    --yes: Do not ask for confirmation (for scripts).
who ADDRESS: Show all that the ledger knows about someone.
    --write-again: Write to this address again, whatever came back, unless they left or complained.
forget ADDRESS: Erase someone's address from the ledger; it still knows that they unsubscribed.
    --yes: Do not ask for confirmation (for scripts).
ledger COMMAND: Manage the record of what was sent to whom.
ledger purge: Erase recipients' addresses from old records; the totals are kept.
    --older-than DAYS (required): Age in days of what to erase, for example 365.
ledger move: Move this workspace's ledger into one that several machines share.
    --to URL (required) as url: Address of that ledger.
ledger upgrade: Prepare the shared ledger for this version of the program.
""",
}


def _preview(*, port: int | None, opening: bool | None, **typed: Any) -> int:
    full = typed.pop("full")
    once = {each: typed.pop(each) for each in ("terminal", "watch", "screenshot", "review")}
    if not any(once.values()):  # the page shows all of it, `full` or not
        opens = sys.stdout.isatty() if opening is None else opening
        return run("preview", port=PREVIEW_PORT if port is None else port, opening=opens, **typed)
    if typed["file"] is None:
        message = _("which issue do you want to see?")
        raise NewsletterError(message, hint=_("name it: newsletter preview issues/may.yaml …"))
    as_text = once.pop("terminal") or once["watch"]
    show = partial(show_page, again=once["watch"])
    return run("preview.preview_once", as_text=as_text, show_page=show, full=full, **once, **typed)


def _check(*, watch: bool, listing: bool, explain: str | None, **typed: Any) -> int:
    if listing:
        return run("check.list_rules")
    if explain:
        return run("check.explain", name=explain)
    if watch:
        check_now = partial(run, "check", **typed | {"output_format": "text"})
        run("check.check_at_each_save", files=typed["files"], check_now=check_now)
    return run("check", **typed)


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


def _unsubscribe(*, mailbox: bool, yes: bool, list_name: str | None, named: Sequence[str]) -> int:
    if mailbox and (named or list_name):  # each request says whom it is of, and which list
        message = _("--mailbox cannot be combined with --list or addresses")
        raise NewsletterError(message, hint=_("run the command twice"))
    if mailbox:
        return run("bounces", files=(), mailbox=True, yes=yes)
    return run("ledger.unsubscribe", yes=yes, list_name=list_name or "", named=named)


# What a command calls, as `run` names it; the others are called as they are typed.
_BY: dict[str, Callable[..., int] | str] = {
    "settings names": "templates.names", "schema": "new.schema",
    "preview": _preview, "check": _check, "approve": "send.approve",
    "send": _send, "stop": "jobs.stop", "worker": _worker,
    "unsubscribe": _unsubscribe, "who": "ledger.who", "forget": "ledger.forget",
}  # fmt: skip
_TYPED = re.compile(
    r"(--\S+)? ?(KEY=VALUE|[A-Z[{][^\s=]*?)?(\.\.\.)?(?:=(\S+))?( \(required\))?(?: as (\w+))?"
)


def rows_of(table: str) -> Iterator[tuple[str, str]]:
    """Yield what is typed, each with what its help says, in English."""
    for line in re.sub(r"\n {8}", " ", table).splitlines():
        typed, colon, said = line.strip().partition(": ")
        if colon:
            yield typed, said


def verbs_of(table: str) -> list[Verb]:
    """Return the commands of a table, in the user's language."""
    found: dict[str, Verb] = {}
    verb = Verb(None)
    for typed, english in rows_of(table):
        said = _(english)
        if typed.startswith("--"):
            verb.params.append(_parameter(typed, said))
            continue
        [(names, argument)] = re.findall(r"^([a-z ]*[a-z])(?: (.+))?$", typed)
        if argument == "COMMAND":
            found[names] = Verbs(names, help=said)
            continue
        by = _BY.get(names, names.replace(" ", "."))
        call = partial(run, by) if isinstance(by, str) else by
        parameters = [_parameter(argument)] if argument else []
        group, _space, name = names.rpartition(" ")
        verb = Verb(name, help=said, params=parameters, callback=call)
        if isinstance(above := found.get(group), Verbs):
            above.add_command(verb)
        else:
            found[name] = verb
    return list(found.values())


def _parameter(typed: str, said: str = "") -> click.Parameter:
    found = _TYPED.fullmatch(typed)
    assert found is not None, typed  # noqa: S101 - a line of ours
    option, value, many, default, must, name = found.groups("")
    more: dict[str, Any] = {"default": default} if default else {}
    more["type"] = _TYPES.get(option) or _TYPES.get(value)
    if value.islower():
        more["type"] = Choice(value.strip("[]{}").split("|"))
    elif not option and not value.startswith("ADDRESS"):
        more["type"] = AsPath()
    if not option:
        is_required = not (many or default or value.startswith("["))
        more |= {"metavar": value + many, "nargs": -1 if many else 1, "required": is_required}
        return click.Argument([name or value.strip("[]").lower()], **more)
    if "/" in option:
        more["default"] = None  # neither of the two
    names = [each for each in (option, name) if each]
    more |= {"metavar": value or None, "is_flag": not value}
    return Option(names, help=said, multiple=bool(many), required=bool(must), **more)
