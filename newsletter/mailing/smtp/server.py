"""The server that takes the mail: TLS, who we are, replies in time, and what goes wrong."""

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

from newsletter.i18n import _, kilobytes
from newsletter.problems.errors import NewsletterError
from newsletter.settings.smtp import Mailbox, Smtp

PASSWORD_VARIABLE = "NEWSLETTER_SMTP_PASSWORD"  # noqa: S105 - its name
# What a connection may end with. OSError has TimeoutError, ssl.SSLError and smtplib's own in it.
DIFFICULTIES = (OSError, smtplib.SMTPException)
TIMEOUT_SECONDS = 60  # RFC 5321 allows a server minutes; a person who waits, less
TOKEN_SECONDS = 60
_MAX_TOKEN = 8192  # characters; in a command of SMTP: 12288 (RFC 4954, 4), in base64


class CannotConnect(NewsletterError):  # noqa: N818 - a sentence
    """The server cannot be reached now; it may be later."""


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
        message = _("the user name or password for {host} contains accents")
        message = message.format(host=server.settings.host)
        raise NewsletterError(message, hint=_("choose a password without accents"))
    try:
        if server.settings.token_command:
            _give_token(smtp, user, token_of(server.settings.token_command))
        else:
            smtp.login(user, server.password)
    except smtplib.SMTPResponseException as error:
        raise _login_error(error, server.settings, server.variable) from None  # nor these
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException:  # it offers no AUTH, or no kind of it that we speak
        raise _no_login_error(server.settings) from None


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
    hint = _("run it in a terminal: it must print the token alone, on one line")
    try:
        # No shell: it is a list, of the settings, which were allowed on this machine.
        ran = subprocess.run(  # noqa: S603
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TOKEN_SECONDS
        )
    except subprocess.TimeoutExpired:
        message = _("the program '{program}' of token_command: did not finish")
        raise CannotConnect(message.format(program=command[0]), hint=hint) from None
    except OSError as error:
        message = _("the program '{program}' of token_command: cannot be run")
        hint = _("check its name; a program outside the usual folders needs its whole path")
        raise NewsletterError(message.format(program=command[0]), hint=hint) from error
    if ran.returncode:
        message = _("the program '{program}' of token_command: failed, with status {status}")
        raise CannotConnect(message.format(program=command[0], status=ran.returncode), hint=hint)
    token = ran.stdout.strip()
    if not token.isascii() or len(token.split()) != 1 or len(token) > _MAX_TOKEN:
        message = _("the program '{program}' of token_command: printed something else than a token")
        raise NewsletterError(message.format(program=command[0]), hint=hint)
    return token.decode("ascii")


