"""Whatever the server does: who has the message is known, and nobody gets it twice unasked."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest

CUT, SILENCE = b"cut", b"silence"


def states(workspace: Path) -> dict[str, str]:
    """Return what the ledger says of each address, read without our own code."""
    connection = sqlite3.connect(workspace / "ledger.sqlite3")
    rows = connection.execute("SELECT address, state FROM deliveries").fetchall()
    connection.close()
    assert len({address for address, _state in rows}) == len(rows)
    return dict(rows)


def at(event: str, number: int, answer: bytes, *, times: int = 1):
    """Return the fault that answers so to an event's time of that number, and to some after it."""
    numbers = range(number, number + times)
    return lambda met, count, _address: answer if met == event and count in numbers else None


def to(address: str, event: str, answer: bytes):
    """Return the fault that answers so to an event, whenever it is about an address."""
    return lambda met, _count, whom: answer if (met, whom) == (event, address) else None


PIPELINES = pytest.mark.parametrize("extensions", [("PIPELINING", "SIZE 9000000"), ("HELP",)])


@PIPELINES
def test_each_server_gets_each_message_once(
    extensions, start_server, write_members, people, send
) -> None:
    server = start_server(extensions=extensions)

    assert send(server, members=write_members(people(30)), connections=3).status == 0

    assert sorted(server.taken) == sorted(people(30))


@PIPELINES
@pytest.mark.parametrize(("event", "times"), [("rcpt", 2), ("data", 3), ("dot", 2)])
def test_who_is_put_off_is_tried_again_and_gets_it(
    event, times, extensions, start_server, write_members, people, send
) -> None:
    server = start_server(fault=at(event, 3, b"451 later", times=times), extensions=extensions)

    sent = send(server, members=write_members(people(4)))

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == people(4)
    assert 60 <= sum(send.time.slept) < 90


def test_who_is_put_off_three_times_more_is_left_for_another_day(
    start_server, write_members, people, send, workspace
) -> None:
    server = start_server(fault=to("membre1@example.org", "rcpt", b"450 4.2.1 box busy"))
    members = write_members(people(3))

    first = send(server, members=members)
    resumed = send(server, members=members, resume=True)

    assert (first.status, resumed.status) == (3, 3)
    assert server.counts["rcpt"] == 2 + 4  # twice at once, and four times to the same
    assert 60 + 300 + 900 <= sum(send.time.slept) < 1.2 * (60 + 300 + 900) + 10
    assert states(workspace)["membre1@example.org"] == "deferred"
    assert "450 4.2.1 box busy" in first.text


def test_who_was_put_off_too_often_is_tried_by_retry_failed(
    start_server, write_members, people, send
) -> None:
    server = start_server(fault=to("membre1@example.org", "rcpt", b"450 4.2.1 box busy"))
    members = write_members(people(2))
    send(server, members=members)
    server.fault = at("none", 0, b"")

    again = send(server, members=members, retry_failed=True)

    assert again.status == 0, again.text
    assert server.taken == people(2)


def test_who_was_put_off_as_the_process_died_is_tried_on_resume(
    start_server, write_members, people, send, workspace
) -> None:
    server = start_server(fault=to("membre1@example.org", "rcpt", b"450 4.2.1 box busy"))
    members = write_members(people(2))
    send(server, members=members)
    server.fault = at("none", 0, b"")
    connection = sqlite3.connect(workspace / "ledger.sqlite3")
    connection.execute("UPDATE deliveries SET tries = 1 WHERE state = 'deferred'")
    connection.commit()
    connection.close()

    resumed = send(server, members=members, resume=True)

    assert resumed.status == 0, resumed.text
    assert server.taken == people(2)


