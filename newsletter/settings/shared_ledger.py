"""`ledger:` of the settings: the address of a ledger that several machines share."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from newsletter.i18n import _
from newsletter.problems.problem import Fault
from newsletter.values.reading import Refused, after
from newsletter.values.types import Text

_EXAMPLE = "postgresql+psycopg://lettre@db.example.org/lettre"
_FORM = re.compile(
    r"postgresql\+psycopg://([^/?@]*@)?(\[[0-9A-Fa-f:.]+\]|[^/?@:\[\]]*)(:[0-9]{1,5})?(/[^/?]*)?(\?.*)?"
)
# Of libpq's (PostgreSQL 34.1.2), what says where, by whose certificate and by which files.
_OPTIONS = {"host", "hostaddr", "port", "service", "passfile", "application_name",
            "sslmode", "sslrootcert", "sslcert", "sslkey"}  # fmt: skip
# Who checks no certificate, or not whose it is, may talk to anybody (PostgreSQL 34.19.1).
_VERIFIED = "verify-full"


def options_of(address: str) -> Mapping[str, str]:
    """Return what stands behind the `?` of a ledger's address."""
    return dict(parse_qsl(address.partition("?")[2], keep_blank_values=True))


def tls_of(address: str) -> Mapping[str, str]:
    """Return what libpq is to be told of TLS besides the address: to verify who answers there.

    Nothing where that is this machine. Who is trusted, the system says, or `sslrootcert`.
    """
    said = options_of(address)
    host = said.get("host") or urlsplit(address).hostname or ""
    hosts = [*host.split(","), *filter(None, said.get("hostaddr", "").split(","))]
    if host and all(map(_is_here, hosts)):
        return {}
    return {"sslmode": _VERIFIED, "sslrootcert": said.get("sslrootcert", "system")}


def _is_here(host: str) -> bool:
    if host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _address(text: str) -> str:
    if faults := list(faults_of(text)):
        raise Refused(*faults)
    return text


def faults_of(address: str) -> Iterator[Fault]:
    """Yield what is wrong with the address of a shared ledger; a password in it is not repeated."""
    if re.match(r"[^@/]*://[^@/?]*:.*@", address) or "password" in options_of(address):
        message = _("a password must never be in this file: git keeps it")
        hint = _("remove it from the address; set PGPASSWORD, or write it in ~/.pgpass")
        yield Fault("ledger", message, hint)
        return
    said = options_of(address)
    found = _FORM.fullmatch(address)
    if found is None or not ((found[4] or "/")[1:] or "service" in said):
        message = _("'{url}' is not the address of a shared ledger").format(url=address)
        yield Fault("ledger", message, _("for example, write {url}").format(url=_EXAMPLE))
        return
    for name in said.keys() - _OPTIONS:
        message = _("'{name}' cannot be said in the address of the ledger").format(name=name)
        hint = _("use one of: {known}").format(known=", ".join(sorted(_OPTIONS)))
        yield Fault("ledger", message, hint)
    if tls_of(address) and said.get("sslmode", _VERIFIED) != _VERIFIED:
        message = _("with '{mode}' anyone on the way can pose as the ledger")
        message = message.format(mode=f"sslmode={said['sslmode']}")
        hint = _("remove it; for a certificate of your own, write sslrootcert=FILE")
        yield Fault("ledger", message, hint)


LedgerAddress = Annotated[Text, after(_address)]
