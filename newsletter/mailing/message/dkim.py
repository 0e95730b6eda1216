"""Signing with DKIM (RFC 6376), for servers that do not do it: most do."""

from collections.abc import Callable, Mapping
from pathlib import Path

from newsletter.i18n import _
from newsletter.packaged import how_to_add
from newsletter.problems.errors import NewsletterError
from newsletter.settings.smtp import Dkim

KEY_FILE_VARIABLE = "NEWSLETTER_DKIM_KEY_FILE"
# RFC 8058 asks for the list's headers. From, Subject and what a forger would add a second time are
# named twice: a header that was not there when it was signed may not come later (RFC 6376, 8.15).
_HEADERS = (
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Feedback-ID", "Content-Language", "MIME-Version", "Content-Type",
)  # fmt: skip
_OVERSIGNED = ("From", "Subject", "To", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post")


def signer(
    settings: Dkim | None, environment: Mapping[str, str], *, variable: str = KEY_FILE_VARIABLE
) -> Callable[[bytes], bytes]:
    """Return what signs a message, given whole; it changes nothing where no signature is asked for.

    Raises:
        NewsletterError: the key or the library is not there, or the key cannot be read.
    """
    if settings is None:
        return lambda message: message
    try:
        import dkim
    except ImportError as error:
        message = _("emails cannot be signed: the package dkimpy is missing")
        hint = _("run: {command}").format(command=how_to_add("dkimpy"))
        raise NewsletterError(message, hint=hint) from error
    key = _key(environment, variable)
    selector, domain = settings.selector.encode(), settings.domain.encode()
    include = [name.lower().encode() for name in (*_HEADERS, *_OVERSIGNED)]

    def sign(message: bytes) -> bytes:
        signature = dkim.sign(
            message,
            selector,
            domain,
            key,
            canonicalize=(b"relaxed", b"simple"),
            include_headers=include,
        )
        return bytes(signature) + message

    try:
        sign(b"From: a@example.org\r\n\r\n")
    except dkim.DKIMException as error:
        raise _unreadable(environment, variable) from error
    return sign


def _key(environment: Mapping[str, str], variable: str) -> bytes:
    name = environment.get(variable, "")
    if not name:
        message = _("emails cannot be signed: {variable} is not set")
        hint = _("set it to the path of the private key file, outside the workspace")
        raise NewsletterError(message.format(variable=variable), hint=hint)
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise _unreadable(environment, variable) from error


def _unreadable(environment: Mapping[str, str], variable: str) -> NewsletterError:
    message = _("the key in '{file}' cannot be used").format(file=environment[variable])
    hint = _("it must be an RSA private key in PEM format; its public key goes in the DNS")
    return NewsletterError(message, hint=hint)
