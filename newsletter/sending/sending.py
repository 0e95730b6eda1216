"""A send: the issue, what makes its messages, the server, and how to speak with whoever sends."""

import random
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from newsletter.checks import run_checks
from newsletter.checks.reading.earlier import earlier_issues
from newsletter.checks.rules.leftover import examples_apart, settings_problems
from newsletter.content.loading import Issue, LoadedIssue
from newsletter.i18n import _
from newsletter.ledger.states import Delivery, State
from newsletter.mailing.delivery.clock import Clock
from newsletter.mailing.delivery.delivery import MAX_TRIES
from newsletter.mailing.message.addresses import domain_of, in_ascii
from newsletter.mailing.message.head import Addressee
from newsletter.mailing.message.message import (
    TEST_MARK,
    MessageTemplate,
    message_id_for,
    prepare_message,
)
from newsletter.mailing.message.unsubscribe import Tokens, list_id_of
from newsletter.mailing.smtp.errors import PASSWORD_VARIABLE
from newsletter.mailing.smtp.server import TIMEOUT_SECONDS, Server
from newsletter.members.recipient import Recipient
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import (
    Level,
    Problem,
    fails,
    in_numbers,
    in_order,
    shown_path,
)
from newsletter.rendering.document import Document
from newsletter.rendering.variants import Hidden, Variants
from newsletter.settings.settings import Sender, Settings
from newsletter.values.audiences import Audience
from newsletter.values.suggestions import fold
from newsletter.workspace import SETTINGS_FILE, refuse_links, write_whole

EXIT_NOT_ALL_DELIVERED = 3
EXIT_INTERRUPTED = 130
_NAME_DIGITS = 12  # hexadecimal, of its fingerprint, name a mail
_OURS = re.compile(r"\d{6,}\.eml")


@dataclass(frozen=True)
class SendOptions:
    """What was typed after `newsletter send FILE`."""

    to: Sequence[str] = ()
    reviewers: str | None = None
    members: Path | None = None
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

    @property
    def resumes(self) -> bool:
        """Whether an issue that was sent before is meant."""
        return self.resume or self.retry_failed or self.retry_uncertain

    def include(self, row: Delivery | None) -> bool:
        """Tell whether a recipient is written to now, by what the ledger knows of them."""
        if row is None:
            return True
        match row.state:
            case State.QUEUED | State.LEFT_OUT:  # who is still left out was asked for before
                return True
            case State.DEFERRED:
                # A process may die before it has noted when to try again.
                return self.retry_failed or bool(row.next_try) or row.tries < MAX_TRIES
            case State.REFUSED:
                return self.retry_failed
            case State.UNCERTAIN | State.ATTEMPTING:
                return self.retry_uncertain
            case State.ACCEPTED:
                return False


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
class Mail:
    """A mail that several recipients get alike."""

    document: Document
    template: MessageTemplate

    @cached_property
    def name(self) -> str:
        """Its name in the ledger, and its folder's under `sent/`."""
        return self.document.fingerprint[:_NAME_DIGITS]


