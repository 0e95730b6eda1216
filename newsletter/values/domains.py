"""Domains as the DNS writes them, and which of them mail programs take for one owner's."""

import re

from newsletter.i18n import _
from newsletter.values.reading import refusal
from newsletter.values.types import text_of

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# Under a country's domain these are the registry's: asso.fr, co.uk (Public Suffix List, 2026-11).
_REGISTRIES = {
    "ac", "asso", "co", "com", "edu", "gouv", "gov", "ltd", "net", "nom", "org", "prd", "tm",
}  # fmt: skip


def domain_in_ascii(domain: str) -> str | None:
    """Return a domain in lower case, its accents as the DNS writes them; None where it is none."""
    domain = domain.strip().rstrip(".").lower()
    if not domain.isascii():
        from email_validator import EmailNotValidError, validate_email

        try:
            domain = validate_email(f"a@{domain}", check_deliverability=False).ascii_domain
        except EmailNotValidError:
            return None
    return domain if re.fullmatch(rf"(?:{_LABEL}\.)+{_LABEL}", domain) else None


def organisational_domain(domain: str) -> str:
    """Return what was registered of a domain in ASCII: lettre.club.asso.fr -> club.asso.fr."""
    labels = domain.split(".")
    is_of_registry = len(labels[-1]) == 2 and labels[-2:-1] and labels[-2] in _REGISTRIES
    return ".".join(labels[-3 if is_of_registry else -2 :])


def is_aligned(domain: str, sender: str, *, is_strict: bool = False) -> bool:
    """Tell whether DMARC takes two domains for one owner's (RFC 7489, 3.1)."""
    if is_strict:
        return domain == sender
    return organisational_domain(domain) == organisational_domain(sender)


def read_domain(value: object) -> str:
    """Return the domain in ASCII that a file names."""
    domain = domain_in_ascii(text_of(value))
    if domain is None:
        message = _("'{domain}' is not a domain").format(domain=text_of(value).strip())
        raise refusal("domain", message, _("for example, write example.org"))
    return domain


def read_selector(value: object) -> str:
    """Return the name of a key in the DNS, without what the DNS adds to it."""
    selector = text_of(value).strip()
    if not re.fullmatch(rf"(?i:{_LABEL}(?:\.{_LABEL})*)", selector):
        message = _("'{selector}' is not the name of a key").format(selector=selector)
        raise refusal("selector", message, _("write only what is before ._domainkey"))
    return selector
