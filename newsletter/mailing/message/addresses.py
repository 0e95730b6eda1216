"""Addresses as a server without SMTPUTF8 accepts them."""

from functools import lru_cache


def in_ascii(address: str) -> str | None:
    """Return `address` with its domain in ASCII; None where what is before the @ is not.

    Few servers take such an address (RFC 6531), and none that a relay hands it on to has to.
    """
    return address if address.isascii() else _converted(address)


def domain_of(address: str) -> str:
    """Return what is after the @, in lower case."""
    return address.rpartition("@")[2].lower()


@lru_cache(maxsize=1000)
def _converted(address: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError:
        return None
