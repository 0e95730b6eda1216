"""The signature's key in the DNS, what DMARC asks for, and who takes what comes back."""

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from newsletter.doctor.dns import Diagnosis, with_failures
from newsletter.doctor.examination import look_at_returns
from newsletter.doctor.identity import look_at_dmarc, look_at_key
from newsletter.mailing.message.dkim import SigningKey
from newsletter.problems.problem import Level
from newsletter.settings.smtp import Dkim
from tests.dns_server import SERVFAIL, text

DKIM = Dkim(selector="lettre", domain="exemple.fr")
NAME = "lettre._domainkey.exemple.fr"


def made_key(bits: int) -> tuple[SigningKey, str]:
    """Return a key, and its public half as OpenSSL writes it."""
    public = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    numbers = public.public_numbers()
    return SigningKey(b"", numbers.n, numbers.e), base64.b64encode(der).decode()


KEY, PUBLIC = made_key(2048)
SHORT_KEY, SHORT_PUBLIC = made_key(1024)
_OTHER_KEY, OTHER_PUBLIC = made_key(2048)
ED25519 = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    ("records", "level", "words"),
    [
        ([text(f"v=DKIM1; k=rsa; p={PUBLIC}")], None, "matches our private key"),
        ([text(f"p={PUBLIC[:100]} {PUBLIC[100:]}")], None, "matches our private key"),
        ([text(f"v=DKIM1; p={OTHER_PUBLIC}")], Level.ERROR, "another one than ours"),
        ([text("v=DKIM1; p=")], Level.ERROR, "was revoked"),
        ([text("v=DKIM1; p=pas une clé")], Level.ERROR, "cannot be read"),
        ([text(f"v=DKIM1; p={PUBLIC[:100]}")], Level.ERROR, "cannot be read"),
        ([text(f"v=DKIM1; k=ed25519; p={ED25519}")], Level.ERROR, "cannot be read"),
        ([text(f"p={PUBLIC}"), text(f"p={OTHER_PUBLIC}")], Level.ERROR, "more than one key"),
        ([text("autre chose")], Level.ERROR, "there is no key"),
        ([], Level.ERROR, "there is no key"),
    ],
)
def test_the_key_in_the_dns_is_that_of_the_signature(records, level, words, dns_with) -> None:
    (found,) = look_at_key(dns_with({NAME: records}), DKIM, KEY)

    assert found.level == level
    assert words in found.message


def test_a_revoked_key_is_to_be_replaced_not_added_to(dns_with) -> None:
    (found,) = look_at_key(dns_with({NAME: [text("v=DKIM1; p=")]}), DKIM, KEY)

    assert "only this record" in found.hint


def test_a_key_is_looked_at_where_the_private_one_is_not_at_hand(dns_with) -> None:
    (found,) = look_at_key(dns_with({NAME: [text(f"p={OTHER_PUBLIC}")]}), DKIM, None)

    assert found.level is None


def test_a_key_behind_an_alias_is_found(dns_with) -> None:
    zone = {NAME: ["CNAME cle.relais.fr."], "cle.relais.fr": [text(f"p={PUBLIC}")]}

    (found,) = look_at_key(dns_with(zone), DKIM, KEY)

    assert found.level is None


def test_a_missing_key_comes_with_the_record_to_ask_for(dns_with) -> None:
    (found,) = look_at_key(dns_with({}), DKIM, KEY)

    assert found.record == f'{NAME}. IN TXT "v=DKIM1; k=rsa; p=…"'


def test_a_key_that_is_short_is_told(dns_with) -> None:
    dns = dns_with({NAME: [text(f"p={SHORT_PUBLIC}")]})

    found = list(look_at_key(dns, DKIM, SHORT_KEY))

    assert [each.level for each in found] == [None, Level.WARNING]
    assert "has 1024 bits" in found[1].message


