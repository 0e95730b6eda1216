"""Everyone once, nobody twice: a send over a server that behaves."""

from itertools import pairwise


def test_everyone_gets_one_message(start_server, write_members, people, send) -> None:
    server = start_server()

    sent = send(server, members=write_members(people(3)))

    assert sent.status == 0, sent.text
    assert server.taken == people(3)
    assert "3  accepted by the server" in sent.text


def test_who_waits_for_a_slow_domain_lets_the_others_before(
    start_server, write_members, people, send
) -> None:
    left: list[float] = []

    def note(event: str, _count: int, whom: str) -> None:
        if event == "dot" and whom.endswith("@example.org"):
            left.append(send.time.seconds)

    server = start_server(fault=note)
    others = [f"membre{number}@example.com" for number in range(30)]
    members = write_members([*people(6), *others])

    sent = send(server, members=members, smtp=", domain_rates: {example.org: 2/minute}")

    gaps = [after - before for before, after in pairwise(left)]
    assert sent.status == 0, sent.text
    assert server.taken == [people(6)[0], *others, *people(6)[1:]]
    assert min(gaps) >= 30 - 1e-6
    assert max(gaps) < 31