@PIPELINES
@pytest.mark.parametrize("event", ["mail", "rcpt", "dot"])
def test_who_is_refused_is_not_written_to_again_unless_asked(
    event, extensions, start_server, write_members, people, send, workspace
) -> None:
    server = start_server(fault=at(event, 1, b"550 5.1.1 no such box"), extensions=extensions)
    members = write_members(people(3))

    first = send(server, members=members)
    resumed = send(server, members=members, resume=True)
    refused = states(workspace)["membre0@example.org"]
    again = send(server, members=members, retry_failed=True)

    assert (first.status, resumed.status, again.status) == (3, 3, 0)
    assert refused == "refused"
    assert sorted(server.taken) == people(3)


@PIPELINES
@pytest.mark.parametrize("event", ["mail", "rcpt", "data", "dot"])
def test_a_server_that_closes_for_a_while_is_come_back_to(
    event, extensions, start_server, write_members, people, send
) -> None:
    server = start_server(fault=at(event, 3, b"421 closing"), extensions=extensions)

    sent = send(server, members=write_members(people(6)))

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == people(6)


@PIPELINES
@pytest.mark.parametrize("event", ["mail", "rcpt", "data"])
def test_a_connection_cut_before_the_end_of_a_message_loses_and_doubles_nothing(
    event, extensions, start_server, write_members, people, send
) -> None:
    server = start_server(fault=at(event, 3, CUT), extensions=extensions)

    sent = send(server, members=write_members(people(6)))

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == people(6)


@PIPELINES
@pytest.mark.parametrize("event", ["in data", "dot"])
def test_a_connection_cut_around_the_end_leaves_one_uncertain_who_is_not_sent_it_again(
    event, extensions, start_server, write_members, people, send, workspace
) -> None:
    server = start_server(fault=at(event, 3, CUT), extensions=extensions)
    members = write_members(people(6))

    first = send(server, members=members)
    resumed = send(server, members=members, resume=True)

    known = states(workspace)
    uncertain = [address for address, state in known.items() if state == "uncertain"]
    accepted = {address for address, state in known.items() if state == "accepted"}
    assert (first.status, resumed.status) in {(3, 3), (0, 0)}
    assert len(uncertain) <= 1
    assert accepted <= set(server.taken) <= accepted | set(uncertain)
    assert len(server.taken) == len(set(server.taken))
    assert set(known) == set(people(6))


def test_retry_uncertain_sends_again_under_the_same_id(
    start_server, write_members, people, send
) -> None:
    server = start_server(fault=at("dot", 2, CUT))
    members = write_members(people(3))
    send(server, members=members)

    again = send(server, members=members, retry_uncertain=True)

    ids = [id_of(message) for message in server.messages]
    assert again.status == 0, again.text
    assert server.taken == [*people(3), "membre1@example.org"]
    assert ids[3] == ids[1]
    assert len(set(ids)) == 3


def id_of(message: bytes) -> bytes:
    return next(line for line in message.split(b"\r\n") if line.startswith(b"Message-ID:"))


@pytest.mark.parametrize(
    ("event", "number", "uncertain"), [("rcpt", 2, 0), ("dot", 2, 1), ("dot", 3, 1)]
)
def test_a_server_that_falls_silent_is_left_after_a_while(
    event, number, uncertain, start_server, write_members, people, send, workspace, monkeypatch
) -> None:
    monkeypatch.setattr("newsletter.sending.means.TIMEOUT_SECONDS", 0.5)
    server = start_server(fault=at(event, number, SILENCE))

    sent = send(server, members=write_members(people(3)))

    assert list(states(workspace).values()).count("uncertain") == uncertain
    assert sorted(server.taken) == people(3), sent.text


def test_ten_refusals_of_the_same_kind_stop_who_cannot_be_asked(
    start_server, write_members, people, send, workspace
) -> None:
    def refuse(event: str, _count: int, _address: str) -> bytes | None:
        if event != "rcpt":
            return None
        time.sleep(0.05)  # a server over the network: the tenth is heard before many more are tried
        return b"550 quota"

    server = start_server(fault=refuse)

    sent = send(server, members=write_members(people(40)))

    assert sent.status == 3
    assert 10 <= server.counts["rcpt"] <= 13
    assert "10 messages in a row: refused (550 quota)" in sent.text
    assert "--retry-failed also to those who were refused" in sent.text
    assert list(states(workspace).values()).count("queued") >= 27


