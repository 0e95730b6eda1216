"""What stands for one message in its envelope: whoever gets it back knows whose it was, for sure.

An HMAC, since anybody can write to the address that bounces go to: a made-up bounce names nobody.
"""

import base64
import hmac
from collections.abc import Iterable

# Of the 32 letters of base32: a hundred bits. Servers may change the case of a local part.
_MARK_LETTERS = 20
TOKEN_PLACE = "{token}"  # noqa: S105 - where it stands in an envelope's pattern


def verp_token(secret: str, issue_id: str, recipient_id: str) -> str:
    """Return what stands for an issue's message to a recipient: their id, "-", and its HMAC."""
    said = f"newsletter return {issue_id}\0{recipient_id}".encode()
    digest = base64.b32encode(hmac.digest(secret.encode(), said, "sha256"))
    return f"{recipient_id}-{digest[:_MARK_LETTERS].decode().lower()}"


def read_verp_token(
    token: str, secrets: Iterable[str], issue_ids: Iterable[str]
) -> tuple[str, str] | None:
    """Return the issue and the recipient's id, None where none of the secrets signed it so."""
    token, issues = token.lower(), [*issue_ids]
    recipient_id = token.rpartition("-")[0]
    for secret in filter(None, secrets):
        for issue_id in issues:
            own = verp_token(secret, issue_id, recipient_id)
            if hmac.compare_digest(own.encode(), token.encode()):
                return issue_id, recipient_id
    return None
