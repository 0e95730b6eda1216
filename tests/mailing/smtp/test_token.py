"""A server that wants an OAuth token: asked of a program at each connection, and never shown."""

import base64
import sys
import traceback
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from newsletter.mailing.smtp.connection import Connection
from newsletter.mailing.smtp.server import CannotConnect, Server
from newsletter.problems.errors import NewsletterError
from newsletter.settings.smtp import Smtp
from tests.mail_server import Server as Misbehaving
from tests.mailing.smtp.test_tls import (  # noqa: F401 - fixtures
    context_with,
    deliver_one,
    free_port,
    make_authority,
    start_controller,
    trust_the_authority,
)

TOKEN = "eyJ0eXAi.a-secret.token"  # noqa: S105 - of the tests


@pytest.fixture(name="program")
def write_program(tmp_path: Path):
    """A program that prints what its file says, and counts how often it ran."""

    def program(says: str = f"print({TOKEN!r})") -> list[str]:
        path = tmp_path / "token.py"
        count = f"open({str(tmp_path / 'ran')!r}, 'a').write('.')"
        path.write_text(f"import sys\n{count}\n{says}\n", "utf-8")
        return [sys.executable, str(path)]

    return program


def server_at(port: int, command: list[str], **choices: object) -> Server:
    said = {"host": "localhost", "port": port, "user": "presse@example.org", **choices}
    return Server(Smtp(**said, token_command=command), "example.org")


class Microsoft:
    """What Exchange Online says: it takes no password, and a token by XOAUTH2."""

    async def auth_XOAUTH2(self, server, args):  # noqa: N802 - aiosmtpd finds it by this name
        said = base64.b64decode(args[1]).decode()
        if said == f"user=presse@example.org\x01auth=Bearer {TOKEN}\x01\x01":
            return AuthResult(success=True)
        await server.challenge_auth(b'{"status":"401"}')
        await server.push("535 5.7.3 Authentication unsuccessful")
        return AuthResult(success=False, handled=True)


@pytest.fixture(name="microsoft")
def start_microsoft(start, authority, monkeypatch, trusted):
    monkeypatch.setattr("tests.mailing.smtp.test_tls.Inbox.auth_XOAUTH2", Microsoft.auth_XOAUTH2,
                        raising=False)  # fmt: skip
    context = context_with(authority.issue_cert("localhost"))
    _inbox, port = start(auth_required=True, tls_context=context, require_starttls=True)
    return port


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_token_is_asked_for_anew_at_each_connection(microsoft, program, tmp_path) -> None:
    server = server_at(microsoft, program())

    assert [deliver_one(server), deliver_one(server)] == [250, 250]
    assert (tmp_path / "ran").read_text() == ".."


def refusal(server: Server) -> NewsletterError:
    with pytest.raises(NewsletterError) as refused:
        Connection(server)
    said = "".join(traceback.format_exception(refused.value))
    assert "a-secret" not in f"{said} {server!r}"
    return refused.value


def test_a_refused_token_is_told_and_never_shown(microsoft, program) -> None:
    error = refusal(server_at(microsoft, program("print('another.a-secret')")))

    assert error.message == "localhost refused the token for 'presse@example.org'"


NO_TOKENS = {
    "nothing": ("pass", "printed something else than a token"),
    "a sentence": ("print('a-secret is my token')", "printed something else than a token"),
    "a failure": (f"print({TOKEN!r}); sys.exit({TOKEN!r})", "failed, with status 1"),
    "accents": ("print('a-secrét')", "printed something else than a token"),
}


@pytest.mark.parametrize("case", NO_TOKENS)
def test_a_program_that_gives_no_token_is_told_and_not_quoted(case, microsoft, program) -> None:
    says, words = NO_TOKENS[case]

    error = refusal(server_at(microsoft, program(says)))

    assert words in error.message
    assert isinstance(error, CannotConnect) == (case == "a failure")


def test_a_program_that_does_not_end_is_left(microsoft, program, monkeypatch) -> None:
    monkeypatch.setattr("newsletter.mailing.smtp.server.TOKEN_SECONDS", 0.2)

    error = refusal(server_at(microsoft, program("import time; time.sleep(9)")))

    assert "did not finish" in error.message


def test_a_program_that_is_not_there_is_told(microsoft) -> None:
    error = refusal(server_at(microsoft, ["no-such-program-anywhere"]))

    assert error.message.startswith("the program 'no-such-program-anywhere'")
    assert not isinstance(error, CannotConnect)


def test_a_server_that_takes_no_token_is_told(start_server, program) -> None:
    server: Misbehaving = start_server(extensions=("AUTH PLAIN LOGIN",))

    error = refusal(server_at(server.port, program(), security="none"))

    assert "does not accept OAuth tokens" in error.message


def test_a_password_that_microsoft_takes_no_more_is_told_with_what_to_do(start_server) -> None:
    words = b"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled"
    server = start_server(
        extensions=("AUTH PLAIN",), fault=lambda event, *_: words if event == "auth" else None
    )
    said = {"host": "localhost", "port": server.port, "user": "a", "security": "none"}

    error = refusal(Server(Smtp(**said), "example.org", "a-secret-password"))

    assert error.message == "localhost no longer takes passwords for 'a'"
    assert "token_command" in error.hint
