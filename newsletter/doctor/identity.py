"""What proves that a mail is the sender's: SPF (RFC 7208), DKIM, DMARC."""

import base64
import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.doctor.dns import TO_ADD, Diagnosis, Dns, text_record, told
from newsletter.i18n import _
from newsletter.mailing.message.dkim import GOOD_KEY_BITS, MIN_KEY_BITS, SigningKey, short_key
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level
from newsletter.settings.smtp import Dkim
from newsletter.values.domains import is_aligned, organisational_domain

MAX_LOOKUPS = 10  # RFC 7208, 4.6.4
_ASKS = {"include", "a", "mx", "ptr", "exists", "redirect"}
_TERM = re.compile(  # with an equals sign, of whatever name
    rf"(?P<sign>[+?~-]?)(?P<name>all|ip4|ip6|{'|'.join(_ASKS)}|[a-z][a-z0-9_.-]*(?==))"
    r"(?:[:=](?P<value>.*)|/.*)?",
    re.IGNORECASE,
)
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
Tags = Mapping[str, str]


@dataclass
class _Spf:
    """What a record allows, those that it includes read too."""

    dns: Dns
    terms: set[str] = field(default_factory=set)
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = field(default_factory=list)
    lookups: int = 0

    def read(self, domain: str, record: str) -> Iterator[str]:
        """Take in a record, and those it leads to, as far as receivers would; yield its faults."""
        for term in record.split()[1:]:
            if (found := _TERM.fullmatch(term)) is None:
                yield _("receivers do not understand '{term}'").format(term=term)
                continue
            name, value = found["name"].lower(), found["value"] or ""
            self.terms.add(term.lower().lstrip("+"))
            self.lookups += name in _ASKS
            if self.lookups > MAX_LOOKUPS:
                message = _("it asks the DNS more than {most} times, and is then ignored")
                yield message.format(most=MAX_LOOKUPS)
                return
            # A macro stands for what only a receiver knows; "-" and "~" name who may not send.
            if "%" not in value and found["sign"] in {"", "+"}:
                yield from self._take(name, value or domain, term)

    def _take(self, name: str, value: str, term: str) -> Iterator[str]:
        host = value.partition("/")[0]
        match name:
            case "ip4" | "ip6":
                try:
                    self.networks.append(ipaddress.ip_network(value, strict=False))
                except ValueError:
                    yield _("receivers do not understand '{term}'").format(term=term)
            case "include" | "redirect":
                records = records_of(self.dns, host)
                if len(records) == 1:
                    yield from self.read(host, records[0])
                else:
                    fault = _("{name}, which it names, has {count}")
                    yield fault.format(name=host, count=len(records))
            case "a" | "mx":
                for each in [host] if name == "a" else self.dns.mail_servers(host):
                    self.networks += map(ipaddress.ip_network, self.dns.addresses(each))
            case "all":
                yield _("'+all' lets everyone send in your name")
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
        yield told(message, Level.ERROR, _(TO_ADD), record, domain=domain)
        return
    if len(records) > 1:
        message = _("{domain} has {count} SPF records: email programs then count none of them")
        hint = _("ask whoever manages the DNS of {domain} to make one of them, with what all say")
        yield told(message, Level.ERROR, hint, domain=domain, count=len(records))
        return
    spf = _Spf(dns)
    faults = dict.fromkeys(spf.read(domain, records[0]))
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


def look_at_key(dns: Dns, dkim: Dkim, key: SigningKey | None) -> Iterator[Diagnosis]:
    """Yield what is amiss with the public half of the key that signs, if that is at hand."""
    name = f"{dkim.selector}._domainkey.{dkim.domain}"
    records = [each for each in map(_tags, dns.texts(name)) if "p" in each]
    if fault := _fault_of_key(records, key):
        message = _("{name}, where email programs look for the signing key (DKIM): {fault}")
        record = text_record(name, "v=DKIM1; k=rsa; p=…")
        hint = _(TO_ADD)
        if records:
            hint = _("ask whoever manages the DNS of {domain} for only this record at that name:")
        yield told(message, Level.ERROR, hint, record, name=name, fault=fault, domain=dkim.domain)
        return
    message = _("the key of the signature (DKIM) is at {name}")
    if key is not None:
        message = _("the key of the signature (DKIM) is at {name}, and matches our private key")
    yield told(message, name=name)
    if key is not None and key.bits < GOOD_KEY_BITS:
        yield Diagnosis(short_key(key.bits), Level.WARNING)