def test_who_answers_yes_to_ten_refusals_goes_on(start_server, write_members, people, send) -> None:
    server = start_server(fault=lambda event, *_: b"550 quota" if event == "rcpt" else None)

    sent = send(server, members=write_members(people(12)), typed=["12", "yes"])

    assert sent.status == 3
    assert server.counts["rcpt"] == 12


def test_refusals_of_several_kinds_do_not_stop_a_send(
    start_server, write_members, people, send
) -> None:
    server = start_server(
        fault=lambda event, count, _: b"55%d no" % (count % 2) if event == "rcpt" else None
    )

    send(server, members=write_members(people(20)))

    assert server.counts["rcpt"] == 20


@PIPELINES
@pytest.mark.parametrize("event", ["rcpt", "data", "dot"])
def test_a_server_that_puts_everyone_off_at_first_does_not_stop_a_send(
    event, extensions, start_server, write_members, people, send
) -> None:
    met: set[str] = set()

    def greylist(now: str, _count: int, whom: str) -> bytes | None:
        if now != event or whom in met:
            return None
        met.add(whom)
        return b"451 4.7.1 come back later"

    server = start_server(fault=greylist, extensions=extensions)

    sent = send(server, members=write_members(people(15)))

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == sorted(people(15))


def test_ctrl_c_ends_a_send_after_the_messages_in_flight(
    start_server, write_members, people, send, workspace
) -> None:
    stopping = threading.Event()
    members = write_members(people(20))

    def press(event: str, count: int, _address: str) -> None:
        if (event, count) == ("dot", 5):
            stopping.set()

    server = start_server(fault=press)
    stopped = send(server, members=members, stopping=stopping)
    known = list(states(workspace).values())
    resumed = send(server, members=members, resume=True)

    assert stopped.status == 130
    assert known.count("accepted") == 5
    assert resumed.status == 0
    assert server.taken == people(20)


def test_a_second_connection_that_is_not_let_in_leaves_the_work_to_the_first(
    start_server, write_members, people, send
) -> None:
    server = start_server(
        fault=lambda event, count, _: (
            b"554 one is enough" if (event, count > 1) == ("greeting", True) else None
        )
    )

    sent = send(server, members=write_members(people(8)), connections=2)

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == people(8)


REFUSALS_TO_CONNECT = {
    "greeting": (at("greeting", 1, b"554 go away"), "does not accept mail from here: 554 go away"),
    "hello": (at("greeting", 1, b"521 no mail here"), "from here: 521 no mail here"),
}


@pytest.mark.parametrize("case", REFUSALS_TO_CONNECT)
def test_a_server_that_does_not_let_us_in_is_told_before_anything_leaves(
    case, start_server, write_members, people, send, workspace
) -> None:
    fault, words = REFUSALS_TO_CONNECT[case]
    server = start_server(fault=fault)

    sent = send(server, members=write_members(people(3)))

    assert sent.status == 2
    assert words in sent.text
    assert states(workspace) == {}


def test_a_server_that_takes_no_such_size_is_told_and_nothing_leaves(
    start_server, write_members, people, send
) -> None:
    server = start_server(extensions=("SIZE 2000",))

    sent = send(server, members=write_members(people(3)))

    assert sent.status == 3
    assert "the server accepts at most 2 kB" in sent.text
    assert server.counts.get("mail") is None


def test_a_message_that_always_cuts_the_connection_is_put_off_and_the_others_leave(
    start_server, write_members, people, send, workspace
) -> None:
    server = start_server(fault=to("membre1@example.org", "rcpt", CUT))

    sent = send(server, members=write_members(people(4)))

    assert sent.status == 3
    assert states(workspace)["membre1@example.org"] == "deferred"
    assert sorted(server.taken) == ["membre0@example.org", *people(4)[2:]]
