"""The envelope of a message leaves with the end of the one before: it is never more than said."""

import threading
from itertools import pairwise

import pytest

from newsletter.ledger.opening import open_ledger
from newsletter.ledger.rows import Person
from newsletter.mailing.delivery.delivery import deliver
from newsletter.mailing.delivery.patience import Pace, Patience
from newsletter.mailing.delivery.run import Job, Run
from newsletter.mailing.smtp.connection import Connection, MailObject
from newsletter.mailing.smtp.server import Server
from newsletter.settings.smtp import Smtp
from tests.mailing.delivery.test_faults import CUT, at, states, to

MESSAGE = b"Subject: essai\r\n\r\nBonjour\r\n"


def test_a_message_is_announced_with_the_end_of_the_one_before(
    start_server, write_members, people, send
) -> None:
    server = start_server()

    assert send(server, members=write_members(people(30))).status == 0

    assert server.announced == 29


def test_nothing_is_announced_to_a_server_that_does_not_offer_pipelining(
    start_server, write_members, people, send
) -> None:
    server = start_server(extensions=("HELP",))

    assert send(server, members=write_members(people(30))).status == 0

    assert server.announced == 0


def test_answers_that_come_byte_by_byte_are_understood(
    start_server, write_members, people, send
) -> None:
    server = start_server(
        in_pieces=True,
        fault=lambda event, *_: b"250-taken\r\n250 as number 7" if event == "dot" else None,
    )

    sent = send(server, members=write_members(people(9)))

    assert sent.status == 0, sent.text
    assert server.taken == people(9)
    assert server.announced == 8


CANNOT_BE_ANNOUNCED = {
    "loses it": {"after_a_message": "loses it"},
    "out of sequence": {"to_announced": b"503 not so fast"},
    "put off": {"to_announced": b"451 not so fast"},
    "refused": {"to_announced": b"554-5.5.0 not so\r\n554 5.5.0 fast"},
    "closes": {"to_announced": b"421 not so fast"},
    "closes at each": {"to_announced": b"421 no\r\n421 not so fast\r\n421 bye"},
    "cut": {"to_announced": CUT},
    "garbage": {"to_announced": b"not so fast"},
    "another's answers": {"to_announced": b"250 taken\r\n250 fine"},
}


@pytest.mark.parametrize("habit", CANNOT_BE_ANNOUNCED)
def test_a_server_that_cannot_be_announced_a_message_gets_each_by_itself(
    habit, start_server, write_members, people, send, monkeypatch
) -> None:
    monkeypatch.setattr("newsletter.sending.means.TIMEOUT_SECONDS", 0.5)
    server = start_server(**CANNOT_BE_ANNOUNCED[habit])

    sent = send(server, members=write_members(people(30)))

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == sorted(people(30))
    assert server.announced == 1
    assert send.time.slept == []


def test_a_server_that_loses_what_is_announced_later_on_is_announced_no_more(
    start_server, write_members, people, send, monkeypatch
) -> None:
    monkeypatch.setattr("newsletter.sending.means.TIMEOUT_SECONDS", 0.5)

    def change(event: str, count: int, _address: str) -> None:
        if (event, count) == ("data", 5):
            server.after_a_message = "loses it"

    server = start_server(fault=change)

    sent = send(server, members=write_members(people(20)))

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == sorted(people(20))
    assert server.announced == 5


def test_a_server_that_sees_no_end_where_more_follows_leaves_one_uncertain(
    start_server, write_members, people, send, workspace, monkeypatch
) -> None:
    monkeypatch.setattr("newsletter.sending.means.TIMEOUT_SECONDS", 0.5)
    server = start_server(after_a_message="sees no end")

    send(server, members=write_members(people(30)))

    assert states(workspace)["membre0@example.org"] == "uncertain"
    assert server.taken == people(30)[1:]


def test_a_server_that_closes_after_some_messages_is_announced_others(
    start_server, write_members, people, send
) -> None:
    server = start_server(
        fault=lambda event, count, _: CUT if event == "mail" and count % 6 == 0 else None
    )

    sent = send(server, members=write_members(people(20)))

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == sorted(people(20))
    assert server.announced > 10


@pytest.mark.parametrize("refused", [1, 3])
def test_whose_message_follows_a_refused_one_is_not_refused_by_a_server_that_waits_for_rset(
    refused, start_server, write_members, people, send, workspace
) -> None:
    server = start_server(
        fault=at("dot", refused, b"554 bad content"), after_a_message="keeps a refused sender"
    )

    send(server, members=write_members(people(6)))

    known = states(workspace)
    assert [each for each in people(6) if known[each] == "refused"] == [people(6)[refused - 1]]
    assert list(known.values()).count("accepted") == len(server.taken) == 5


@pytest.mark.parametrize("data_to_nobody", [b"503 to whom?", b"354 go on"])
def test_who_is_refused_after_being_announced_is_the_only_one(
    data_to_nobody, start_server, write_members, people, send, workspace
) -> None:
    server = start_server(
        fault=to("membre3@example.org", "rcpt", b"550 5.1.1 no such box"),
        data_to_nobody=data_to_nobody,
    )

    send(server, members=write_members(people(6)))

    assert server.taken == [each for each in people(6) if each != "membre3@example.org"]
    assert states(workspace)["membre3@example.org"] == "refused"
    assert server.counts["rcpt"] == 6