def is_silence(error: BaseException) -> bool:
    """Tell whether nothing came for too long; smtplib keeps that as context of an end."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def said(error: BaseException) -> str:
    """Return what happened to a connection, in a few words for the ledger."""
    if is_silence(error):
        return _("the server did not respond in time")
    return _("the connection was lost")


def connection_error(error: BaseException, smtp: Smtp | Mailbox) -> NewsletterError:
    """Return the sentence for an error met while connecting."""
    kind: type[NewsletterError] = CannotConnect
    words = ""
    if isinstance(error, ssl.SSLCertVerificationError):
        kind, (message, hint) = NewsletterError, _bad_certificate(error)
    elif isinstance(error, smtplib.SMTPResponseException):
        kind = CannotConnect if 400 <= error.smtp_code < 500 else NewsletterError
        words = f"{error.smtp_code} {in_one_line(error.smtp_error)}".strip()
        message = _("{host} does not accept mail from here: {words}")
        hint = _("ask your provider why, and quote these words")
    else:
        message, hint = _unreachable(TimeoutError() if is_silence(error) else error)
    return kind(message.format(host=smtp.host, port=smtp.port_used, words=words), hint=hint)


def _unreachable(error: BaseException) -> tuple[str, str]:
    compare = _("check host:, port: and security: against what your provider says")
    match error:
        case ssl.SSLError():
            return _("{host} does not speak TLS on port {port}"), compare
        case smtplib.SMTPNotSupportedError():
            hint = _("try security: tls with port: 465 (a server on your own network: none)")
            message = _(
                "{host} does not offer STARTTLS on port {port}: nothing is sent unencrypted"
            )
            return message, hint
        case socket.gaierror():
            return _("the server '{host}' cannot be found, or there is no network"), compare
        case TimeoutError():
            message = _("{host} does not answer on port {port}")
            return message, _("try again later; some networks block this port")
        case smtplib.SMTPServerDisconnected() | ConnectionResetError() | BrokenPipeError():
            return _("{host} closed the connection on port {port}"), compare
        case _:
            return _("{host} cannot be reached on port {port}"), compare


def _bad_certificate(error: ssl.SSLCertVerificationError) -> tuple[str, str]:
    if error.verify_code == 10:  # X509_V_ERR_CERT_HAS_EXPIRED
        message = _("the certificate of {host} has expired: nothing is sent to it")
        return message, _("tell your provider; check the date on this machine too")
    if error.verify_code in {62, 64}:  # X509_V_ERR_HOSTNAME_MISMATCH, IP_ADDRESS_MISMATCH
        message = _("the certificate sent by {host} belongs to another server")
        return message, _("write as host: the name your provider gives")
    message = _("the certificate of {host} is not from a known authority: nothing is sent to it")
    hint = _("ask your provider; to use a certificate of your own, name it in SSL_CERT_FILE")
    return message, hint


def _login_error(
    error: smtplib.SMTPResponseException, smtp: Smtp, variable: str
) -> NewsletterError:
    """Return the sentence for a refused password or token; never what was given.

    5.7.139 is Exchange Online's, where password logins are switched off (by default from the end of
    December 2026: Message Center MC786329).
    """
    if 400 <= error.smtp_code < 500:
        message = _("{host} cannot check the password of '{user}' now")
        message = message.format(host=smtp.host, user=smtp.user)
        return CannotConnect(message, hint=_("try again later"))
    if smtp.token_command or not in_one_line(error.smtp_error).startswith("5.7.139"):
        return login_refused(smtp, variable)
    message = _("{host} no longer takes passwords for '{user}'")
    hint = _(
        "Microsoft 365 turns them off: add token_command: under smtp:, or ask your IT service "
        "to allow SMTP AUTH for this mailbox"
    )
    return NewsletterError(message.format(host=smtp.host, user=smtp.user), hint=hint)


def login_refused(server: Smtp | Mailbox, variable: str) -> NewsletterError:
    """Return the sentence for a refused token, or password, which `variable` is to have."""
    message = _("{host} refused the password of '{user}'")
    hint = _("set {variable} to the password, then run the same command again")
    if server.token_command:
        message = _("{host} refused the token for '{user}'")
        hint = _("the program of token_command: must be signed in as this user, allowed to send")
    message = message.format(host=server.host, user=server.user)
    return NewsletterError(message, hint=hint.format(variable=variable))


def _no_login_error(smtp: Smtp) -> NewsletterError:
    """Return the sentence for a server that asks for no password, or in no way that we speak."""
    message = _("{host} does not accept user names and passwords on port {port}")
    hint = _("remove user: from smtp: in newsletter.yaml, or try another port")
    if smtp.token_command:
        message = _("{host} does not accept OAuth tokens on port {port}")
        hint = _("remove token_command: from smtp:, or check host: and port:")
    return NewsletterError(message.format(host=smtp.host, port=smtp.port_used), hint=hint)


def too_large(size: int, limit: int) -> NewsletterError:
    """Return the sentence for messages that the server would refuse by their size."""
    message = _("one message of this issue is {size} kB, but the server accepts at most {limit} kB")
    hint = _("make the pictures smaller, or host them: images_url: under site:")
    return NewsletterError(message.format(size=kilobytes(size), limit=kilobytes(limit)), hint=hint)


def in_one_line(words: bytes | str) -> str:
    """Return a server's words without control characters, which PostgreSQL and terminals mind."""
    text = words.decode("utf-8", errors="replace") if isinstance(words, bytes) else words
    if not text.isprintable():  # seldom, and every answer comes by here
        text = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(text.split())
