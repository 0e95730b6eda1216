"""Signing with DKIM (RFC 6376), for servers that do not do it: most do."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError, needing
from newsletter.settings.smtp import Dkim

KEY_FILE_VARIABLE = "NEWSLETTER_DKIM_KEY_FILE"
# RFC 8058 asks for the list's headers. From, Subject and what a forger would add a second time are
# named twice: a header that was not there when it was signed may not come later (RFC 6376, 8.15).
_HEADERS = (
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Feedback-ID", "Content-Language", "MIME-Version", "Content-Type",
)  # fmt: skip
_OVERSIGNED = ("From", "Subject", "To", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post")
_OF_CUT_FILES = (ValueError, IndexError, AssertionError)
MIN_KEY_BITS = 1024  # RFC 8301, 3.2: verifiers do not count shorter ones
GOOD_KEY_BITS = 2048  # … and signers should have as many


class SigningKey(NamedTuple):
    """A private RSA key as its file has it, and the two numbers of its public half."""

    pem: bytes
    modulus: int
    exponent: int

    @property
    def bits(self) -> int:
        """Its length."""
        return self.modulus.bit_length()


def signer(
    settings: Dkim | None,
    environment: Mapping[str, str],
    *,
    warn: Callable[[str], None],
    variable: str = KEY_FILE_VARIABLE,
) -> Callable[[bytes], bytes]:
    """Return what signs a message, if `settings` ask for it; warn of a short key, or raise."""
    if settings is None:
        return lambda message: message
    key = read_key(environment, variable)
    if key.bits < GOOD_KEY_BITS:
        warn(short_key(key.bits))
    import dkim

    selector, domain = settings.selector.encode(), settings.domain.encode()
    include = [name.lower().encode() for name in (*_HEADERS, *_OVERSIGNED)]

    def sign(message: bytes) -> bytes:
        how = {"canonicalize": (b"relaxed", b"simple"), "include_headers": include}
        return bytes(dkim.sign(message, selector, domain, key.pem, **how)) + message

    return sign


def short_key(bits: int) -> str:
    """Return the sentence for a key that is allowed, but short."""
    message = _("the DKIM key has {bits} bits: some receivers want {good}; ask for a longer one")
    return message.format(bits=bits, good=GOOD_KEY_BITS)


def read_key(environment: Mapping[str, str], variable: str = KEY_FILE_VARIABLE) -> SigningKey:
    """Return the private key whose file `variable` names, or raise `NewsletterError`."""
    with needing(_("emails cannot be signed: the package dkimpy is missing"), "dkimpy"):
        import dkim.crypto
    name = environment.get(variable, "")
    if not name:
        message = _("emails cannot be signed: {variable} is not set")
        hint = _("set it to the path of the private key file, outside the workspace")
        raise NewsletterError(message.format(variable=variable), hint=hint)
    try:
        pem = Path(name).read_bytes().replace(b"\r\n", b"\n")
        numbers = dkim.crypto.parse_pem_private_key(pem)
    except (OSError, dkim.crypto.UnparsableKeyError, *_OF_CUT_FILES) as error:
        message = _("the key in '{file}' cannot be used").format(file=name)
        hint = _("it must be an RSA private key in PEM format; its public key goes in the DNS")
        raise NewsletterError(message, hint=hint) from error
    key = SigningKey(pem, numbers["modulus"], numbers["publicExponent"])
    if key.bits < MIN_KEY_BITS:
        message = _("the DKIM key has only {bits} bits: email programs ignore such a signature")
        hint = _("make a key of {good} bits, and put its public half in the DNS")
        raise NewsletterError(message.format(bits=key.bits), hint=hint.format(good=GOOD_KEY_BITS))
    return key