def test_who_is_stopped_before_an_announced_message_has_not_sent_it(
    start_server, write_members, people, send, workspace
) -> None:
    server = start_server(
        fault=lambda event, count, _: b"550 quota" if event == "dot" and count > 2 else None
    )

    sent = send(server, members=write_members(people(30)))

    known = list(states(workspace).values())
    assert sent.status == 3
    assert server.taken == people(2)
    assert (known.count("refused"), known.count("queued")) == (10, 18)
    assert (server.counts["dot"], server.announced) == (12, 12)


def test_messages_to_a_slow_server_keep_their_distance(
    start_server, write_members, people, send
) -> None:
    left: list[float] = []

    def be_slow(event: str, count: int, _address: str) -> None:
        if event == "mail":
            left.append(send.time.seconds)
        if (event, count) in {("data", 1), ("data", 5)}:
            send.time.sleep(2)
        if (event, count) in {("dot", 1), ("dot", 5)}:
            send.time.sleep(7)

    server = start_server(fault=be_slow)

    sent = send(server, members=write_members(people(9)), smtp=", rate: 1/second")

    assert sent.status == 0, sent.text
    assert server.announced == 2
    assert min(after - before for before, after in pairwise(left)) >= 1 - 1e-9


def test_two_connections_do_not_announce_in_the_same_moment(
    start_server, write_members, people, send
) -> None:
    both = threading.Barrier(2)

    def meet(event: str, count: int, _address: str) -> None:
        if event == "data" and count <= 2 and both.wait(10) == 0:
            send.time.sleep(5)
        if event == "data" and count <= 2:
            both.wait(10)

    server = start_server(fault=meet)

    sent = send(server, members=write_members(people(4)), connections=2, smtp=", rate: 1/second")

    assert sent.status == 0, sent.text
    assert server.announced == 1


def server_at(port: int) -> Server:
    return Server(Smtp(host="localhost", port=str(port), security="none"), "example.org")


@pytest.fixture(name="send_three")
def make_send_three(people, send, workspace):
    """Send to three over one connection; `start` is given the run and returns the server."""

    def send_three(start) -> None:
        with open_ledger(workspace) as ledger:
            ledger.note("essai", map(Person, people(3)), new_id=iter("abc").__next__)
            rows = ledger.known("essai", people(3))
            time = send.time.clock()
            run = Run(
                sender="lettre@example.org",
                connect=lambda: Connection(server_at(server.port)),
                ledger=ledger,
                pace=Pace(None, {}, time, None),
                patience=Patience(3600, time),
                clock=time,
                stopping=threading.Event(),
            )
            server = start(run)
            jobs = [Job(row, row.address, lambda _now: MESSAGE) for row in rows.values()]
            list(deliver(run, iter(jobs), connections=1, resumes=lambda _trouble: True))

    return send_three


def test_no_server_waits_in_an_announced_message_while_a_question_is_open(
    start_server, send_three, people
) -> None:
    servers = []

    def start(run: Run):
        too_late = threading.Timer(5, run.going_on.set)

        def ask(event: str, count: int, _address: str) -> None:
            if (event, count) == ("dot", 1):
                run.going_on.clear()
                too_late.start()
            if event == "dropped":
                too_late.cancel()
                run.going_on.set()

        servers.append(start_server(fault=ask))
        return servers[0]

    send_three(start)

    assert servers[0].counts["dropped"] == 1
    assert servers[0].taken == people(3)


def test_nothing_is_announced_while_a_question_is_open(start_server, send_three, people) -> None:
    servers = []

    def start(run: Run):
        def ask(event: str, count: int, _address: str) -> None:
            if (event, count) == ("data", 1):
                run.going_on.clear()
            if (event, count) == ("dot", 1):
                run.going_on.set()

        servers.append(start_server(fault=ask))
        return servers[0]

    send_three(start)

    assert servers[0].announced == 1
    assert servers[0].taken == people(3)


def test_nothing_is_announced_after_ctrl_c(start_server, write_members, people, send) -> None:
    stopping = threading.Event()

    def press(event: str, count: int, _address: str) -> None:
        if (event, count) == ("data", 1):
            stopping.set()

    server = start_server(fault=press)

    sent = send(server, members=write_members(people(20)), stopping=stopping)

    assert sent.status == 130
    assert server.taken == people(1)
    assert server.announced == 0


class InParts:
    """A socket that takes some bytes of the end of a message at first, then the rest, or none."""

    def __init__(self, socket, taken: int, *, is_cut: bool) -> None:
        self.socket, self.taken, self.is_cut = socket, taken, is_cut

    def __getattr__(self, name: str) -> object:
        return getattr(self.socket, name)

    def send(self, group: bytes) -> int:
        return self.socket.send(group[: self.taken])

    def sendall(self, rest: bytes) -> None:
        if self.is_cut and not rest.startswith((b"MAIL", b"Subject")):
            raise ConnectionResetError
        self.socket.sendall(rest)


@pytest.mark.parametrize(("taken", "is_cut"), [(1, False), (3, False), (20, False), (20, True)])
def test_a_message_whose_end_has_left_is_answered_whatever_becomes_of_the_next(
    taken, is_cut, start_server, people
) -> None:
    server = start_server()
    connection = Connection(server_at(server.port))
    first, second = (MailObject("lettre@example.org", each, MESSAGE) for each in people(2))
    connection._smtp.sock = InParts(connection._smtp.sock, taken, is_cut=is_cut)

    answer = connection.deliver(first, before_last_byte=lambda: second)
    connection.abort()

    assert answer.code == 250
    assert server.taken == people(1)
