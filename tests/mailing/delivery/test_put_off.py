"""Each way in which a server asks for patience, at each stage: nobody pays for it with a try."""

import threading
from collections.abc import Callable
from itertools import product

import pytest

from tests.mailing.delivery.test_patience import everyone_once, rows

PIPELINING, PLAIN = ("PIPELINING", "SIZE 9000000", "AUTH PLAIN"), ("AUTH PLAIN",)
ANSWERS = [
    b"452 4.5.3 Too many messages sent",
    b"450 4.7.1 Error: too much mail from 192.0.2.1",
    b"421 4.4.2 Message submission rate for this client has exceeded the configured limit",
    b"421 4.4.5 Too many SMTP sessions",
    b"421 4.7.0 Try again later",
    b"454 4.7.0 Temporary authentication failure",
    b"452 4.3.1 Insufficient system storage",
    b"451 4.3.0 Error: queue file write error",
    b"451 4.7.500 Server busy",
    b"432 4.3.2 Concurrent connections limit exceeded",
    b"450 not now",
]
STAGES = ["greeting", "ehlo", "auth", "mail", "rcpt", "data", "dot"]
# What is said in the middle of a message and does not end the connection breaks the protocol.
MET = [
    *(
        # Every other pair; `make soak` has all.
        pytest.param(answer, stage, marks=pytest.mark.soak if number % 2 else ())
        for number, (answer, stage) in enumerate(product(ANSWERS, STAGES))
    ),
    *((each, "in data") for each in ANSWERS if each[:3] == b"421"),
]
IsMet = Callable[[int], bool]


def away(send) -> IsMet:
    """Say no for ten minutes, once seven messages are taken."""
    began: list[float] = []

    def is_met(taken: int) -> bool:
        if taken < 7:
            return False
        began.append(send.time.seconds)
        return send.time.seconds - began[0] < 600

    return is_met


def rate(send) -> IsMet:
    """Say no to the sixteenth in a minute."""
    times: list[float] = []

    def is_met(_taken: int) -> bool:
        now = send.time.seconds
        if sum(now - each < 60 for each in times) >= 15:
            return True
        times.append(now)
        return False

    return is_met


def connected_at(send, server) -> list[float]:
    """Return a list that grows by the time of each connection."""
    times: list[float] = []
    fault, lock = server.fault, threading.Lock()

    def note(event: str, count: int, whom: str) -> bytes | None:
        with lock:
            if event == "greeting":
                times.append(send.time.seconds)
            return fault(event, count, whom)

    server.fault = note
    return times


WORLDS = [
    (rate, PIPELINING, 2),
    *(
        pytest.param(*each, marks=pytest.mark.soak)
        for each in product([away, rate], [PLAIN, PIPELINING], [1, 2])
    ),
]


@pytest.mark.parametrize(("scenario", "extensions", "connections"), WORLDS)
@pytest.mark.parametrize(("answer", "stage"), MET, ids=lambda each: str(each)[:12])
def test_whatever_a_server_puts_us_off_with_everyone_gets_it_at_the_first_try(
    answer, stage, scenario, extensions, connections,
    start_server, write_members, people, send, workspace,
) -> None:  # fmt: skip
    is_met = scenario(send)
    server = start_server(extensions=extensions)
    server.fault = lambda event, *_: (
        answer if event == stage and is_met(len(server.taken)) else None
    )
    times = connected_at(send, server)

    sent = send(
        server,
        members=write_members(people(40)),
        connections=connections,
        smtp=", user: moi",
        environment={"NEWSLETTER_SMTP_PASSWORD": "secret"},
    )

    assert sent.status == 0, sent.text
    everyone_once(server, workspace, people(40))
    assert max(sum(each <= other < each + 20 for other in times) for each in times) <= 15
    waits = sum("Ctrl-C to stop" in line for line in sent.lines)
    assert waits <= send.time.seconds / 30 + 1
    assert "deferred" not in sent.text


@pytest.mark.parametrize("extensions", [PIPELINING, pytest.param(PLAIN, marks=pytest.mark.soak)])
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_whatever_ends_a_connection_s_share_nobody_waits_for_the_next(
    stage, answer, extensions, start_server, write_members, people, send, workspace
) -> None:
    server = start_server(
        extensions=extensions,
        fault_of_session=lambda event, count, _: answer if event == stage and count > 10 else None,
    )

    sent = send(server, members=write_members(people(45)))

    assert sent.status == 0, sent.text
    everyone_once(server, workspace, people(45))
    assert sum(send.time.slept) < 30


@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("stage", ["rcpt", "dot"])
def test_a_greylist_without_the_word_takes_no_pause_for_each(
    stage, every, start_server, write_members, people, send, workspace
) -> None:
    met: set[str] = set()

    def greylist(event: str, _count: int, whom: str) -> bytes | None:
        if event != stage or whom in met or int(whom[6:].split("@")[0]) % every:
            return None
        met.add(whom)
        return b"450 4.7.1 Try again later"

    server = start_server(fault=greylist)

    sent = send(server, members=write_members(people(200)))

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == sorted(people(200))
    assert sum("Ctrl-C to stop" in line for line in sent.lines) <= 3
    assert send.time.seconds < 600


@pytest.mark.parametrize("answer", [b"451 4.4.1 no route", b"451 Temporary local problem"])
def test_a_company_whose_server_is_away_keeps_the_others_waiting_for_minutes_at_most(
    answer, start_server, write_members, people, send, workspace
) -> None:
    away = set(people(40)[10:22])
    server = start_server(
        fault=lambda event, _, whom: answer if event == "rcpt" and whom in away else None
    )

    sent = send(server, members=write_members(people(40)))

    assert sent.status == 3
    assert len(server.taken) == 28
    assert (
        sorted(state for state, *_others in rows(workspace))
        == ["accepted"] * 28 + ["deferred"] * 12
    )
    assert send.time.seconds < 3600


def for_one_connection(server):
    """Have a server greet one connection at a time."""
    server.fault = lambda event, *_: (
        b"421 4.4.5 Too many SMTP sessions"
        if event == "greeting" and sum(each.fileno() != -1 for each in server.open) > 1
        else None
    )
    return server


def test_a_server_for_one_connection_at_a_time_is_given_one(
    start_server, write_members, people, send, workspace
) -> None:
    server = for_one_connection(start_server())

    sent = send(server, members=write_members(people(60)), connections=2)

    assert sent.status == 0, sent.text
    everyone_once(server, workspace, people(60))


def test_a_server_for_one_connection_is_not_tried_for_ever(
    start_server, write_members, people, send, workspace
) -> None:
    server = for_one_connection(start_server())

    sent = send(server, members=write_members(people(200)), connections=3)

    assert sent.status == 0, sent.text
    everyone_once(server, workspace, people(200))
    assert server.counts["greeting"] <= 1 + 2 * 5


def test_a_server_that_ends_what_is_idle_is_come_back_to(
    start_server, write_members, people, send, workspace
) -> None:
    spoke: dict[str, float] = {}

    def end_what_is_idle(event: str, _count: int, _whom: str) -> bytes | None:
        now = send.time.seconds
        idle = now - spoke.get("at", now)
        spoke["at"] = now
        return b"421 4.4.2 Error: timeout exceeded" if event == "mail" and idle > 10 else None

    server = start_server(fault=end_what_is_idle)

    sent = send(server, members=write_members(people(12)), smtp=", rate: 3/minute")

    assert sent.status == 0, sent.text
    everyone_once(server, workspace, people(12))
    assert send.time.seconds < 12 * 20 + 60
