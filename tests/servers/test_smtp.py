"""What `newsletter send` gives to Postfix, Exim and OpenSMTPD arrives, once each and whole."""

import csv
import email
import email.policy
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme

ISSUE = """kind: newsletter
subject: Les nouvelles de mai
preheader: Ce que nous avons fait ce printemps, et la suite en juin
title: Les nouvelles de mai
date: 2025-05-02
items:
  - kind: article
    title: Un printemps actif
    body: |
      Bonjour ((first name | cher membre)), voici un point.

      .

      .NET et la suite.
"""
UNSUBSCRIBE = "unsubscribe:\n  url: https://example.org/non/{token}\n"
SEND_SECONDS = 120
# The command, with pauses of 3 to 6 seconds in the place of 30 to 60: the servers' minutes are
# shortened as much.
COMMAND = """import runpy
from newsletter.mailing.delivery import patience
patience.PAUSE_SECONDS, patience.ASIDE_SECONDS = 3, 6
runpy.run_module("newsletter", run_name="__main__", alter_sys=True)
"""

LEAVING = r"<https://example\.org/non/[^>]+>, *<mailto:[^>]+>"

ON_EACH_SERVER = pytest.mark.parametrize("server", ["postfix", "exim", "opensmtpd"])
ON_EACH_SERVER_WITH_TLS = pytest.mark.parametrize("server", ["postfix", "exim"])


@pytest.fixture(name="port")
def port_of_the_server(server: str, limits: str, request: pytest.FixtureRequest) -> int:
    return request.getfixturevalue(server)


