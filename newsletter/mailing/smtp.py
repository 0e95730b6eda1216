"""A connection to the server that takes the mail: smtplib's, with pipelining on top.

The standard library speaks TLS and proves who we are; each message then goes in two round trips
instead of four (RFC 2920). The last byte of a message, the dot on a line of its own, leaves only
after the caller has noted that it will: so of every message it is known if it may have arrived.
"""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Self

from newsletter.errors import NewsletterError
from newsletter.mailing.smtp_errors import (
    DIFFICULTIES,
    connection_error,
    is_silence,
    login_error,
    no_login_error,
    said,
    too_large,
    unsendable_password,
)
from newsletter.sending import Smtp

TIMEOUT_SECONDS = 60  # RFC 5321 allows a server minutes; a person who waits, less
_END_OF_MESSAGE = b".\r\n"


@dataclass(frozen=True)
class Server:
    """Where and how to connect; `name` is what we call ourselves, the sender's domain."""

    settings: Smtp
    name: str
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = field(default=None, repr=False)
    timeout_seconds: float = TIMEOUT_SECONDS


class Answer(NamedTuple):
    """What the server said of a message: its code, and its words in one line.

    `is_of_recipient` says that it was met after the sender was taken: another recipient's message
    may do better.
    """

    code: int
    words: str
    is_of_recipient: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether the server has taken the message on."""
        return 200 <= self.code < 300

    @property
    def is_temporary(self) -> bool:
        """Whether the server asks to try again later."""
        return 400 <= self.code < 500

    @property
    def closes(self) -> bool:
        """Whether the server ends the connection with it."""
        return self.code == 421


class ConnectionLost(Exception):  # noqa: N818 - an event, told apart by `may_have_arrived`
    """The connection ended in the middle of a message."""

    def __init__(self, words: str, *, may_have_arrived: bool) -> None:
        super().__init__(words)
        self.words = words
        self.may_have_arrived = may_have_arrived


class Connection:
    """An open connection to a server, kept for many messages; made by `Connection.to`."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp
        self._pipelines = smtp.has_extn("pipelining")
        size = smtp.esmtp_features.get("size", "")
        self._max_bytes = int(size) if size.isdecimal() else 0
        self._says_size = smtp.has_extn("size")
        self._must_reset = False

    @classmethod
    def to(cls, server: Server) -> Self:
        """Connect, make the connection private, and prove who we are.

        Raises:
            NewsletterError: it cannot be; `smtp_errors.CannotConnect` where it may work later.
        """
        smtp: smtplib.SMTP | None = None
        try:
            smtp = _connected(server)
            _log_in(smtp, server)
        except DIFFICULTIES as error:
            if smtp is not None:
                smtp.close()
            raise connection_error(error, server.settings) from error
        except NewsletterError:
            if smtp is not None:
                smtp.close()
            raise
        return cls(smtp)

    def deliver(
        self, sender: str, address: str, message: bytes, *, before_last_byte: Callable[[], None]
    ) -> Answer:
        """Give the server a message for one address; return its answer.

        `before_last_byte` is called once, while the server thinks about the envelope: what it
        writes to a disk costs no time of its own. `message` has CRLF, and no line that begins with
        a dot.

        Raises:
            ConnectionLost: the connection ended, by a cut or by silence.
            NewsletterError: the server takes no message of this size.
        """
        if self._max_bytes and len(message) > self._max_bytes:
            raise too_large(len(message), self._max_bytes)
        try:
            refusal = self._envelope(sender, address, len(message), before_last_byte)
            if refusal is not None:
                return refusal
            self._smtp.send(message)
        except DIFFICULTIES as error:
            raise ConnectionLost(said(error), may_have_arrived=False) from error
        try:
            self._smtp.send(_END_OF_MESSAGE)
        except DIFFICULTIES as error:
            # What the system refused to take has not left; what it was slow with may have.
            raise ConnectionLost(said(error), may_have_arrived=is_silence(error)) from error
        try:
            answer = self._answer()
        except DIFFICULTIES as error:
            raise ConnectionLost(said(error), may_have_arrived=True) from error
        self._must_reset = not answer.is_accepted
        return answer._replace(is_of_recipient=not answer.closes)

    def _envelope(
        self, sender: str, address: str, size: int, meanwhile: Callable[[], None]
    ) -> Answer | None:
        """Say from whom and to whom; return the server's refusal, None where it waits for more."""
        commands = [f"MAIL FROM:<{sender}>" + (f" SIZE={size}" if self._says_size else "")]
        commands += [f"RCPT TO:<{address}>", "DATA"]
        if self._must_reset:
            commands.insert(0, "RSET")
        self._must_reset = True
        send = self._pipelined if self._pipelines else self._one_by_one
        answers = send(commands, meanwhile)
        refused = zip(commands, answers, strict=False)  # one by one, the first refusal is the last
        command, refusal = next((each for each in refused if each[1].code >= 400), ("", None))
        if refusal is None:
            return None
        if answers[-1].code == 354:
            self._give_nothing(to_nobody=not answers[-2].is_accepted)
        is_of_recipient = command.startswith(("RCPT", "DATA")) and not refusal.closes
        return refusal._replace(is_of_recipient=is_of_recipient)

    def _give_nothing(self, *, to_nobody: bool) -> None:
        """End a message that the server waits for all the same, though it refused a part of it."""
        if to_nobody:  # RFC 2920, 3.1
            self._smtp.send(_END_OF_MESSAGE)
            self._answer()
        else:
            self._smtp.close()

    def _pipelined(self, commands: list[str], meanwhile: Callable[[], None]) -> list[Answer]:
        self._smtp.send("".join(f"{command}\r\n" for command in commands).encode("ascii"))
        meanwhile()
        return [self._answer() for _command in commands]

    def _one_by_one(self, commands: list[str], meanwhile: Callable[[], None]) -> list[Answer]:
        answers: list[Answer] = []
        for command in commands:
            self._smtp.send(f"{command}\r\n".encode("ascii"))
            if not answers:
                meanwhile()
            answers.append(self._answer())
            if answers[-1].code >= 400:
                break
        return answers

    def _answer(self) -> Answer:
        code, words = self._smtp.getreply()
        answer = Answer(code, " ".join(words.decode("utf-8", errors="replace").split()))
        if not 200 <= code < 600:
            raise smtplib.SMTPServerDisconnected(answer.words)
        return answer

    def close(self) -> None:
        """Take leave of the server; what it says to that does not matter."""
        with contextlib.suppress(*DIFFICULTIES):
            self._smtp.send(b"QUIT\r\n")
        self._smtp.close()

    def abort(self) -> None:
        """End the connection at once: a message of which the end has not left is dropped."""
        self._smtp.close()


def _connected(server: Server) -> smtplib.SMTP:
    settings = server.settings
    context = server.context or ssl.create_default_context()
    connect: Callable[..., smtplib.SMTP] = smtplib.SMTP
    if settings.security == "tls":
        connect = partial(smtplib.SMTP_SSL, context=context)
    smtp = connect(
        settings.host,
        settings.port_used,
        local_hostname=server.name,
        timeout=server.timeout_seconds,
    )
    try:
        smtp.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    if smtp.sock is not None:
        # The end of a message is a small packet behind large ones: it is not to wait for them.
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return smtp


def _log_in(smtp: smtplib.SMTP, server: Server) -> None:
    user = server.settings.user
    if user is None:
        return
    if not (user + server.password).isascii():  # smtplib's words would show the password
        raise unsendable_password(server.settings)
    try:
        smtp.login(user, server.password)
    except smtplib.SMTPResponseException as error:
        raise login_error(error, server.settings) from None  # nor these
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException:  # it offers no AUTH, or no kind of it that we speak
        raise no_login_error(server.settings) from None