class Mails:
    """Makes the messages of one issue, each mail once, when the first recipient asks for it.

    `mark` stands before a test's subject, `sign` signs.
    """

    def __init__(
        self,
        issue: Issue,
        settings: Settings,
        *,
        tokens: Tokens | None,
        sign: Callable[[bytes], bytes],
        mark: str = "",
    ) -> None:
        self.issue = issue
        self.tokens = tokens
        self.variants = Variants(issue, settings)
        self._settings = settings.for_sender(issue.sender)
        self._sign = sign
        self._mark = mark
        self._mails: dict[Hidden, Mail] = {}

    @cached_property
    def sender(self) -> Sender:
        """Whom the mails are from, as headers and servers take it: in ASCII."""
        return sender_in_ascii(self._settings.senders[self.issue.sender])

    @property
    def made(self) -> tuple[Mail, ...]:
        """Those that were asked for so far."""
        return tuple(self._mails.values())

    def mail_for(self, audience: Audience) -> Mail:
        """Return the mail that recipients of an audience get."""
        hidden = self.variants.hidden_from(audience)
        if hidden not in self._mails:
            document = self.variants.document_for(audience)
            template = prepare_message(
                document,
                self._settings,
                self.sender,
                language=self.issue.language or self._settings.language,
                mark=self._mark,
            )
            self._mails[hidden] = Mail(document, template)
        return self._mails[hidden]

    def maker(
        self, mail: Mail, recipient: Recipient, recipient_id: str
    ) -> Callable[[datetime], bytes]:
        """Return what makes the message of a recipient, given the hour."""
        message_id = message_id_for(self.issue.id, recipient_id, self.sender.email)

        address = in_ascii(recipient.address) or recipient.address

        def make(now: datetime) -> bytes:
            token = self.tokens.token_for(recipient_id) if self.tokens else ""
            addressee = Addressee(address, message_id, token, recipient.values)
            return self._sign(mail.template.for_recipient(addressee, date=now))

        return make


class Outbox:
    """Writes each message of an issue into a file of its own, in `DIR/<issue>/`.

    They are numbered in the order of the recipients; those of the time before give way. No link of
    the workspace is followed: DIR may be one elsewhere.
    """

    def __init__(self, folder: Path, issue_id: str, workspace: Path) -> None:
        self.folder = folder / issue_id
        is_inside = folder.absolute().is_relative_to(workspace)
        self._below = workspace if is_inside else folder
        self.written = 0

    def write(self, message: bytes) -> Path:
        """Write a message; return its file."""
        if not self.written:
            self._make_room()
        self.written += 1
        path = self.folder / f"{self.written:06}.eml"
        write_whole((path, message))
        return path

    def _make_room(self) -> None:
        refuse_links(self.folder.absolute(), self._below.absolute())
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.glob("*.eml"):
            if _OURS.fullmatch(path.name):
                path.unlink()


@dataclass(frozen=True, kw_only=True)
class Means:
    """What messages leave by, whoever froze them: never frozen itself.

    `secret` signs the words that unsubscribe, `sign` the messages; `old_secret` is read by alone.
    """

    settings: Settings
    server: Server | None
    options: SendOptions
    terminal: Terminal
    clock: Clock
    secret: str
    sign: Callable[[bytes], bytes]
    old_secret: str = ""


@dataclass(frozen=True, kw_only=True)
class Sending(Means):
    """A send of an issue that is at hand: the issue too, and what makes its messages."""

    loaded: LoadedIssue
    mails: Mails
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
            self.terminal.tell(nothing_sent(found))
            return False
        return True


def nothing_sent(problems: Sequence[Problem]) -> str:
    """Return the last line of a send that errors forbid: how many, and where the first is."""
    message = _("nothing was sent: {problems}; the first error is in {place}")
    first = next(each for each in in_order(problems) if each.level is Level.ERROR)
    place = first.position.in_file(shown_path(first.path))
    return message.format(problems=in_numbers(problems), place=place)


def sending_of(means: Means, loaded: LoadedIssue, issue: Issue) -> Sending:
    """Return the send of an issue by some means."""
    sender = sender_in_ascii(means.settings.senders[issue.sender])
    mails = Mails(
        issue,
        means.settings,
        tokens=tokens_for(list_id_of(sender.email), means.settings, means.secret, means.old_secret),
        sign=means.sign,
        mark="" if means.options.members else TEST_MARK,
    )
    server = means.server and replace(means.server, name=domain_of(sender.email))
    return Sending(**{**vars(means), "server": server}, loaded=loaded, mails=mails)


def is_yes(typed: str) -> bool:
    """Tell whether an answer is yes, in either language."""
    return typed.strip().lower() in {"y", "yes", "o", "oui"}


