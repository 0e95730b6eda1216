"""The server that takes the mail, and how we connect to it: TLS, and who we are."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

from newsletter.mailing.smtp.errors import (
    DIFFICULTIES,
    PASSWORD_VARIABLE,
    connection_error,
    login_error,
    no_login_error,
    unsendable_password,
)
from newsletter.mailing.smtp.timely import TimelySmtp, TimelySmtpOverTls
from newsletter.mailing.smtp.token import token_of
from newsletter.problems.errors import NewsletterError
from newsletter.settings.smtp import Smtp

TIMEOUT_SECONDS = 60  # RFC 5321 allows a server minutes; a person who waits, less


@dataclass(frozen=True)
class Server:
    """Where and how to connect; `name` is what we call ourselves, the sender's domain.

    `variable` is where the password comes from, for whoever has to set it.
    """

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


def opened(server: Server) -> smtplib.SMTP:
    """Return a connection that is private and knows who we are.

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
    return smtp


def _connected(server: Server) -> smtplib.SMTP:
    settings = server.settings
    connect: Callable[..., smtplib.SMTP] = TimelySmtp
    if settings.security == "tls":
        connect = partial(TimelySmtpOverTls, context=server.context)
    smtp = connect(
        settings.host,
        settings.port_used,
        local_hostname=server.name,
        timeout=server.timeout_seconds,
    )
    try:
        smtp.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            smtp.starttls(context=server.context)
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
