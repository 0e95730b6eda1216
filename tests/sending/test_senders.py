"""An issue is its sender's: what another sends is told apart."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.content.loading import load_issue
from newsletter.rendering.document import Variants
from newsletter.settings.loading import load_settings

BRETAGNE = "  bretagne: {name: Délégation Bretagne, email: bretagne@example.org}\n"
FROM_BRETAGNE = "sender: bretagne\n"


@pytest.fixture(name="issue")
def with_two_senders(workspace: Path, send: Callable[..., object]) -> Path:
    """Give the workspace a second sender; return the issue's file, which is the usual sender's."""
    settings = workspace / "newsletter.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("senders:\n", f"senders:\n{BRETAGNE}", 1), "utf-8")
    return workspace / "issues/essai.yaml"


def sent_by_bretagne(issue: Path) -> None:
    issue.write_text(issue.read_text("utf-8") + FROM_BRETAGNE, "utf-8")


def test_mails_of_two_senders_differ_in_fingerprint(workspace: Path, issue: Path) -> None:
    settings = load_settings(workspace).settings
    usual = Variants(load_issue(issue, settings).issue, settings).document_for({})
    sent_by_bretagne(issue)

    other = Variants(load_issue(issue, settings).issue, settings).document_for({})

    assert other.html == usual.html
    assert other.fingerprint != usual.fingerprint


def test_an_issue_that_another_sender_takes_over_has_changed(
    start_server, send, write_members, people, issue
) -> None:
    server = start_server()
    send(server, members=write_members(people(2)))
    sent_by_bretagne(issue)

    refused = send(server, members=write_members(people(3)), resume=True)

    assert refused.status == 2
    assert "has changed since its first message was sent: the sender" in refused.text
    assert server.taken == people(2)


def test_an_issue_whose_sender_writes_from_elsewhere_has_changed(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    send(server, members=write_members(people(2)))
    settings = workspace / "newsletter.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("reply_to: contact@", "reply_to: autre@"), "utf-8")

    refused = send(server, members=write_members(people(3)), resume=True)

    assert refused.status == 2
    assert "has changed since its first message was sent: the sender" in refused.text
