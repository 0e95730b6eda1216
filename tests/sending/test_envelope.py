"""What the envelope says: a token where the server takes one, an address of its own where asked."""

import re
import threading
from pathlib import Path

import pytest

from newsletter.mailing.message.unsubscribe import is_verp_token
from newsletter.settings.loading import load_settings
from newsletter.settings.smtp import MAX_VERP_LOCAL
from tests.mail_server import SECRET, Server

DSN = ("PIPELINING", "SIZE 10000000", "DSN")
VERP = "bounces: {address: retours@example.org, verp: true}"
TOKEN = r"[0-9a-f]{16}-[a-z2-7]{20}"  # noqa: S105 - its form


def said_by(server: Server, pattern: str) -> list[str]:
    """Return what the pattern's group found in each MAIL; all must match it."""
    found = [re.fullmatch(pattern, each.decode()) for each in server.envelopes]
    assert all(found), server.envelopes
    return [each[1] for each in found]


@pytest.mark.parametrize("extensions", [DSN, DSN[1:]])
def test_each_mail_has_its_token_where_the_server_takes_one(
    start_server, send, write_members, people, extensions
) -> None:
    server = start_server(extensions=extensions)

    send(server, members=write_members(people(5)))

    pattern = rf"MAIL FROM:<lettre@example.org> SIZE=\d+ RET=HDRS ENVID=({TOKEN})"
    tokens = said_by(server, pattern)
    ids = re.findall(rb"Message-ID: <essai\.(\w+)@", b"".join(server.messages))
    assert [is_verp_token(token, [SECRET], "essai", recipient_id.decode())
            for token, recipient_id in zip(tokens, ids, strict=True)] == [True] * 5  # fmt: skip


def test_a_server_that_does_not_offer_it_is_told_of_no_token(
    start_server, send, write_members, people
) -> None:
    server = start_server()

    send(server, members=write_members(people(2)))

    said_by(server, r"MAIL FROM:<(lettre@example.org)> SIZE=\d+")


def test_without_verp_the_envelope_stays_as_it_is(
    start_server, send, write_members, people, settings_say
) -> None:
    settings_say("bounces: {address: retours@example.org}")
    server = start_server()

    send(server, members=write_members(people(2)))

    said_by(server, r"MAIL FROM:<(lettre@example.org)> SIZE=\d+")


def test_without_a_secret_there_is_no_token(start_server, send, write_members, people) -> None:
    server = start_server(extensions=DSN)

    send(server, members=write_members(people(2)), environment={"NEWSLETTER_SECRET": ""})

    said_by(server, r"MAIL FROM:<(lettre@example.org)> SIZE=\d+")


def test_each_mail_comes_back_to_an_address_of_its_own_also_after_an_interruption(
    start_server, send, write_members, people, settings_say
) -> None:
    settings_say(VERP)
    stopping = threading.Event()

    def press(event: str, number: int, _address: str) -> None:
        if (event, number) == ("dot", 3):
            stopping.set()

    server = start_server(fault=press, extensions=DSN)
    send(server, members=write_members(people(8)), stopping=stopping)
    settings_say("# " + VERP)
    send(server, resume=True)

    pattern = rf"MAIL FROM:<retours\+({TOKEN})@example.org> SIZE=\d+ RET=HDRS ENVID=\1"
    assert len({*said_by(server, pattern)}) == 8
    assert sorted(server.taken) == people(8)


def test_a_test_comes_back_to_an_address_of_its_own_that_servers_take(
    start_server, send, settings_say
) -> None:
    settings_say(VERP.replace("retours", "r" * MAX_VERP_LOCAL))
    server = start_server(extensions=DSN)

    sent = send(server, to=("zoe@example.org", "paul@example.org"))

    pattern = rf"MAIL FROM:<r+\+(test-{TOKEN})@example.org> SIZE=\d+ RET=HDRS ENVID=\1"
    assert len({*said_by(server, pattern)}) == 2, sent.text
    assert server.envelopes[0].index(b"@") - len("MAIL FROM:<") == 64  # RFC 5321, 4.5.3.1.1


def test_an_address_of_its_own_needs_the_secret(
    start_server, send, write_members, people, settings_say
) -> None:
    settings_say(VERP)

    sent = send(
        start_server(), members=write_members(people(2)), environment={"NEWSLETTER_SECRET": ""}
    )

    assert "NEWSLETTER_SECRET is not set" in sent.text


@pytest.mark.parametrize(("letters", "is_right"), [(21, True), (22, False)])
def test_an_address_too_long_for_a_token_is_refused(
    workspace: Path, settings_say, letters: int, is_right: bool
) -> None:
    settings_say(f"bounces: {{address: {'r' * letters}@example.org, verp: true}}")

    problems = load_settings(workspace).problems

    assert [each.rule for each in problems] == ([] if is_right else ["email"])
