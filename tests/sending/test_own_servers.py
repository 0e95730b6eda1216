"""A delegation sends its own issue in its own name: its server, its password, its way to leave."""

from pathlib import Path

import pytest

SENDERS = """\
senders:
  default: {{name: Mon association, email: lettre@example.org}}
  île-de-france:
    name: Délégation
    email: idf@delegation.example.org
    smtp: {{host: localhost, port: {port}, security: none, user: idf}}
    unsubscribe: {{mailto: stop@delegation.example.org}}
"""


@pytest.fixture(name="own")
def write_own_sender(start_server, send, workspace: Path):  # `send` writes the issue
    """A server that only the delegation knows, and its issue."""
    server = start_server(
        extensions=("AUTH PLAIN",),
        fault=lambda event, *_: b"235 welcome" if event == "auth" else None,
    )
    path = workspace / "newsletter.yaml"
    text = path.read_text("utf-8")
    start = text.index("senders:")
    end = text.index("\n\n", start)
    path.write_text(text[:start] + SENDERS.format(port=server.port) + text[end:], "utf-8")
    issue = workspace / "issues/idf.yaml"
    text = (workspace / "issues/essai.yaml").read_text("utf-8")
    issue.write_text(text.replace("title: Les", "sender: île-de-france\ntitle: Les", 1), "utf-8")
    return server, issue


def test_a_sender_s_own_server_and_password_are_used(own, send, write_members, people) -> None:
    server, issue = own
    secret = {"NEWSLETTER_SMTP_PASSWORD_ILE_DE_FRANCE": "un-mot-de-passe"}

    sent = send(members=write_members(people(2)), file=issue, environment=secret)

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == people(2)
    assert b"<mailto:stop@delegation.example.org?subject=unsubscribe" in server.messages[0]
    assert b"mailto:stop@delegation.example.org" in server.messages[0].partition(b"\r\n\r\n")[2]


def test_a_sender_s_own_password_is_asked_for_by_name(own, send, write_members, people) -> None:
    _server, issue = own

    sent = send(members=write_members(people(2)), file=issue)

    assert sent.status == 2
    assert "set NEWSLETTER_SMTP_PASSWORD_ILE_DE_FRANCE" in sent.text
