"""What messages leave by: the server, the signature, the secret, and who is asked."""

import hashlib
import json
import random
import re
import shlex
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from newsletter.checks.online import DEFAULT_LIMITS, RequestLimits
from newsletter.i18n import _
from newsletter.ledger.states import Delivery, State
from newsletter.mailing.delivery.delivery import MAX_TRIES
from newsletter.mailing.delivery.patience import Clock
from newsletter.mailing.message.dkim import KEY_FILE_VARIABLE, signer
from newsletter.mailing.message.head import domain_of, in_ascii
from newsletter.mailing.message.unsubscribe import OLD_SECRET_VARIABLE, unsubscribe_secret
from newsletter.mailing.smtp.connection import Connection, ConnectionLost, MailObject
from newsletter.mailing.smtp.server import PASSWORD_VARIABLE, TIMEOUT_SECONDS, Server
from newsletter.problems.errors import NewsletterError
from newsletter.problems.terminal import Ask, Terminal
from newsletter.settings.settings import Settings
from newsletter.values.suggestions import fold
from newsletter.workspace import SETTINGS_FILE, leads_inside, user_folder


def agrees(ask: Ask | None, question: str) -> bool:
    """Tell whether the answer is yes, in either language; it is no where nobody can be asked."""
    return ask is not None and ask(question).strip().lower() in {"y", "yes", "o", "oui"}


def ask_for(expected: object, ask: Ask | None, question: str) -> None:
    """Raise where what is expected was not typed; a number may have spaces between its digits."""
    if ask is None:
        message = _("this question needs a terminal: {question}").format(question=question)
        raise NewsletterError(message, hint=_("in a script, add --yes"))
    typed = ask(question)
    if re.sub(r"\s", "", typed) != str(expected):  # "2 000", with whatever space
        message = _("nothing was sent: you typed '{typed}', not {count}")
        message = message.format(typed=typed, count=expected)
        raise NewsletterError(message, hint=_("run the same command again"))


def real_clock(stopping: threading.Event) -> Clock:
    """Return the machine's time; who sleeps is woken when the run is to stop."""
    return Clock(time.monotonic, lambda: datetime.now(UTC), stopping.wait, random.random)


@dataclass(frozen=True)
class SendOptions:
    """What was typed after `newsletter send FILE`."""

    to: Sequence[str] = ()
    reviewers: str | None = None
    members: Path | None = None
    list_name: str = ""
    where: Sequence[str] = ()
    only_those_who_got: Path | None = None
    each_variant: bool = False
    outbox: Path | None = None
    dry_run: bool = False
    yes: bool = False
    resume: bool = False
    retry_failed: bool = False
    retry_uncertain: bool = False
    changed_anyway: bool = False
    all_problems: bool = False
    online: bool = False
    at: str = ""
    no_later_than: str = ""

    @property
    def is_test(self) -> bool:
        """Whether it goes to a few addresses, for them to look at."""
        return bool(self.to) or self.reviewers is not None

    @property
    def resumes(self) -> bool:
        """Whether an issue that was sent before is meant."""
        return self.resume or self.retry_failed or self.retry_uncertain

    def include(self, row: Delivery | None) -> bool:
        """Tell whether a recipient is written to now, by what the ledger knows of them."""
        # Who is still left out was asked for before.
        if row is None or row.state in {State.QUEUED, State.LEFT_OUT}:
            return True
        if row.state in {State.UNCERTAIN, State.ATTEMPTING}:
            return self.retry_uncertain
        # A process may die before it has noted when to try again.
        waits = row.state is State.DEFERRED and (bool(row.next_try) or row.tries < MAX_TRIES)
        return waits or (self.retry_failed and row.state in {State.DEFERRED, State.REFUSED})


class TooLate(NewsletterError):  # noqa: N818 - no fault
    """The hour until which a send may begin is over."""


@dataclass(frozen=True, kw_only=True)
class Means:
    """What messages leave by, whoever froze them: never frozen itself."""

    settings: Settings
    server: Server | None
    options: SendOptions
    terminal: Terminal
    clock: Clock
    secret: str  # signs the words that unsubscribe
    sign: Callable[[bytes], bytes]
    old_secret: str = ""  # by which those are read too
    limits: RequestLimits = DEFAULT_LIMITS
    until: datetime | None = None  # no send begins after it

    @property
    def the_server(self) -> Server:
        """The server; raise where there is none."""
        if self.server is None:
            raise NewsletterError(_("no server to send through"))
        return self.server


