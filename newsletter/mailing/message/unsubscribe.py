"""How a recipient unsubscribes, and what stands for them: in links, and in the envelope.

The token of a link (RFC 8058) is signed with the workspace's secret, over the list and an opaque id
that the ledger keeps: never over the address, which would travel in logs and screenshots. Whoever
gets a message back knows by its envelope whose it was, for sure: by an HMAC, since anybody can
write to the address that bounces go to. A made-up bounce names nobody.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial

from itsdangerous import BadSignature, Signer

from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError
from newsletter.settings.settings import Settings, list_label

SECRET_VARIABLE = "NEWSLETTER_SECRET"  # noqa: S105 - its name
_MAKE_ONE = 'python3 -c "import secrets; print(secrets.token_hex(16))"'
OLD_SECRET_VARIABLE = "NEWSLETTER_SECRET_OLD"  # noqa: S105 - its name
MIN_SECRET_LENGTH = 16
ONE_CLICK = "List-Unsubscribe=One-Click"  # what a mail program posts (RFC 8058, 3.2)
_PURPOSE = "newsletter unsubscribe"  # the same secret may sign other things one day
# Of the 32 letters of base32: a hundred bits. Servers may change the case of a local part.
_MARK_LETTERS = 20
TOKEN_PLACE = "{token}"  # noqa: S105 - where it stands in an envelope's pattern


def unsubscribe_secret(settings: Settings, environment: Mapping[str, str]) -> str:
    """Return the secret that signs the tokens, "" where none is needed, and none is there.

    It is needed where the settings name an address to leave at, or each mail has one to come back
    to; a mail to leave by, and one that comes back, name the recipient better with it. Raises
    `NewsletterError` where it is needed and missing, or could be guessed.
    """
    secret = environment.get(SECRET_VARIABLE, "")
    has_verp = settings.bounces is not None and settings.bounces.verp
    if settings.unsubscribe.url is None and not has_verp and not secret:
        return ""
    if len(secret) < MIN_SECRET_LENGTH:
        message = _("unsubscribe links cannot be signed: {variable} is not set")
        if secret:
            message = _("unsubscribe links cannot be signed: {variable} is too short")
        hint = _("set {variable} to a random text, always the same; to make one: {command}")
        names = {"variable": SECRET_VARIABLE, "command": _MAKE_ONE}
        raise NewsletterError(message.format(**names), hint=hint.format(**names))
    return secret


def mark_of(secret: str) -> str:
    """Return what tells a secret from another, and nothing else of it; "" for none."""
    if not secret:
        return ""
    return hmac.digest(secret.encode(), b"newsletter mark", "sha256").hex()[:16]


class Tokens:
    """Writes tokens of the recipients of one list; reads others' too, and by `old_secret`."""

    def __init__(self, secret: str, list_id: str, *other_lists: str, old_secret: str = "") -> None:
        self._secrets = (secret, old_secret) if old_secret else (secret,)
        self._signers: list[tuple[str, Signer]] = []
        self.lists = tuple(dict.fromkeys((list_id, *other_lists)))
        self.read_also(*self.lists)

    def read_also(self, *lists: str) -> None:
        """Read the tokens of more lists: of those that had another name then."""
        signer = partial(Signer, key_derivation="hmac", digest_method=hashlib.sha256)
        for secret in self._secrets:
            self._signers += [(name, signer(secret, salt=f"{_PURPOSE} {name}")) for name in lists]

    def token_for(self, recipient_id: str) -> str:
        """Return the token for a recipient: 60 letters, digits, "-", "_" and a dot."""
        return self._signers[0][1].sign(recipient_id).decode()

    def read(self, token: str) -> tuple[str, str] | None:
        """Return the list and the recipient's id, None where we wrote this token for no list."""
        for list_id, signer in self._signers:
            with suppress(BadSignature):
                return list_id, signer.unsign(token).decode()
        return None


def list_id_of(address: str, name: str = "") -> str:
    """Return a list's name (RFC 2919): lettre.example.org of lettre@example.org, or of a `name`."""
    local, _sign, domain = address.rpartition("@")
    return f"{list_label(name or local)}.{domain}"


def verp_token(secret: str, issue_id: str, recipient_id: str) -> str:
    """Return what stands for an issue's message to a recipient: their id, "-", and its HMAC."""
    said = f"newsletter return {issue_id}\0{recipient_id}".encode()
    digest = base64.b32encode(hmac.digest(secret.encode(), said, "sha256"))
    return f"{recipient_id}-{digest[:_MARK_LETTERS].decode().lower()}"


def is_verp_token(token: str, secrets: Iterable[str], issue_id: str, recipient_id: str) -> bool:
    """Tell whether it stands for that message, signed with one of the secrets."""
    own = (verp_token(secret, issue_id, recipient_id) for secret in secrets if secret)
    return any(hmac.compare_digest(each.encode(), token.lower().encode()) for each in own)
