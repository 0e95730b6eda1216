"""Nothing leaves in the clear, nor to a server that nobody vouches for: over aiosmtpd."""

import socket
import ssl
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from newsletter.mailing.smtp.connection import Connection, MailObject
from newsletter.mailing.smtp.server import Server
from newsletter.problems.errors import NewsletterError
from newsletter.settings.smtp import Smtp

PASSWORD = "un-mot-de-passe-secret"  # noqa: S105 - of the tests


class Inbox:
    """Keeps what the server took: (sender, recipients, message)."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, _server: object, _session: object, envelope) -> str:  # noqa: N802
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 taken"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture(name="authority", scope="module")
def make_authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(name="trusted")
def trust_the_authority(authority: trustme.CA, tmp_path, monkeypatch) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def context_with(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture(name="start")
def start_controller() -> Iterator[Callable[..., tuple[Inbox, int]]]:
    started: list[Controller] = []

    def start(**choices: object) -> tuple[Inbox, int]:
        inbox, port = Inbox(), free_port()
        controller = Controller(inbox, hostname="127.0.0.1", port=port, **choices)
        controller.start()
        started.append(controller)
        return inbox, port

    yield start
    for controller in started:
        controller.stop()


def authenticate(_server: object, _session: object, _envelope: object, _how: str, who):
    good = (who.login, who.password) == (b"presse", PASSWORD.encode())
    return AuthResult(success=good, handled=False)


def server_at(port: int, password: str = PASSWORD, **choices: object) -> Server:
    said = {"host": "localhost", "port": port, "user": "presse", **choices}
    return Server(Smtp(**said), "example.org", password, timeout_seconds=10)


def deliver_one(server: Server) -> int:
    connection = Connection(server)
    message = b"Subject: essai\r\n\r\nBonjour\r\n"
    mail = MailObject("lettre@example.org", "a@example.org", message)
    answer = connection.deliver(mail, before_last_byte=lambda: None)
    connection.close()
    return answer.code


@pytest.mark.usefixtures("trusted")
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it means STARTTLS
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_message_leaves_over_tls_with_a_password(security, authority, start) -> None:
    context = context_with(authority.issue_cert("localhost"))
    encrypted = {
        "starttls": {"tls_context": context, "require_starttls": True},
        "tls": {"ssl_context": context, "auth_require_tls": False},
    }
    inbox, port = start(authenticator=authenticate, auth_required=True, **encrypted[security])

    code = deliver_one(server_at(port, security=security))

    assert code == 250
    [(sender, recipients, message)] = inbox.taken
    assert (sender, recipients) == ("lettre@example.org", ["a@example.org"])
    assert message == b"Subject: essai\r\n\r\nBonjour\r\n"


def refusal(server: Server) -> NewsletterError:
    with pytest.raises(NewsletterError) as refused:
        Connection(server)
    said = "".join(traceback.format_exception(refused.value))
    assert server.password not in f"{said} {server!r}"
    return refused.value


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_told_and_never_shown(authority, start) -> None:
    context = context_with(authority.issue_cert("localhost"))
    _inbox, port = start(authenticator=authenticate, auth_required=True, tls_context=context)

    error = refusal(server_at(port, password=PASSWORD[::-1]))

    assert error.message == "localhost refused the password of 'presse'"
    assert "NEWSLETTER_SMTP_PASSWORD" in error.hint


@pytest.mark.usefixtures("trusted")
def test_a_password_with_accents_is_told_before_it_is_sent(authority, start) -> None:
    context = context_with(authority.issue_cert("localhost"))
    _inbox, port = start(authenticator=authenticate, tls_context=context)

    error = refusal(server_at(port, password=f"é{PASSWORD}"))

    assert "accents" in error.message


@pytest.mark.usefixtures("trusted")
def test_a_server_that_asks_for_no_password_is_told(authority, start) -> None:
    context = context_with(authority.issue_cert("localhost"))
    _inbox, port = start(tls_context=context, auth_exclude_mechanism=["LOGIN", "PLAIN"])

    error = refusal(server_at(port))

    assert "does not accept user names and passwords" in error.message


BAD_CERTIFICATES = {
    "another server's": (
        lambda authority: authority.issue_cert("autre.example.org"),
        "the certificate sent by localhost belongs to another server",
    ),
    "expired": (
        lambda authority: authority.issue_cert(
            "localhost",
            not_before=datetime(2020, 1, 1, tzinfo=UTC),
            not_after=datetime(2021, 1, 1, tzinfo=UTC),
        ),
        "the certificate of localhost has expired: nothing is sent to it",
    ),
    "nobody's": (
        lambda _authority: trustme.CA().issue_cert("localhost"),
        "the certificate of localhost is not from a known authority: nothing is sent to it",
    ),
}


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("case", BAD_CERTIFICATES)
def test_a_bad_certificate_is_told_and_nothing_is_sent(case, security, authority, start) -> None:
    issue, words = BAD_CERTIFICATES[case]
    context = context_with(issue(authority))
    tls = {"starttls": {"tls_context": context}, "tls": {"ssl_context": context}}
    inbox, port = start(**tls[security])

    error = refusal(server_at(port, security=security))

    assert error.message == words
    assert inbox.taken == []


def test_a_server_without_starttls_is_told_and_nothing_is_sent(start) -> None:
    inbox, port = start()

    error = refusal(server_at(port))

    assert f"localhost does not offer STARTTLS on port {port}" in error.message
    assert inbox.taken == []


def test_a_server_that_refuses_starttls_is_told(start_server) -> None:
    server = start_server(
        extensions=("STARTTLS",),
        fault=lambda event, *_: b"454 not now" if event == "star" else None,
    )

    error = refusal(server_at(server.port))

    assert "does not accept mail from here: 454 not now" in error.message


def test_tls_to_a_server_that_does_not_speak_it_is_told(start_server) -> None:
    error = refusal(server_at(start_server().port, security="tls"))

    assert "does not speak TLS" in error.message


def test_a_port_where_nobody_listens_is_told() -> None:
    error = refusal(server_at(free_port()))

    assert "localhost cannot be reached on port" in error.message


def test_a_server_that_does_not_exist_is_told() -> None:
    error = refusal(Server(Smtp(host="nulle-part.invalid"), "example.org", "x" * 9))

    assert "the server 'nulle-part.invalid' cannot be found" in error.message


def test_a_server_that_says_nothing_is_told(start_server) -> None:
    server = start_server(fault=lambda event, *_: b"silence" if event == "greeting" else None)
    silent = Server(
        Smtp(host="localhost", port=server.port),
        "example.org",
        "x" * 9,
        timeout_seconds=0.3,
    )

    assert "does not answer on port" in refusal(silent).message


def test_a_message_without_pipelining_and_with_is_the_same(start) -> None:
    inbox, port = start()
    plain = Server(
        Smtp(host="localhost", port=port, security="none"),
        "example.org",
    )

    assert deliver_one(plain) == 250
    assert inbox.taken[0][2] == b"Subject: essai\r\n\r\nBonjour\r\n"
