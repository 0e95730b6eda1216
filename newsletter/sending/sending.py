"""A send: the issue, what makes its messages, the server, and how to speak with whoever sends."""

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from newsletter.checks import run_checks
from newsletter.checks.reading.earlier import earlier_issues
from newsletter.checks.rules.leftover import examples_apart, settings_problems
from newsletter.content.loading import LoadedIssue
from newsletter.i18n import _
from newsletter.mailing.delivery.run import Clock
from newsletter.mailing.message.addresses import domain_of
from newsletter.mailing.smtp.errors import PASSWORD_VARIABLE
from newsletter.mailing.smtp.server import TIMEOUT_SECONDS, Server
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Problem, fails, in_numbers, in_order
from newsletter.rendering.document import Document
from newsletter.sending.mails import Mails, sender_in_ascii
from newsletter.settings.settings import Settings
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
