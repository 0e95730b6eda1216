"""What stands in the return address of one message, so that its bounce says whose it was (VERP).

A bounce can be forged by anyone who knows the address: the token is signed, for one issue and one
recipient, and is the envelope's id too (ENVID; RFC 3461, 4.4).
"""

import base64
import hmac

RETURN_TOKEN = r"[0-9a-z]{16}-[2-7a-z]{20}"  # noqa: S105 - its form
TOKEN_PLACE = "{token}"  # noqa: S105 - where it stands in an envelope's pattern


def verp_token(secret: str, issue_id: str, recipient_id: str) -> str:
    """Return the token of one message: the recipient's id and 100 bits of a signature."""
    said = f"newsletter return {issue_id}\0{recipient_id}".encode()
    digest = hmac.digest(secret.encode(), said, "sha256")
    return f"{recipient_id}-{base64.b32encode(digest).decode()[:20].lower()}"


def is_verp_token_of(token: str, secret: str, issue_id: str) -> bool:
    """Tell whether we gave a token out for an issue; servers may change the case of an address."""
    token = token.lower()
    own = verp_token(secret, issue_id, token.rpartition("-")[0])
    return hmac.compare_digest(token.encode(), own.encode())
