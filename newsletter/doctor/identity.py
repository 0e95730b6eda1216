"""What proves that a mail is the sender's (DKIM, DMARC), and whether what comes back arrives."""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence

from newsletter.doctor.diagnosis import Diagnosis, text_record, to_add, told
from newsletter.doctor.dns import Dns
from newsletter.i18n import _
from newsletter.mailing.message.dkim import GOOD_KEY_BITS, MIN_KEY_BITS, SigningKey, short_key
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level
from newsletter.settings.smtp import Dkim
from newsletter.values.domains import is_aligned, organisational_domain

_RSA = bytes.fromhex("300d06092a864886f70d0101010500")  # the algorithm, in a public key (RFC 8017)
# Who writes an address of their own into the envelope, whatever is said there.
_REWRITES = re.compile("office365|outlook|gmail|google|brevo|sendinblue|mailjet|amazonaws", re.I)
Tags = Mapping[str, str]


def look_at_key(dns: Dns, dkim: Dkim, key: SigningKey | None) -> Iterator[Diagnosis]:
    """Yield what is amiss with the public half of the key that signs, if that is at hand."""
    name = f"{dkim.selector}._domainkey.{dkim.domain}"
    records = [each for each in map(_tags, dns.texts(name)) if "p" in each]
    if fault := _fault_of_key(records, key):
        message = _("{name}, where email programs look for the signing key (DKIM): {fault}")
        record = text_record(name, f"v=DKIM1; k=rsa; p={_public_half(key) if key else '…'}")
        hint = to_add()
        if records:
            hint = _("ask whoever manages the DNS of {domain} for only this record at that name:")
        yield told(message, Level.ERROR, hint, record, name=name, fault=fault, domain=dkim.domain)
        return
    message = _("the key of the signature (DKIM) is at {name}")
    if key is not None:
        message = _("the key of the signature (DKIM) is at {name}, and matches our private key")
    yield told(message, name=name)
    if "y" in records[0].get("t", "").split(":"):
        message = _("the key says that it is only being tried (t=y): it may not count")
        hint = _("ask whoever manages the DNS of {domain} to remove t=y")
        yield told(message, Level.WARNING, hint, domain=dkim.domain)
    numbers = _numbers(records[0]["p"])
    if numbers and (bits := numbers[0].bit_length()) < GOOD_KEY_BITS:
        yield Diagnosis(short_key(bits), Level.WARNING)


def _fault_of_key(records: Sequence[Tags], key: SigningKey | None) -> str:
    """Return what is wrong with the records of a key, "" where nothing is."""
    if len(records) != 1:
        return _("there is more than one key") if records else _("there is no key")
    if not records[0]["p"]:
        return _("the key was revoked (p= is empty)")
    found = _numbers(records[0]["p"])
    if found is None:
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


def _public_half(key: SigningKey) -> str:
    """Return the public key as the DNS has it (SubjectPublicKeyInfo, RFC 6376, 3.6.1)."""

    def der(tag: int, content: bytes) -> bytes:
        size = len(content)
        length = size.to_bytes((size.bit_length() + 7) // 8, "big")
        long = bytes([0x80 | len(length)]) if size >= 128 else b""
        return bytes([tag]) + long + length + content

    numbers = (key.modulus, key.exponent)
    integers = [der(2, each.to_bytes(each.bit_length() // 8 + 1, "big")) for each in numbers]
    public = der(0x30, _RSA + der(3, b"\0" + der(0x30, b"".join(integers))))
    return base64.b64encode(public).decode()


def _tags(record: str) -> Tags:
    """Return what a record says, by the names of its tags."""
    pairs = (each.partition("=") for each in record.split(";"))
    return {name.strip().lower(): value.strip() for name, sign, value in pairs if sign}


def look_at_dmarc(
    dns: Dns, domain: str, *, returns_to: str, dkim: Dkim | None
) -> Iterator[Diagnosis]:
    """Yield what is amiss with a domain's DMARC; SPF looks at `returns_to`, the bounces' domain."""
    tags = _dmarc(dns, domain)
    if tags is None:
        message = _(
            "{domain} has no DMARC record, which says what becomes of mail that is not proved "
            "yours; Gmail, Yahoo and Outlook want one"
        )
        record = text_record(f"_dmarc.{domain}", "v=DMARC1; p=none")
        yield told(message, Level.ERROR, to_add(), record, domain=domain)
        return
    policy = tags["p"].lower()
    if policy == "none":
        message = _(
            "DMARC, which says what becomes of mail that is not proved yours, only observes "
            "(p=none): enough to send"
        )
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
            "mail is proved yours by the address that bounces go to; whether your server signs "
            "cannot be seen from here"
        )
        return told(message, Level.ADVICE, hint, domain=domain)
    message = _(
        "bounces go to {returns}, not to the sender's domain: only a signature proves mail yours"
    )
    return told(message, Level.WARNING, hint, domain=domain, returns=returns_to)


def look_at_returns(dns: Dns, purposes: str, domain: str) -> Iterator[Diagnosis]:
    """Yield whether a server takes the mails to a domain; `purposes` says what comes there."""
    servers = dns.mail_servers(domain)
    level: Level | None = Level.ERROR
    message = _("{purposes}: no server takes mail for {domain}")
    hint = _("write another address, or ask whoever manages the DNS of {domain} for an MX record")
    if any(dns.addresses(each) for each in servers if each):  # "" stands for none (RFC 7505)
        level, hint = None, ""
        message = _("{purposes}: a mail server (MX) takes what comes to {domain}")
    elif not servers and dns.addresses(domain):
        level = Level.WARNING
        message = _("{purposes}: {domain} names no mail server (MX), so some may get lost")
    yield told(message, level, hint, purposes=purposes, domain=domain)


def look_at_envelope(host: str, *, offers_dsn: bool, returns_to: str) -> Iterator[Diagnosis]:
    """Yield what is known of how mails come back; `returns_to` may have the place of a token."""
    # Nothing is sent: whether a server keeps the address shows in what comes back alone.
    is_own = "{" in returns_to
    if offers_dsn:
        yield told(_("{host} names the email in what comes back of it (DSN)"), host=host)
    else:
        message = _("{host} does not offer DSN: what comes back may not say whose it is")
        hint = _("add verp: true under bounces:, if your server keeps return addresses")
        yield told(message, Level.ADVICE, "" if is_own else hint, host=host)
    if is_own and _REWRITES.search(host):
        message = _("verp: true does nothing with {host}, which puts an address of its own")
        yield told(message, Level.WARNING, _("remove verp: true"), host=host)
    elif is_own:
        local, domain = returns_to.split("+{token}")
        message = _("each email comes back to an address of its own: {address}")
        hint = _(
            "whoever runs the mailbox must accept all that begins with {local}+; write to "
            "{example} yourself: it must arrive"
        )
        address, example = f"{local}+…{domain}", f"{local}+essai{domain}"
        yield told(message, Level.ADVICE, hint, address=address, local=local, example=example)