Send = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(name="newsletter")
def make_newsletter(
    workspace: Path, write_issue: Callable[[str], Path], authority: trustme.CA, tmp_path: Path
) -> Send:
    """Return what runs a command in a workspace whose server is at a port."""
    write_issue(ISSUE)
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    environment = {
        **os.environ,
        "NEWSLETTER_SECRET": "un secret de trente-deux lettres",
        "SSL_CERT_FILE": str(trusted),
        "LC_ALL": "C.UTF-8",
    }
    settings = workspace / "newsletter.yaml"
    start = settings.read_text("utf-8").replace("unsubscribe:\n", UNSUBSCRIBE)

    def newsletter(
        *arguments: str, port: int, security: str = "none"
    ) -> subprocess.CompletedProcess[str]:
        smtp = f"smtp: {{host: 127.0.0.1, port: {port}, security: {security}, connections: 2}}"
        settings.write_text(f"{start}\n{smtp}\n", "utf-8")
        return subprocess.run(
            [sys.executable, "-c", COMMAND, *arguments],
            cwd=workspace, env=environment, timeout=SEND_SECONDS,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return newsletter


@pytest.fixture(name="send")
def make_send(newsletter: Send, workspace: Path) -> Send:
    """Return what sends the issue to addresses, as a person types it."""

    def send(addresses: Sequence[str], **server: object) -> subprocess.CompletedProcess[str]:
        with (workspace / "membres.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, delimiter=";")
            rows.writerow(["Courriel", "Prénom"])
            rows.writerows([address, f"Zoé {number}"] for number, address in enumerate(addresses))
        arguments = ["send", "issues/essai.yaml", "--members", "membres.csv", "--yes"]
        return newsletter(*arguments, **server)

    return send


def people(count: int) -> list[str]:
    return [f"membre{number}@example.org" for number in range(count)]


def parsed(message: bytes) -> EmailMessage:
    return email.message_from_bytes(message, policy=email.policy.default)


@ON_EACH_SERVER
def test_each_member_gets_the_message_once(port, inbox, send) -> None:
    sent = send(people(40), port=port)

    assert sent.returncode == 0, sent.stdout
    messages = inbox.wait_for(40)
    assert sorted(address for address, _message in messages) == sorted(people(40))
    assert all(parsed(message)["To"] == address for address, message in messages)


@ON_EACH_SERVER_WITH_TLS
def test_each_member_gets_the_message_once_over_starttls(port, inbox, send) -> None:
    sent = send(people(40), port=port, security="starttls")

    assert sent.returncode == 0, sent.stdout
    messages = inbox.wait_for(40)
    assert sorted(address for address, _message in messages) == sorted(people(40))
    assert all("esmtps" in parsed(each)["Received"].lower() for _address, each in messages)


@ON_EACH_SERVER
def test_the_links_to_leave_by_arrive_as_they_were_sent(port, inbox, send) -> None:
    send(people(3), port=port)

    messages = [parsed(message) for _address, message in inbox.wait_for(3)]
    links = {message["List-Unsubscribe"] for message in messages}
    assert len(links) == 3
    assert all(re.fullmatch(LEAVING, link) for link in links), links
    assert {message["List-Unsubscribe-Post"] for message in messages} == {
        "List-Unsubscribe=One-Click"
    }


@ON_EACH_SERVER
def test_a_line_that_is_a_dot_ends_no_message(port, inbox, send) -> None:
    send(people(1), port=port)

    [(_address, message)] = inbox.wait_for(1)
    text = parsed(message).get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "voici un point.\n\n.\n\n.NET et la suite.\n" in text
    assert parsed(message).get_body(("html",)).get_content().rstrip().endswith("</html>")


@ON_EACH_SERVER
def test_who_is_refused_is_told_and_the_others_get_it(
    port, refused, inbox, send, newsletter
) -> None:
    sent = send([*people(3), refused, *people(6)[3:]], port=port)

    assert sent.returncode == 3, sent.stdout
    assert sorted(address for address, _message in inbox.wait_for(6)) == people(6)
    report = newsletter("report", "issues/essai.yaml", "--format", "json", port=port)
    rows = [json.loads(line) for line in report.stdout.splitlines()]
    [row] = [row for row in rows if row["state"] != "accepted"]
    assert (row["address"], row["state"], row["code"]) == (refused, "refused", 550)


POSTFIX_LIMIT = """smtpd_client_event_limit_exceptions =
anvil_rate_time_unit = 6s
smtpd_client_{} = {}
"""
LIMITS = {
    "messages a minute": ("postfix", POSTFIX_LIMIT.format("message_rate_limit", 100)),
    "recipients a minute": ("postfix", POSTFIX_LIMIT.format("recipient_rate_limit", 100)),
    "connections a minute": ("postfix", POSTFIX_LIMIT.format("connection_rate_limit", 2)),
    "one connection": ("postfix", POSTFIX_LIMIT.format("connection_count_limit", 1)),
    "messages a connection": ("exim", "smtp_accept_max_per_connection = 20\n"),
    "one connection to Exim": ("exim", "smtp_accept_max_per_host = 1\n"),
    "a leaky bucket": ("exim", "acl_smtp_mail = rated\n"),
    "a leaky bucket at DATA": ("exim", "acl_smtp_predata = rated\n"),
    "mails a session": ("opensmtpd", "smtp limit max-mails 20\n"),
}
# Each takes half a minute: one of each kind; the others in `make soak`.
USUAL = {"messages a minute", "one connection", "messages a connection", "mails a session"}


@pytest.mark.parametrize(
    ("server", "limits"),
    [
        pytest.param(*LIMITS[each], id=each, marks=() if each in USUAL else pytest.mark.soak)
        for each in LIMITS
    ],
)
def test_a_tight_limit_delays_a_send_and_costs_nobody_a_try(port, inbox, send, newsletter) -> None:
    sent = send(people(300), port=port)

    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert sorted(address for address, _message in inbox.wait_for(300)) == sorted(people(300))
    report = newsletter("report", "issues/essai.yaml", "--format", "json", port=port)
    rows = [json.loads(line) for line in report.stdout.splitlines()]
    assert {(row["state"], row["tries"]) for row in rows} == {("accepted", 1)}
