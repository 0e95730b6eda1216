"""A server that asks for patience, or for a new connection: nobody pays for it with a try."""

import socket
import sqlite3
from pathlib import Path

import pytest

CUT = b"cut"
PIPELINES = pytest.mark.parametrize("extensions", [("PIPELINING", "SIZE 9000000"), ("HELP",)])


def rows(workspace: Path) -> list[tuple[str, int, str]]:
    """Return state, tries and words of each row, read without our own code."""
    connection = sqlite3.connect(workspace / "ledger.sqlite3")
    found = connection.execute("SELECT state, tries, words FROM deliveries").fetchall()
    connection.close()
    return found


def everyone_once(server, workspace: Path, people: list[str]) -> None:
    assert sorted(server.taken) == sorted(people)
    assert {(state, tries) for state, tries, _words in rows(workspace)} == {("accepted", 1)}


TOO_MANY = {
    "OpenSMTPD": (b"452 4.5.3 Too many messages sent", "mail"),
    "Exim": (b"421 too many messages in this connection", "mail"),
    "Stalwart": (b"451 4.4.5 Rate limit exceeded for this session", "mail"),
    "at the recipient": (b"452 4.5.3 Too many recipients", "rcpt"),
    "at the recipient, of the policy": (b"451 4.7.1 Too much for one session", "rcpt"),
    "at the message": (b"452 4.3.1 Enough for one session", "data"),
}


@PIPELINES
@pytest.mark.parametrize("case", TOO_MANY)
def test_a_server_with_enough_of_a_connection_is_given_the_next_at_once(
    case, extensions, start_server, write_members, people, send, workspace
) -> None:
    answer, event = TOO_MANY[case]
    server = start_server(
        fault_of_session=lambda met, count, _: answer if met == event and count > 10 else None,
        extensions=extensions,
    )

    sent = send(server, members=write_members(people(45)))

    assert sent.status == 0, sent.text
    everyone_once(server, workspace, people(45))
    assert server.counts["greeting"] == 5
    assert send.time.slept == []


def test_the_limit_of_a_connection_is_met_once_and_kept_from_then_on(
    start_server, write_members, people, send
) -> None:
    refused = []

    def enough(event: str, count: int, _address: str) -> bytes | None:
        if event != "mail" or count <= 10:
            return None
        refused.append(count)
        return b"452 4.5.3 Too many messages sent"

    server = start_server(fault_of_session=enough, extensions=("HELP",))

    send(server, members=write_members(people(60)))

    assert refused == [11]
    assert server.counts["quit"] == 6


def test_a_limit_in_the_settings_is_never_met(start_server, write_members, people, send) -> None:
    server = start_server()

    sent = send(server, members=write_members(people(12)), smtp=", max_per_connection: 5")

    assert sent.status == 0, sent.text
    assert server.counts["greeting"] == 3


@PIPELINES
def test_a_rate_of_the_server_is_waited_for_with_a_line_on_the_screen(
    extensions, start_server, write_members, people, send, workspace
) -> None:
    times: list[float] = []

    def twenty_a_minute(event: str, _count: int, _address: str) -> bytes | None:
        if event != "mail":
            return None
        now = send.time.seconds
        if sum(now - each < 60 for each in times) >= 20:
            return b"450 4.7.1 Error: too much mail from 192.0.2.1"
        times.append(now)
        return None

    server = start_server(fault=twenty_a_minute, extensions=extensions)

    sent = send(server, members=write_members(people(100)))

    assert sent.status == 0, sent.text
    everyone_once(server, workspace, people(100))
    waits = [line for line in sent.lines if "450 4.7.1 Error: too much mail" in line]
    assert 4 <= len(waits) <= 8
    assert 240 <= send.time.seconds <= 8 * 60


@PIPELINES
def test_a_server_that_cuts_off_who_submits_too_fast_is_connected_to_more_slowly(
    extensions, start_server, write_members, people, send, workspace
) -> None:
    connected: list[float] = []

    def at_the_eleventh(event: str, count: int, _address: str) -> bytes | None:
        if event == "greeting":
            connected.append(send.time.seconds)
        if event == "rcpt" and count == 11:
            return b"421 4.4.2 Message submission rate for this client has exceeded the limit"
        return None

    server = start_server(fault_of_session=at_the_eleventh, extensions=extensions)

    sent = send(server, members=write_members(people(400)))

    assert sent.status == 0, sent.text
    everyone_once(server, workspace, people(400))
    for start in connected:
        assert sum(start <= each < start + 20 for each in connected) <= 15


TEN_MINUTES = {"greeting": b"421 later", "mail": b"421 4.3.2 later", "rcpt": b"421 later",
               "data": b"421 later", "dot": b"421 later", "ehlo": b"421 later"}  # fmt: skip


