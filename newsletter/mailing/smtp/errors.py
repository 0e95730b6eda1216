"""What goes wrong between us and the server, in sentences."""

import smtplib
import socket
import ssl

from newsletter.i18n import _, kilobytes
from newsletter.problems.errors import NewsletterError
from newsletter.settings.smtp import Mailbox, Smtp

PASSWORD_VARIABLE = "NEWSLETTER_SMTP_PASSWORD"  # noqa: S105 - its name
# What a connection may end with. OSError has TimeoutError, ssl.SSLError and smtplib's own in it.
DIFFICULTIES = (OSError, smtplib.SMTPException)


class CannotConnect(NewsletterError):  # noqa: N818 - a sentence
    """The server cannot be reached now; it may be later."""


def is_silence(error: BaseException) -> bool:
    """Tell whether nothing came for too long; smtplib keeps that as context of an end."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def is_unknown_host(error: CannotConnect) -> bool:
    """Tell whether the server's name is mistyped; without network the answer is another."""
    cause = error.__cause__
    return isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME


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


def login_error(error: smtplib.SMTPResponseException, smtp: Smtp, variable: str) -> NewsletterError:
    """Return the sentence for a refused password or token; never what was given.

    5.7.139 is Exchange Online's, where password logins are switched off (by default from the end of
    December 2026: Message Center MC786329).
    """
    names = {"host": smtp.host, "user": smtp.user, "variable": variable}
    if 400 <= error.smtp_code < 500:
        message = _("{host} cannot check the password of '{user}' now").format(**names)
        return CannotConnect(message, hint=_("try again later"))
    if smtp.token_command:
        message = _("{host} refused the token for '{user}'")
        hint = _("the program of token_command: must be signed in as this user, allowed to send")
    elif in_one_line(error.smtp_error).startswith("5.7.139"):
        message = _("{host} no longer takes passwords for '{user}'")
        hint = _(
            "Microsoft 365 turns them off: add token_command: under smtp:, or ask your IT service "
            "to allow SMTP AUTH for this mailbox"
        )
    else:
        message = _("{host} refused the password of '{user}'")
        hint = _("set {variable} to the password, then run the same command again")
    return NewsletterError(message.format(**names), hint=hint.format(**names))


def no_login_error(smtp: Smtp) -> NewsletterError:
    """Return the sentence for a server that asks for no password, or in no way that we speak."""
    message = _("{host} does not accept user names and passwords on port {port}")
    hint = _("remove user: from smtp: in newsletter.yaml, or try another port")
    if smtp.token_command:
        message = _("{host} does not accept OAuth tokens on port {port}")
        hint = _("remove token_command: from smtp:, or check host: and port:")
    return NewsletterError(message.format(host=smtp.host, port=smtp.port_used), hint=hint)


def unsendable_password(smtp: Smtp) -> NewsletterError:
    """Return the sentence for a name or password that SMTP has no letters for."""
    message = _("the user name or password for {host} contains accents").format(host=smtp.host)
    return NewsletterError(message, hint=_("choose a password without accents"))


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
