"""Email addresses of recipients: which are good, and what is said of those that are not."""

import re
from functools import lru_cache

from newsletter.i18n import _
from newsletter.problems.problem import Fault
from newsletter.source.faults import shown

_MAX_ADDRESS = 254  # characters: RFC 5321, erratum 1690
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Providers of whole families: an address one slip away from theirs is hardly anybody else's.
_PROVIDERS = (
    "gmail.com", "hotmail.com", "hotmail.fr", "outlook.com", "outlook.fr", "live.fr", "yahoo.fr",
    "yahoo.com", "icloud.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net",
    "bbox.fr", "numericable.fr",
)  # fmt: skip
# Real ones beside theirs; and one that is no letter but a country away.
_BESIDE = {"ymail.com": "", "gmail.fr": "gmail.com"}
# What is typed for the ends of domains, and ends none (IANA's root zone, 2026-11).
_ENDS = {
    "com": "con cmo ocm cpm vom xom comm coom clm cim ccm", "fr": "ft frr ffr rf fe fre",
    "org": "ogr orgg orf rog rg", "net": "nte ent nett ner", "eu": "ue",
}  # fmt: skip
_END_MEANT = {typed: end for end, slips in _ENDS.items() for typed in slips.split()}
_PLAIN = re.compile(
    rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>(?:{_LABEL}\.)+(?P<last>[A-Za-z]{{2,63}}))"
)
# One beside other words: after a space alone it may be half of one, as in "jean durand@…".
_INSIDE = re.compile(r"(?:^|[<(\[:=#«/])\s*([^<>()\[\]:=#«»/;,?\s@]+@[^<>()\[\]:=#«»/;,?\s@]+)")


def read_address(text: str) -> str | Fault:
    """Return the address as mail is sent to it, or why `text` is none; no network is asked."""
    is_short = len(text) <= 2 * _MAX_ADDRESS  # the library takes long over a long text
    address = _plain(text) or _validated(text) if is_short else None
    return _fault(text) if address is None else address


def address_meant(text: str) -> str | Fault:
    """Return the address that `text` can only mean, or why it is none."""
    read = read_address(text)
    if isinstance(read, str):
        return read
    mended = read_address(_repaired(text))
    return mended if isinstance(mended, str) else read


def _repaired(text: str) -> str:
    """Return an address without what nobody can mean to be in it; it may still be none.

    A comma before the last part of a domain, as in `example,org`, is a point beside its key.
    """
    if len(text) > 2 * _MAX_ADDRESS:
        return text
    text = "".join(letter for letter in text if letter.isprintable() or letter == " ")
    text = re.sub(r"(?i)^[<«\s\"']*(?:mailto:)?[<\s\"']*|[\s>\"'».,;:]*$", "", text)
    if isinstance(read_address(text.partition(",")[0]), str):
        return text  # it is whole before the comma: a row that is parted by commas
    name, at, domain = re.sub("@{2,}", "@", text).partition("@")
    domain = re.sub(r"\s*[.,]+\s*", ".", domain.strip())
    return f"{name.strip()}{at}{domain}"


def address_warning(typed: str, read: str) -> Fault | None:
    """Return what whoever keeps the list should know of an address, as typed and as read."""
    if typed != read and isinstance(read_address(typed), Fault):
        message = _("'{text}' is read as {address}").format(text=shown(typed), address=read)
        return Fault("address-repaired", message, _("correct it in the members file"))
    # Before an address Excel's sign for a text, or a list's; the mailbox may be called so.
    meant = read[1:] if read[0] in "'=+*•" else _domain_meant(read.rpartition("@")[2])
    if meant:
        message = _("'{address}' may be misspelt").format(address=read)
        return Fault("address-misspelt", message, _("did you mean '{word}'?").format(word=meant))
    return None


@lru_cache(maxsize=10_000)
def _domain_meant(domain: str) -> str:
    """Return the domain that has one slip in this one: gmial.com, orange.f, exemple.con; or ""."""
    if domain in _PROVIDERS or domain in _BESIDE:
        return _BESIDE.get(domain, "")
    near = (each for each in _PROVIDERS if abs(len(each) - len(domain)) < 2)
    name, _dot, end = domain.rpartition(".")
    meant = f"{name}.{_END_MEANT[end]}" if end in _END_MEANT else ""
    return next((each for each in near if _is_one_slip(domain, each)), meant)


def _is_one_slip(typed: str, meant: str) -> bool:
    """Tell whether a letter is missing, too much, wrong, or two are exchanged.

    A short name has many neighbours that are real, as sfr.fr: only its ending may be wrong.
    """
    pairs = enumerate(zip(typed, meant, strict=False))
    start = next((index for index, (a, b) in pairs if a != b), min(len(typed), len(meant)))
    if start < (meant.index(".") if meant.index(".") < 5 else 1):
        return False
    left, right = typed[start:], meant[start:]
    is_exchanged = left[:2] == right[1::-1] and left[2:] == right[2:]
    return is_exchanged or left[1:] in (right, right[1:]) or left == right[1:]


def _plain(text: str) -> str | None:
    """Return a plain ASCII address as the library would, None for what it must look at itself.

    It takes 70 µs for each address: 7 s for 100,000 members (measured 2026-11).
    """
    found = _PLAIN.fullmatch(text)
    if found is None or len(text) > _MAX_ADDRESS:
        return None
    # Two hyphens may begin a name in another script: xn--…
    if "--" in found["domain"] or not _is_public(found["last"].lower()):
        return None
    return f"{found['local']}@{found['domain'].lower()}"


@lru_cache(maxsize=2000)
def _is_public(last: str) -> bool:
    """Tell whether a domain may end so: .fr may, .test and .local are for other uses."""
    return _validated(f"a@a.{last}") is not None


def _validated(text: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def _fault(text: str) -> Fault:
    inside = [each for each in _INSIDE.findall(text) if _PLAIN.fullmatch(each)]
    if len({*inside}) == 1 and inside != [text] and len(inside) == text.count("@"):
        message = _("'{text}' is more than just an address").format(text=shown(text))
        return Fault("email", message, _("write only {address}").format(address=inside[0]))
    if text.count("@") > 1:
        message = _("'{text}' is more than one address").format(text=shown(text))
        return Fault("email", message, _("keep one, and give each other address its own row"))
    found = _PLAIN.fullmatch(text)
    if found and not _is_public(found["last"].lower()):
        message = _("'{address}' reaches nobody: no address on the internet ends in .{last}")
        message = message.format(address=shown(text), last=found["last"].lower())
        return Fault("email", message, _("write the address that they read their mail at"))
    message = _("'{address}' is not an email address").format(address=shown(text))
    return Fault("email", message, _("write name@example.org"))