@pytest.mark.parametrize(
    ("zone", "level", "words"),
    [
        ({}, Level.ERROR, "mail.exemple.fr has no DMARC record"),
        ({"_dmarc.mail.exemple.fr": ["v=DMARC1; p=reject"]}, None, "p=reject"),
        ({"_dmarc.mail.exemple.fr": ["v=DMARC1;p=NONE"]}, Level.ADVICE, "only observes (p=none)"),
        ({"_dmarc.exemple.fr": ["v=DMARC1; p=quarantine"]}, None, "p=quarantine"),
        ({"_dmarc.exemple.fr": ["v=DMARC1; p=none; sp=reject"]}, None, "p=reject"),
        ({"_dmarc.mail.exemple.fr": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}, Level.ERROR,
         "there are 2 DMARC records"),
        ({"_dmarc.mail.exemple.fr": ["v=DMARC1; rua=mailto:a@b.fr"]}, Level.ERROR, "no p="),
        ({"_dmarc.mail.exemple.fr": ["v=DMARC1; p=bloquer"]}, Level.ERROR, "no p="),
        ({"_dmarc.mail.exemple.fr": ["v=spf1 -all"]}, Level.ERROR, "no DMARC record"),
    ],
)  # fmt: skip
def test_what_dmarc_says_is_read_from_the_domain_or_its_owner(zone, level, words, dns_with) -> None:
    dns = dns_with({name: [text(each) for each in texts] for name, texts in zone.items()})

    first = all_of(look_at_dmarc(dns, "mail.exemple.fr", returns_to="mail.exemple.fr", dkim=DKIM))[
        0
    ]

    assert first.level == level
    assert words in first.message


def test_a_dns_that_fails_is_no_missing_record(dns_with) -> None:
    dns = dns_with({"_dmarc.exemple.fr": SERVFAIL})

    (found,) = all_of(look_at_dmarc(dns, "exemple.fr", returns_to="exemple.fr", dkim=DKIM))

    assert "answer with an error" in found.message
    assert found.record == ""


@pytest.mark.parametrize(
    ("asked", "returns_to", "dkim", "level", "words"),
    [
        ("", "relais.fr", DKIM, None, "the signature is of the sender's domain"),
        ("; adkim=s", "relais.fr", DKIM, Level.ERROR, "adkim=s"),
        ("; adkim=s", "exemple.fr", DKIM, Level.WARNING, "adkim=s"),
        ("", "exemple.fr", None, Level.ADVICE, "whether it is signed"),
        ("", "relais.fr", None, Level.WARNING, "only a signature"),
        ("; aspf=s", "exemple.fr", None, Level.WARNING, "only a signature"),
    ],
)
def test_a_proof_that_is_not_of_the_sender_s_domain_is_told(
    asked, returns_to, dkim, level, words, dns_with
) -> None:
    dns = dns_with({"_dmarc.mail.exemple.fr": [text(f"v=DMARC1; p=reject{asked}")]})

    _policy, found = look_at_dmarc(dns, "mail.exemple.fr", returns_to=returns_to, dkim=dkim)

    assert found.level == level
    assert words in found.message


@pytest.mark.parametrize(
    ("zone", "level"),
    [
        ({"exemple.fr": ["MX 10 mx.fr."], "mx.fr": ["A 192.0.2.1"]}, None),
        ({"exemple.fr": ["MX 5 a.fr.", "MX 10 mx.fr."], "mx.fr": ["AAAA 2001:db8::1"]}, None),
        ({"exemple.fr": ["A 192.0.2.1"]}, Level.WARNING),
        ({"exemple.fr": ["MX 0 ."], "": ["A 192.0.2.1"]}, Level.ERROR),
        ({"exemple.fr": ["MX 10 parti.fr."]}, Level.ERROR),
        ({"exemple.fr": []}, Level.ERROR),
        ({}, Level.ERROR),
    ],
)
def test_what_comes_back_has_somebody_to_take_it(zone, level, dns_with) -> None:
    (found,) = look_at_returns(dns_with(zone), "bounces", "exemple.fr")

    assert found.level == level


def all_of(diagnoses) -> list[Diagnosis]:
    return list(with_failures(diagnoses))
