"""What the DNS says of a name; and SPF (RFC 7208), its list of servers that may send for it."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dns.exception import DNSException, Timeout
from dns.resolver import NXDOMAIN, Cache, NoNameservers, NoResolverConfiguration, Resolver

from newsletter.doctor.diagnosis import Diagnosis, text_record, to_add, told
from newsletter.i18n import _
from newsletter.mailing.smtp.server import in_one_line
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level

MAX_LOOKUPS = 10  # RFC 7208, 4.6.4
_TERM = re.compile(
    r"(?P<sign>[+?~-]?)(?P<name>[a-z][a-z0-9_.-]*)(?P<mark>[:=/]?)(?P<value>.*)", re.I
)
_ASKS = {"include", "a", "mx", "ptr", "exists", "redirect"}
# What providers of outgoing servers have their customers add, by the end of the server's name: as
# their help pages said in 2026-11; of Brevo, as others say.
_OF_PROVIDERS = {
    "office365.com": "include:spf.protection.outlook.com",
    "gmail.com": "include:_spf.google.com",
    "google.com": "include:_spf.google.com",
    "ovh.net": "include:mx.ovh.com",
    "gandi.net": "include:_mailcust.gandi.net",
    "infomaniak.com": "include:spf.infomaniak.ch",
    "mailjet.com": "include:spf.mailjet.com",
    "brevo.com": "include:spf.brevo.com",
}


class Dns:
    """Asks the DNS each question once; raises `NewsletterError` where it gives no answer."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        try:
            self._resolver = resolver or Resolver()  # as this machine asks, at most five seconds
        except NoResolverConfiguration as error:
            message = _("this machine has no DNS server: is there a network?")
            raise NewsletterError(message, hint=_("try again later")) from error
        self._resolver.cache = Cache()

    def exists(self, name: str) -> bool:
        """Tell whether the name is known, with whatever kind of record."""
        return self._records(name, "TXT") is not None

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name, the strings of each as one (RFC 7208, 3.3)."""
        return [in_one_line(b"".join(each.strings)) for each in self._records(name, "TXT") or []]

    def mail_servers(self, domain: str) -> list[str]:
        """Return who takes mail for a domain, the first to try first."""
        records = sorted(self._records(domain, "MX") or [], key=lambda each: each.preference)
        return [each.exchange.to_text(omit_final_dot=True) for each in records]

    def addresses(self, name: str) -> list[str]:
        """Return the addresses of a machine."""
        return [each.address for kind in ("A", "AAAA") for each in self._records(name, kind) or []]

    def _records(self, name: str, kind: str) -> list[Any] | None:
        """Return the records of a kind, an alias followed; None where there is no such name."""
        try:
            answer = self._resolver.resolve(name, kind, search=False, raise_on_no_answer=False)
            return list(answer.rrset or ())
        except NXDOMAIN:
            return None
        except DNSException as error:
            message = _("the DNS cannot be asked about '{name}'")
            hint = _("check the spelling, and the record that leads there")
            if isinstance(error, Timeout):
                message = _("the DNS did not answer in time about {name}")
                hint = _(
                    "try again; if it lasts, ask your IT service whether this network blocks DNS"
                )
            elif isinstance(error, NoNameservers):
                message = _("the DNS servers of {name} answer with an error")
                hint = _("forward this to whoever manages that domain: SERVFAIL, or expired DNSSEC")
            raise NewsletterError(message.format(name=name), hint=hint) from error


@dataclass
class _Spf:
    """What a record allows, those that it includes read too."""

    dns: Dns
    terms: set[str] = field(default_factory=set)
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = field(default_factory=list)
    lookups: int = 0
    faults: list[str] = field(default_factory=list)

    def read(self, domain: str, record: str) -> None:
        """Take in the record of a domain, and those it leads to, as far as receivers would."""
        for term in record.split()[1:]:
            found = _TERM.fullmatch(term)
            name = found["name"].lower() if found else ""
            if found is None or not (name in {"all", "ip4", "ip6", *_ASKS} or found["mark"] == "="):
                self.faults.append(_("receivers do not understand '{term}'").format(term=term))
                continue
            self.terms.add(term.lower().lstrip("+"))
            self.lookups += name in _ASKS
            if self.lookups > MAX_LOOKUPS:
                return
            value = found["value"] if found["mark"] in {":", "="} else ""
            # A macro stands for what only a receiver knows; "-" and "~" name who may not send.
            if "%" not in value and found["sign"] in {"", "+"}:
                self._take(name, value or domain, term)

    def _take(self, name: str, value: str, term: str) -> None:
        host = value.partition("/")[0]
        match name:
            case "ip4" | "ip6":
                try:
                    self.networks.append(ipaddress.ip_network(value, strict=False))
                except ValueError:
                    self.faults.append(_("receivers do not understand '{term}'").format(term=term))
            case "include" | "redirect":
                records = records_of(self.dns, host)
                if len(records) == 1:
                    self.read(host, records[0])
                else:
                    fault = _("{name}, which it names, has {count}")
                    self.faults.append(fault.format(name=host, count=len(records)))
            case "a" | "mx":
                for each in [host] if name == "a" else self.dns.mail_servers(host):
                    self.networks += map(ipaddress.ip_network, self.dns.addresses(each))
            case "all":
                self.faults.append(_("'+all' lets everyone send in your name"))
            case _:  # what matches by a name says nothing of addresses
                pass


def records_of(dns: Dns, domain: str) -> list[str]:
    """Return the SPF records of a domain: one, where all is well."""
    return [each for each in dns.texts(domain) if re.match(r"v=spf1(?: |$)", each, re.I)]


def look_at_spf(dns: Dns, domain: str, server: str) -> Iterator[Diagnosis]:
    """Yield what is amiss with the SPF record of a domain; `server` takes our mail."""
    records, term = records_of(dns, domain), _term_for(server)
    if not records:
        message = _("{domain} has no SPF record, the list of servers that may send for it")
        record = text_record(domain, " ".join(["v=spf1", *([term] if term else []), "~all"]))
        yield told(message, Level.ERROR, to_add(), record, domain=domain)
        return
    if len(records) > 1:
        message = _("{domain} has {count} SPF records: email programs then count none of them")
        hint = _("ask whoever manages the DNS of {domain} to make one of them, with what all say")
        yield told(message, Level.ERROR, hint, domain=domain, count=len(records))
        return
    spf = _Spf(dns)
    spf.read(domain, records[0])
    faults = list(dict.fromkeys(spf.faults))
    if spf.lookups > MAX_LOOKUPS:
        message = _("it asks the DNS more than {most} times, and is then ignored")
        faults = [message.format(most=MAX_LOOKUPS)]
    for fault in faults:
        message = _("the SPF record of {domain}, the list of servers that may send: {fault}")
        hint = _("ask whoever manages the DNS of {domain} to correct it:")
        record = text_record(domain, records[0])
        yield told(message, Level.ERROR, hint, record, domain=domain, fault=fault)
    if faults:
        return
    ours = [ipaddress.ip_address(each) for each in dns.addresses(server)] if server else []
    if term in spf.terms or any(each in network for each in ours for network in spf.networks):
        message = _("SPF, the list of servers that may send for {domain}, has {server}")
        yield told(message, domain=domain, server=server)
        return
    message = _("{domain} has an SPF record, but it does not name {server}")
    hint = _("ask your provider whether its servers are in it; if not, have this put before 'all':")
    named, record = server or _("any server of yours"), term or "include:…"
    yield told(message, Level.ADVICE, hint, record, domain=domain, server=named)


def _term_for(server: str) -> str:
    """Return what stands for a server in the record, as its provider asks; "" where none can."""
    server = server.lower()
    of_provider = (term for end, term in _OF_PROVIDERS.items() if server.endswith(f".{end}"))
    is_name = re.search(r"[a-z]", server) and "." in server
    return next(of_provider, f"a:{server}" if is_name else "")