def hand_over(connection: Connection, mail: MailObject) -> str:
    """Send a mail that is none of an issue's to its members; return what the server said.

    Raises `NewsletterError` where it refused, or the connection was lost.
    """
    try:
        answer = connection.deliver(mail, before_last_byte=lambda: None)
    except ConnectionLost as error:
        raise NewsletterError(error.words) from error
    words = f"{answer.code} {answer.words}"
    if not answer.is_accepted:
        raise NewsletterError(_("refused by the server: {words}").format(words=words))
    return _("accepted by the server ({words})").format(words=words)


MeansFor = Callable[[str], Means]  # of a sender, named as the settings name it


def ask_for_number(means: Means, total: int) -> None:
    """Raise where the number of recipients has to be typed, and is not."""
    if not means.options.yes:
        ask_for(total, means.terminal.ask, _("Type the number of recipients to send"))


def variable_of(name: str, settings: Settings, sender: str, part: Literal["smtp", "dkim"]) -> str:
    """Return the variable of a secret, which a sender's own has their name behind: …_BRETAGNE."""
    if getattr(settings.senders[sender], part) is None:
        return name
    return f"{name}_{re.sub('[^A-Z0-9]+', '_', fold(sender).upper())}"


def server_of(settings: Settings, sender: str, environment: Mapping[str, str]) -> Server:
    """Return the server of a sender; raise without it or its password."""
    smtp = settings.for_sender(sender).smtp
    if smtp is None:
        message = _("{file} has no server to send through").format(file=SETTINGS_FILE)
        hint = _("remove the # before smtp: and its lines, or save the emails with --outbox DIR")
        raise NewsletterError(message, hint=hint)
    variable = variable_of(PASSWORD_VARIABLE, settings, sender, "smtp")
    password = environment.get(variable, "")
    if smtp.user and not password and not smtp.token_command:
        message = _("there is no password for '{user}'").format(user=smtp.user)
        hint = _("set {variable} to the password: never write it in a file")
        raise NewsletterError(message, hint=hint.format(variable=variable))
    email = settings.senders[sender].email
    name = domain_of(in_ascii(email) or email)
    return Server(smtp, name, password, variable, timeout_seconds=TIMEOUT_SECONDS)


def allow_program(
    workspace: Path,
    command: Sequence[str],
    *,
    ask: Ask | None,
    setting: Literal["token_command", "publish"] = "token_command",
) -> None:
    """Raise where nobody allows a program of the settings, asked once on this machine."""
    # Remembered outside the workspace. What that brings of the program is asked for again once it
    # has changed: a colleague, or whoever else writes there, may have changed it.
    folder = user_folder("allowed-programs", "XDG_CONFIG_HOME", ".config")
    allowed = folder / _digest(workspace, command) if folder else None
    if allowed is not None and allowed.exists():
        return
    shown = shlex.join(each if each.isprintable() else ascii(each) for each in command)
    words = _("{file} wants to run the program of {setting}: {command}. Allow it? yes or no")
    if not agrees(ask, words.format(file=SETTINGS_FILE, setting=setting, command=shown)):
        message = _("the program of {setting}: was not allowed on this machine: {command}")
        hint = _("to allow it, run the same command in a terminal, without --yes")
        raise NewsletterError(message.format(setting=setting, command=shown), hint=hint)
    if allowed is not None:
        allowed.touch(mode=0o600)


def _digest(workspace: Path, command: Sequence[str]) -> str:
    """Return what stands for a command: its workspace, its words, its files of the workspace."""
    digest = hashlib.sha256(json.dumps([str(workspace.resolve()), *command]).encode())
    for each in command:
        path = Path(each).expanduser()
        if path.is_file() and leads_inside(path, workspace):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def means_of(
    settings: Settings,
    options: SendOptions,
    environment: Mapping[str, str],
    terminal: Terminal,
    clock: Clock | None,
    sender: str,
) -> Means:
    """Return what the mails of a sender leave by; a program that the settings name was allowed."""
    server = None if options.outbox else server_of(settings, sender, environment)
    if server is not None and server.settings.token_command and not options.dry_run:
        ask = None if options.yes else terminal.ask
        allow_program(settings.workspace, server.settings.token_command, ask=ask)
    own = settings.for_sender(sender)
    variable = variable_of(KEY_FILE_VARIABLE, settings, sender, "dkim")
    return Means(
        settings=own,
        server=server,
        options=options,
        terminal=terminal,
        clock=clock or real_clock(terminal.stopping),
        secret=unsubscribe_secret(own, environment),
        sign=signer(own.dkim, environment, warn=terminal.warn, variable=variable),
        old_secret=environment.get(OLD_SECRET_VARIABLE, ""),
    )