def ask_for_number(means: Means, total: int) -> None:
    """Return when the number of recipients was typed, or need not be."""
    if means.options.yes:
        return
    if means.terminal.ask is None:
        message = _("no terminal to confirm sending {count} messages").format(count=total)
        raise NewsletterError(message, hint=_("in a script, add --yes"))
    ask_for(total, means.terminal.ask, _("Type the number of recipients to send"))


def ask_for(expected: object, ask: Callable[[str], str] | None, question: str) -> None:
    """Return when what is expected was typed; a number may have spaces between its digits.

    Raises:
        NewsletterError: it was not, or nobody can be asked.
    """
    if ask is None:
        message = _("no terminal to confirm: {expected}").format(expected=expected)
        raise NewsletterError(message, hint=_("in a script, add --yes"))
    typed = ask(question)
    if re.sub(r"\s", "", typed) != str(expected):  # "2 000", with whatever space
        message = _("nothing was sent: you typed '{typed}', not {count}")
        raise NewsletterError(
            message.format(typed=typed, count=expected), hint=_("run the same command again")
        )


def tokens_for(
    list_id: str, settings: Settings, secret: str, old_secret: str = ""
) -> Tokens | None:
    """Return what signs the words that unsubscribe from a list; None without a secret.

    It reads those of every sender: who says no to one of them says no to all.
    """
    if not secret:
        return None
    others = (list_id_of(in_ascii(each.email) or "") for each in settings.senders.values())
    return Tokens(secret, list_id, *others, old_secret=old_secret)


def sender_in_ascii(sender: Sender) -> Sender:
    """Return a sender whose addresses have their domains in ASCII.

    Raises:
        NewsletterError: an accent stands before the @ of one of them.
    """
    written = {"email": sender.email, "reply_to": sender.reply_to, "envelope": sender.envelope}
    changed = {name: _sendable(each) for name, each in written.items() if each}
    return sender.model_copy(update=changed)


def _sendable(address: str) -> str:
    written = in_ascii(address)
    if written is None:
        message = _("no server accepts mail from '{address}'").format(address=address)
        hint = _("choose an address without accents before the @: senders: in {file}").format(
            file=SETTINGS_FILE
        )
        raise NewsletterError(message, hint=hint)
    return written


def variable_of(name: str, sender: str, *, is_its_own: bool) -> str:
    """Return the variable of a secret, which a sender's own has their name behind: …_BRETAGNE."""
    if not is_its_own:
        return name
    return f"{name}_{re.sub('[^A-Z0-9]+', '_', fold(sender).upper())}"


def server_of(settings: Settings, sender: str, environment: Mapping[str, str]) -> Server:
    """Return the server that takes the mail of a sender; what we call ourselves is left open.

    Raises:
        NewsletterError: the settings name none, or its password is not in the environment.
    """
    smtp = settings.for_sender(sender).smtp
    if smtp is None:
        message = _("{file} has no server to send through").format(file=SETTINGS_FILE)
        hint = _(
            "remove the # before smtp: and the lines under it, or save the emails with --outbox DIR"
        )
        raise NewsletterError(message, hint=hint)
    is_its_own = settings.senders[sender].smtp is not None
    variable = variable_of(PASSWORD_VARIABLE, sender, is_its_own=is_its_own)
    password = environment.get(variable, "")
    if smtp.user and not password and not smtp.token_command:
        message = _("there is no password for '{user}'").format(user=smtp.user)
        hint = _("set {variable} to the password: never write it in a file")
        raise NewsletterError(message, hint=hint.format(variable=variable))
    return Server(smtp, "", password, variable, timeout_seconds=TIMEOUT_SECONDS)


def real_clock(stopping: threading.Event) -> Clock:
    """Return the machine's time; who sleeps is woken when the run is to stop."""
    return Clock(
        monotonic=time.monotonic,
        now=lambda: datetime.now(UTC),
        sleep=stopping.wait,
        chance=random.random,
    )
