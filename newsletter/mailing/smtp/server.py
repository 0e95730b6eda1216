"""The server that takes the mail, and how we connect to it: TLS, who we are, replies in time."""

import io
import smtplib
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from newsletter.i18n import _
from newsletter.mailing.smtp.errors import (
    DIFFICULTIES,
    PASSWORD_VARIABLE,
    CannotConnect,
    connection_error,
    login_error,
    no_login_error,
    unsendable_password,
)
from newsletter.problems.errors import NewsletterError
from newsletter.settings.smtp import Smtp

TIMEOUT_SECONDS = 60  # RFC 5321 allows a server minutes; a person who waits, less
TOKEN_SECONDS = 60
_MAX_TOKEN = 8192  # characters; in a command of SMTP: 12288 (RFC 4954, 4), in base64


@dataclass(frozen=True)
class Server:
    """Where and how to connect; `name` is ours, `variable` where the password comes from."""

    settings: Smtp
    name: str
    password: str = field(default="", repr=False)
    variable: str = PASSWORD_VARIABLE
    timeout_seconds: float = TIMEOUT_SECONDS

    @property
    def account(self) -> str:
        """What the server counts by: all that leaves by the same is at one pace."""
        return f"{self.settings.user or ''}@{self.settings.host}:{self.settings.port}"

    @cached_property
    def context(self) -> ssl.SSLContext:
        """What verifies certificates, by those that the system trusts; to read them takes 15 ms."""
        return ssl.create_default_context()


class _Replies(io.RawIOBase):
    """What a server says, until a moment.

    smtplib waits so long for each byte: a server that says one a second, as tarpits do, or never
    ends a line, would keep us for hours.
    """

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection, self._seconds = connection, seconds
        self.until = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        try:
            return self._connection.recv_into(buffer)
        finally:
            self._connection.settimeout(self._seconds)


class _TimelySmtp(smtplib.SMTP):
    """smtplib where `timeout` is how long a whole reply may take."""

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self._replies = _Replies(self.sock, self.timeout)
            self.file = io.BufferedReader(self._replies)
        self._replies.until = time.monotonic() + self.timeout
        return super().getreply()


class _TimelySmtpOverTls(_TimelySmtp, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


def opened(server: Server) -> smtplib.SMTP:
    """Return a private connection that knows who we are.

    Raises `NewsletterError` where it cannot be, `CannotConnect` where it may work later.
    """
    settings = server.settings
    given = {"local_hostname": server.name, "timeout": server.timeout_seconds}
    connect: Callable[..., smtplib.SMTP] = _TimelySmtp
    if settings.security == "tls":
        connect = partial(_TimelySmtpOverTls, context=server.context)
    with ExitStack[None]() as unless_open:
        try:
            smtp = connect(settings.host, settings.port_used, **given)
            unless_open.callback(smtp.close)
            smtp.ehlo_or_helo_if_needed()
            if settings.security == "starttls":
                smtp.starttls(context=server.context)
                smtp.ehlo_or_helo_if_needed()
            if smtp.sock is not None:
                # The end of a message is a small packet behind large ones: it is not to wait.
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _log_in(smtp, server)
        except DIFFICULTIES as error:
            raise connection_error(error, settings) from error
        unless_open.pop_all()
        return smtp


def _log_in(smtp: smtplib.SMTP, server: Server) -> None:
    user = server.settings.user
    if user is None:
        return
    if not (user + server.password).isascii():  # smtplib's words would show the password
        raise unsendable_password(server.settings)
    try:
        if server.settings.token_command:
            _give_token(smtp, user, token_of(server.settings.token_command))
        else:
            smtp.login(user, server.password)
    except smtplib.SMTPResponseException as error:
        raise login_error(error, server.settings, server.variable) from None  # nor these
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException:  # it offers no AUTH, or no kind of it that we speak
        raise no_login_error(server.settings) from None


def _give_token(smtp: smtplib.SMTP, user: str, token: str) -> None:
    """Log in by XOAUTH2, as Google and Microsoft document it; a token lives for about an hour."""
    if "XOAUTH2" not in smtp.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError

    def answer(challenge: bytes | None = None) -> str:
        # After a refusal the server says why, and waits for an empty line.
        return f"user={user}\x01auth=Bearer {token}\x01\x01" if challenge is None else ""

    smtp.auth("XOAUTH2", answer)


def token_of(command: Sequence[str]) -> str:
    """Return the OAuth token that a program prints: mutt, isync and git do it so too.

    What it prints is never shown, even when it fails. Raises `CannotConnect` where the program
    failed, or took too long; `NewsletterError` where there is none, or it prints no token.
    """
    try:
        # No shell: it is a list, of the settings, which were allowed on this machine.
        ran = subprocess.run(  # noqa: S603
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TOKEN_SECONDS
        )
    except subprocess.TimeoutExpired:
        message = _("the program '{program}' of token_command: did not finish")
        raise CannotConnect(message.format(program=command[0]), hint=_try_it()) from None
    except OSError as error:
        message = _("the program '{program}' of token_command: cannot be run")
        hint = _("check its name; a program outside the usual folders needs its whole path")
        raise NewsletterError(message.format(program=command[0]), hint=hint) from error
    if ran.returncode:
        message = _("the program '{program}' of token_command: failed, with status {status}")
        message = message.format(program=command[0], status=ran.returncode)
        raise CannotConnect(message, hint=_try_it())
    token = ran.stdout.strip()
    if not token.isascii() or len(token.split()) != 1 or len(token) > _MAX_TOKEN:
        message = _("the program '{program}' of token_command: printed something else than a token")
        raise NewsletterError(message.format(program=command[0]), hint=_try_it())
    return token.decode("ascii")


def _try_it() -> str:
    return _("run it in a terminal: it must print the token alone, on one line")
