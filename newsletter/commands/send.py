"""`newsletter send`: an issue to its members, once each; or a test of it to a few."""

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from newsletter.checks import run_checks
from newsletter.checks.earlier import earlier_issues
from newsletter.checks.starter_text import examples_apart, settings_problems
from newsletter.commands.opening import issue_files, open_workspace
from newsletter.content.issue_file import LoadedIssue, load_issue
from newsletter.diagnostics import Problem, fails, in_numbers, in_order
from newsletter.errors import NewsletterError
from newsletter.i18n import _
from newsletter.mailing.addresses import domain_of
from newsletter.mailing.dkim import signer
from newsletter.mailing.mails import Mails, sender_in_ascii, tokens_for
from newsletter.mailing.message import TEST_MARK
from newsletter.mailing.run import Clock
from newsletter.mailing.server import TIMEOUT_SECONDS, Server
from newsletter.mailing.smtp_errors import PASSWORD_VARIABLE
from newsletter.mailing.unsubscribe import unsubscribe_secret
from newsletter.rendering.document import Document
from newsletter.settings import Settings
from newsletter.workspace import SETTINGS_FILE

EXIT_NOT_ALL_DELIVERED = 3
EXIT_INTERRUPTED = 130


@dataclass(frozen=True)
class SendOptions:
    """What was typed after `newsletter send FILE`."""

    to: Sequence[str] = ()
    reviewers: str | None = None
    members: Path | None = None
    where: Sequence[str] = ()
    each_variant: bool = False
    outbox: Path | None = None
    dry_run: bool = False
    yes: bool = False
    resume: bool = False
    retry_failed: bool = False
    retry_uncertain: bool = False
    changed_anyway: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether an issue that was sent before is meant."""
        return self.resume or self.retry_failed or self.retry_uncertain


@dataclass(frozen=True)
class Terminal:
    """How to speak with whoever sends.

    `ask` returns what is typed after a question; it is None where nobody can be asked. `progress`
    shows a bar over so many messages while it is open: what it gives is told of each step.
    `stopping` is set by Ctrl-C.
    """

    tell: Callable[[str], None]
    show: Callable[[Sequence[Problem]], None]
    ask: Callable[[str], str] | None
    progress: Callable[[int], AbstractContextManager[Callable[[int, str], None]]]
    stopping: threading.Event


@dataclass(frozen=True)
class Sending:
    """What a send is about: the issue, what makes its messages, the server, the terminal."""

    loaded: LoadedIssue
    settings: Settings
    mails: Mails
    server: Server | None
    options: SendOptions
    terminal: Terminal
    clock: Clock
    new_id: Callable[[], str] = lambda: secrets.token_hex(8)

    def check(self, documents: Sequence[Document]) -> bool:
        """Run the checks on the mails as they are about to leave; tell them all, allow no error."""
        issue = self.mails.issue
        to_members = self.options.members is not None and self.options.outbox is None
        found = run_checks(
            self.loaded,
            documents,
            self.settings,
            earlier_issues=earlier_issues(self.loaded.path.resolve().parent, issue),
            now=self.clock.now().astimezone(self.settings.zone),
            to_members=to_members,
        )
        found = in_order([*settings_problems(self.settings, to_members=to_members), *found])
        others, left_over = examples_apart(found)
        self.terminal.show(others)
        if left_over:
            self.terminal.tell(left_over)
        if fails(found, strict=False):
            message = _("nothing was sent: {problems}")
            self.terminal.tell(message.format(problems=in_numbers(found)))
            return False
        return True


def send(
    file: Path,
    options: SendOptions,
    *,
    start: Path,
    environment: Mapping[str, str],
    terminal: Terminal,
    clock: Clock | None = None,
) -> int:
    """Send the issue in `file`; return 0, 1 where a problem forbids it, 3 where someone is missed.

    Raises:
        NewsletterError: the settings, the server, the ledger or the members file do not allow it.
    """
    settings, problems = open_workspace(start)
    terminal.show(problems)
    [path] = issue_files([file], settings)
    _one_target(options)
    loaded = load_issue(path, settings)
    terminal.show(loaded.problems)
    if loaded.issue is None:
        return 1
    server = None if options.outbox else server_of(settings, loaded.issue.sender, environment)
    tokens = tokens_for(loaded.issue, settings, unsubscribe_secret(settings, environment))
    if tokens is None and options.members is not None:
        warning = _("recipients can only unsubscribe by email: add url: under unsubscribe:")
        terminal.tell(_("Warning: {message}").format(message=warning))
    mails = Mails(
        loaded.issue,
        settings,
        tokens=tokens,
        sign=signer(settings.dkim, environment),
        mark="" if options.members else TEST_MARK,
    )
    sending = Sending(
        loaded, settings, mails, server, options, terminal, clock or real_clock(terminal.stopping)
    )
    if options.members is None:
        from newsletter.commands.sending_tests import send_tests

        return send_tests(sending)
    from newsletter.commands.sending_members import send_to_members

    return send_to_members(sending, options.members)


def _one_target(options: SendOptions) -> None:
    targets = [bool(options.to), options.reviewers is not None, options.members is not None]
    hint = _("choose one of --to ADDRESS, --reviewers GROUP, --members FILE")
    if sum(targets) != 1:
        message = _("nobody to send to")
        if sum(targets):
            message = _("--to, --reviewers and --members cannot be combined")
        raise NewsletterError(message, hint=hint)
    if options.members is None and (options.goes_on or options.where):
        message = _("--resume, --retry-… and --where only work with --members")
        raise NewsletterError(message, hint=hint)


def server_of(settings: Settings, sender: str, environment: Mapping[str, str]) -> Server:
    """Return the server that takes the mail of a sender.

    Raises:
        NewsletterError: the settings name none, or its password is not in the environment.
    """
    if settings.smtp is None:
        message = _("{file} has no server to send through").format(file=SETTINGS_FILE)
        hint = _(
            "remove the # before smtp: and the lines under it, or save the emails with --outbox DIR"
        )
        raise NewsletterError(message, hint=hint)
    password = environment.get(PASSWORD_VARIABLE, "")
    if settings.smtp.user and not password:
        message = _("there is no password for '{user}'").format(user=settings.smtp.user)
        hint = _("set {variable} to the password: never write it in a file")
        raise NewsletterError(message, hint=hint.format(variable=PASSWORD_VARIABLE))
    name = domain_of(sender_in_ascii(settings.senders[sender]).email)
    return Server(settings.smtp, name, password, timeout_seconds=TIMEOUT_SECONDS)


def real_clock(stopping: threading.Event) -> Clock:
    """Return the machine's time; who sleeps is woken when the run is to stop."""
    import random
    import time

    return Clock(
        monotonic=time.monotonic,
        now=lambda: datetime.now(UTC),
        sleep=stopping.wait,
        chance=random.random,
    )
