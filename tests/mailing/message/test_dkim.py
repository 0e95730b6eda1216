"""Signatures that a receiver can verify, over the headers of the list too."""

import base64
import sys
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from newsletter.mailing.message.dkim import signer
from newsletter.mailing.message.head import Addressee
from newsletter.mailing.message.message import prepare_message
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.document import Document
from newsletter.settings.settings import Settings
from newsletter.settings.smtp import Dkim

SIGNED = Dkim(selector="lettre", domain="example.org")


def _nothing(_message: str) -> None: ...


@pytest.fixture(name="key", scope="module")
def make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem_of(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def named(path: Path, pem: bytes) -> dict[str, str]:
    path.write_bytes(pem)
    return {"NEWSLETTER_DKIM_KEY_FILE": str(path)}


@pytest.fixture(name="environment")
def write_key(key: rsa.RSAPrivateKey, tmp_path) -> dict[str, str]:
    return named(tmp_path / "cle.pem", pem_of(key))


@pytest.fixture(name="message")
def make_message(settings: Settings) -> bytes:
    document = Document("mai", "Été", "", "<p>é</p>\n", "é\n", (), {}, ())
    template = prepare_message(document, settings, settings.senders["default"], language="fr")
    addressee = Addressee("a@example.org", "<b@example.org>", "tok", {})
    return template.for_recipient(addressee, date=datetime(2025, 5, 2, tzinfo=UTC))


def is_good(message: bytes, key: rsa.RSAPrivateKey) -> bool:
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    return dkim.verify(message, dnsfunc=lambda _name, **_more: record)


def test_a_signed_message_is_verified(message, key, environment) -> None:
    assert is_good(signer(SIGNED, environment, warn=_nothing)(message), key)


@pytest.mark.parametrize(
    "added",
    [b"List-Unsubscribe: <https://voleur.example>\r\n", b"From: voleur@example.org\r\n",
     b"Subject: autre\r\n"],
)  # fmt: skip
def test_no_header_that_was_signed_can_be_added_to(added, message, key, environment) -> None:
    signed = signer(SIGNED, environment, warn=_nothing)(message)

    assert not is_good(added + signed, key)


def test_the_header_to_unsubscribe_cannot_be_changed(message, key, environment) -> None:
    signed = signer(SIGNED, environment, warn=_nothing)(message)

    assert not is_good(signed.replace(b"<mailto:desinscription", b"<mailto:autre"), key)


def test_without_a_signature_in_the_settings_a_message_stays_as_it_is(message) -> None:
    assert signer(None, {}, warn=_nothing)(message) == message


@pytest.mark.parametrize("environment", [{}, {"NEWSLETTER_DKIM_KEY_FILE": "/nulle/part.pem"}])
def test_a_key_that_is_not_there_is_told(environment) -> None:
    with pytest.raises(NewsletterError):
        signer(SIGNED, environment, warn=_nothing)


def test_a_file_that_is_no_key_is_told(tmp_path) -> None:
    (tmp_path / "cle.pem").write_text("pas une clé", "utf-8")

    with pytest.raises(NewsletterError, match="cannot be used"):
        signer(SIGNED, {"NEWSLETTER_DKIM_KEY_FILE": str(tmp_path / "cle.pem")}, warn=_nothing)


def pem_of_length(bits: int) -> bytes:
    """Return a file whose modulus has so many bits: its numbers are no real key's."""

    def der(tag: int, content: bytes) -> bytes:
        return bytes([tag, 0x82]) + len(content).to_bytes(2, "big") + content

    numbers = [0, 1 << (bits - 1), 65537, *[1] * 6]
    integers = b"".join(der(2, each.to_bytes(bits // 8 + 1, "big")) for each in numbers)
    words = base64.encodebytes(der(0x30, integers))
    return b"-----BEGIN RSA PRIVATE KEY-----\n" + words + b"-----END RSA PRIVATE KEY-----\n"


@pytest.mark.parametrize("bits", [512, 1023])
def test_a_key_that_mail_programs_ignore_is_refused(bits, tmp_path) -> None:
    environment = named(tmp_path / "cle.pem", pem_of_length(bits))

    with pytest.raises(NewsletterError, match=f"only {bits} bits"):
        signer(SIGNED, environment, warn=_nothing)


@pytest.mark.parametrize(("bits", "is_told"), [(1024, True), (2047, True), (2048, False)])
def test_a_short_key_is_told(bits, is_told, tmp_path) -> None:
    told: list[str] = []

    signer(SIGNED, named(tmp_path / "cle.pem", pem_of_length(bits)), warn=told.append)

    assert [f"has {bits} bits" in each for each in told] == [True] * is_told


def test_a_key_saved_on_windows_signs(message, key, tmp_path) -> None:
    environment = named(tmp_path / "cle.pem", pem_of(key).replace(b"\n", b"\r\n"))

    assert is_good(signer(SIGNED, environment, warn=_nothing)(message), key)


@pytest.mark.parametrize("length", [30, 200, 201, 202, 203, 900])
def test_a_key_that_was_cut_is_told(length, key, tmp_path) -> None:
    pem = pem_of(key)[:length] + b"\n-----END PRIVATE KEY-----\n"

    with pytest.raises(NewsletterError, match="cannot be used"):
        signer(SIGNED, named(tmp_path / "cle.pem", pem), warn=_nothing)


def test_without_the_library_it_is_told_how_to_install_it(environment, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "dkim", None)

    with pytest.raises(NewsletterError) as told:
        signer(SIGNED, environment, warn=_nothing)

    assert told.value.hint == "run: make build"