def _fault_of_key(records: Sequence[Tags], key: SigningKey | None) -> str:
    """Return what is wrong with the records of a key, "" where nothing is."""
    if len(records) != 1:
        return _("there is more than one key") if records else _("there is no key")
    if not records[0]["p"]:
        return _("the key was revoked (p= is empty)")
    if (found := _numbers(records[0]["p"])) is None:
        return _("the key cannot be read")
    if found[0].bit_length() < MIN_KEY_BITS:
        return _("the key is too short")
    is_ours = key is None or found == (key.modulus, key.exponent)
    return "" if is_ours else _("the key is another one than ours")


def _numbers(public: str) -> tuple[int, int] | None:
    """Return the two numbers of a public key, None where it is none of RSA."""
    from dkim.crypto import UnparsableKeyError, parse_public_key

    try:
        numbers = parse_public_key(base64.b64decode(public))
    except (UnparsableKeyError, ValueError, IndexError, AssertionError):
        return None
    return numbers["modulus"], numbers["publicExponent"]


def _tags(record: str) -> Tags:
    pairs = (each.partition("=") for each in record.split(";"))
    return {name.strip().lower(): value.strip() for name, sign, value in pairs if sign}


def look_at_dmarc(
    dns: Dns, domain: str, *, returns_to: str, dkim: Dkim | None
) -> Iterator[Diagnosis]:
    """Yield what is amiss with a domain's DMARC; SPF looks at `returns_to`, the bounces' domain."""
    if (tags := _dmarc(dns, domain)) is None:
        message = _("{domain} has no DMARC record against forgery; Gmail and Outlook want one")
        record = text_record(f"_dmarc.{domain}", "v=DMARC1; p=none")
        yield told(message, Level.ERROR, _(TO_ADD), record, domain=domain)
        return
    policy = tags["p"].lower()
    if policy == "none":
        message = _("DMARC, against forged mail, only observes (p=none): that is enough to send")
        hint = _("once all your mail is proved yours, p=quarantine keeps forgers out")
        yield Diagnosis(message, Level.ADVICE, hint)
    else:
        message = _("DMARC says what becomes of mail that is not proved yours: p={policy}")
        yield told(message, policy=policy)
    yield _alignment(tags, domain, returns_to=returns_to, dkim=dkim)


def _dmarc(dns: Dns, domain: str) -> Tags | None:
    """Return a domain's record, else its owner's (RFC 7489, 6.6.3); raise if it cannot be read."""
    for each in dict.fromkeys([domain, organisational_domain(domain)]):
        name = f"_dmarc.{each}"
        texts = [text for text in dns.texts(name) if _tags(text).get("v") == "DMARC1"]
        if not texts:
            continue
        tags = dict(_tags(texts[0]))
        if each != domain and "sp" in tags:
            tags["p"] = tags["sp"]
        message = hint = ""
        if len(texts) > 1:
            message = _("there are {count} DMARC records at {name}: none of them counts")
            hint = _("ask whoever manages the DNS of {domain} to keep one")
        elif tags.get("p", "").lower() not in {"none", "quarantine", "reject"}:
            message = _("the DMARC record at {name} has no p= that receivers know: {record}")
            hint = _("ask whoever manages the DNS of {domain} for p=none, p=quarantine or p=reject")
        if message:
            message = message.format(count=len(texts), name=name, record=texts[0])
            raise NewsletterError(message, hint=hint.format(domain=each))
        return tags
    return None


def _alignment(tags: Tags, domain: str, *, returns_to: str, dkim: Dkim | None) -> Diagnosis:
    """Return whether one of SPF and DKIM is of the sender's domain, as DMARC asks."""
    by_spf = is_aligned(returns_to, domain, is_strict=tags.get("aspf", "").lower() == "s")
    is_strict = tags.get("adkim", "").lower() == "s"
    if dkim is not None and is_aligned(dkim.domain, domain, is_strict=is_strict):
        return Diagnosis(_("the signature is of the sender's domain, as DMARC asks"))
    if dkim is not None:
        message = _("DMARC of {domain} wants its very own signature (adkim=s), not {signer}'s")
        hint = _("write domain: {domain}, whose DNS must have the key")
        level = Level.WARNING if by_spf else Level.ERROR
        return told(message, level, hint, domain=domain, signer=dkim.domain)
    hint = _("ask your provider to sign your mail (DKIM) as {domain}")
    if by_spf:
        message = _(
            "the bounce address proves mail yours; whether it is signed cannot be seen here"
        )
        return told(message, Level.ADVICE, hint, domain=domain)
    message = _("bounces go to {returns}, not to your domain: only a signature proves mail yours")
    return told(message, Level.WARNING, hint, domain=domain, returns=returns_to)