@PIPELINES
@pytest.mark.parametrize("connections", [1, 2])
@pytest.mark.parametrize("event", TEN_MINUTES)
def test_a_server_away_for_ten_minutes_is_waited_for(
    event, connections, extensions, start_server, write_members, people, send, workspace
) -> None:
    server = start_server(
        fault=lambda met, *_: (
            TEN_MINUTES[event] if met == event and send.time.seconds < 600 else None
        ),
        extensions=extensions,
    )

    sent = send(server, members=write_members(people(6)), connections=connections)

    assert sent.status == 0, sent.text
    everyone_once(server, workspace, people(6))
    assert sum("Ctrl-C to stop" in line for line in sent.lines) <= 20


@pytest.mark.parametrize(
    ("answer", "status", "waits"), [(socket.EAI_AGAIN, 0, True), (socket.EAI_NONAME, 2, False)]
)
def test_a_dns_without_answer_is_asked_again_and_a_name_of_nobody_is_told_at_once(
    answer, status, waits, start_server, write_members, people, send, monkeypatch
) -> None:
    server, look_up, asked = start_server(), socket.getaddrinfo, []

    def fail_at_first(*arguments: object, **choices: object) -> object:
        asked.append(arguments)
        if len(asked) <= 2:
            raise socket.gaierror(answer, "no answer")
        return look_up(*arguments, **choices)

    monkeypatch.setattr(socket, "getaddrinfo", fail_at_first)

    sent = send(server, members=write_members(people(2)))

    assert sent.status == status, sent.text
    assert bool(send.time.slept) == waits
    assert sorted(server.taken) == (people(2) if waits else [])


@pytest.mark.parametrize("event", ["greeting", "mail"])
def test_a_server_that_refuses_for_good_is_left_after_keep_trying(
    event, start_server, write_members, people, send, workspace
) -> None:
    server = start_server(fault=lambda met, *_: b"421 go home" if met == event else None)

    sent = send(server, members=write_members(people(6)), smtp=", keep_trying: 30min")

    assert sent.status == 3
    assert "421 go home" in sent.text
    assert 1800 <= send.time.seconds <= 1900
    assert all(state == "queued" and tries == 0 for state, tries, _words in rows(workspace))


def test_who_is_asked_may_have_a_server_waited_for_again(
    start_server, write_members, people, send
) -> None:
    server = start_server(
        fault=lambda met, *_: b"451 not now" if met == "mail" and send.time.seconds < 5000 else None
    )

    sent = send(server, members=write_members(people(3)), typed=["3", "yes"])

    assert sent.status == 0, sent.text
    assert "the server has accepted nothing for too long: 451 not now" in sent.text


def test_a_closed_company_does_not_stop_a_send(start_server, write_members, people, send) -> None:
    gone = set(people(30)[5:20])
    server = start_server(
        fault=lambda met, _, whom: b"550 5.1.1 unknown" if met == "rcpt" and whom in gone else None
    )

    sent = send(server, members=write_members(people(30)))

    assert sent.status == 3
    assert len(server.taken) == 15
    assert "in a row" not in sent.text


def test_a_refused_sender_is_not_taken_for_a_closed_company(
    start_server, write_members, people, send
) -> None:
    server = start_server(
        fault=lambda met, *_: (
            b"550 5.1.8 Access denied, bad outbound sender" if met == "rcpt" else None
        )
    )

    sent = send(server, members=write_members(people(30)))

    assert sent.status == 3
    assert "10 messages in a row" in sent.text


def test_who_alone_is_answered_421_is_put_off_and_the_others_leave(
    start_server, write_members, people, send, workspace
) -> None:
    server = start_server(
        fault=lambda met, _, whom: b"421 no" if (met, whom[:7]) == ("rcpt", "membre1") else None
    )

    sent = send(server, members=write_members(people(5)))

    assert sent.status == 3
    assert sorted(server.taken) == [each for each in people(5) if each != "membre1@example.org"]
    assert ("deferred", 4, "no") in rows(workspace)
    assert "deferred: 421 no" in sent.text


def test_greylisting_opens_no_connection_for_each_recipient(
    start_server, write_members, people, send
) -> None:
    met: set[str] = set()

    def greylist(event: str, _count: int, whom: str) -> bytes | None:
        if event != "rcpt" or whom in met:
            return None
        met.add(whom)
        return b"451 4.7.1 Greylisted, see https://example.org/" + whom.encode()

    server = start_server(fault=greylist)

    sent = send(server, members=write_members(people(60)))

    assert sent.status == 0, sent.text
    assert server.counts["greeting"] <= 4


def test_a_server_s_words_are_kept_without_what_a_screen_obeys(
    start_server, write_members, people, send, workspace
) -> None:
    server = start_server(
        fault=lambda met, *_: b"550 no \x00box\x1b[2J \xff\xc2\x9b here" if met == "dot" else None
    )

    sent = send(server, members=write_members(people(1)))

    assert sent.status == 3
    assert rows(workspace)[0][2] == "no box [2J \ufffd here"
