"""Ledgers of several machines become one, on PostgreSQL: nobody is lost, and no no."""

import shutil
import threading
from pathlib import Path

import pytest

from newsletter.commands.ledger import forget, move, unsubscribe
from newsletter.ledger.states import State
from newsletter.problems.errors import NewsletterError
from tests.ledgers import execute, new_database, running_ledger
from tests.mail_server import (  # noqa: F401 - fixtures
    change_settings,
    make_send,
    make_write_members,
    people_factory,
    server_factory,
)
from tests.surroundings import around

SECRET = "s" * 32


@pytest.fixture(name="url")
def make_database(postgresql: str) -> str:
    return new_database(postgresql)


@pytest.fixture(name="two")
def make_two(send, start_server, people, write_members, workspace, tmp_path) -> tuple[Path, Path]:
    """Two workspaces that sent one issue, to eight people: four of each alone, two by both.

    The server of the first would not take one of these. Two of its own have left each.
    """
    server, other = start_server(fault=refuses_the_fifth), tmp_path / "other"
    shutil.copytree(workspace, other)
    send(server, members=write_members(people(6)))
    leave(workspace, "membre0@example.org", "membre1@example.org")
    here = tmp_path / "here"
    workspace.rename(here)
    other.rename(workspace)
    server.fault = lambda *_: None
    send(server, members=write_members(people(10)[4:]))
    leave(workspace, "membre8@example.org", "membre9@example.org")
    return here, workspace


def refuses_the_fifth(event: str, _number: int, whom: str) -> bytes | None:
    return b"550 no" if event == "rcpt" and whom.startswith("membre4@") else None


def stopped_at_once() -> threading.Event:
    stopping = threading.Event()
    stopping.set()
    return stopping


def leave(workspace: Path, *who: str) -> None:
    unsubscribe(around(workspace, environment={"NEWSLETTER_SECRET": SECRET}), who, yes=True)


def moved(workspace: Path, url: str) -> list[str]:
    lines: list[str] = []
    assert move(around(workspace, tell=lines.append), url) == 0
    return lines


def share(workspace: Path, url: str) -> None:
    with (workspace / "newsletter.yaml").open("a") as settings:
        settings.write(f"ledger: {url}\n")


def test_what_either_knew_the_shared_ledger_knows(two, url, people) -> None:
    ids = [
        {each: identity for identity, each in execute(at, "SELECT id, address FROM recipients")}
        for at in two
    ]

    for at, forgotten in zip(two, (people(2)[1], people(10)[9]), strict=True):
        forget(around(at), forgotten, yes=True)

    told = [moved(at, url) for at in two]
    share(two[1], url)

    assert told[0][0] == "6 messages moved to the shared ledger"
    assert told[1][:2] == [
        "6 messages moved to the shared ledger",
        "2 messages were in both ledgers: what each knew for sure is kept, 1 of them from here",
    ]
    with running_ledger(two[1]) as ledger:
        out = ledger.said_no.marks()
        left = [each for each in people(10) if ledger.said_no.mark_of(each) in out]
        for each in people(6)[4:]:
            both = ledger.said_no.marks_of_ids([known[each] for known in ids])
            assert set(both.values()) == {ledger.said_no.mark_of(each)}
            assert len(both) == 2
        assert ledger.counts("essai") == {State.ACCEPTED: 10}
        assert {row.address for row in ledger.returns.written_to(both, [])} == {people(6)[5]}
    assert left == [people(10)[number] for number in (0, 1, 8, 9)]


def test_a_moved_ledger_goes_on_where_it_stood(
    two, url, people, send, start_server, write_members
) -> None:
    for at in two:
        moved(at, url)
    share(two[1], url)
    server = start_server()
    settings = two[1] / "newsletter.yaml"
    kept = [line for line in settings.read_text("utf-8").splitlines() if "smtp:" not in line]
    settings.write_text("\n".join(kept), "utf-8")

    sent = send(server, members=write_members(people(12)), resume=True)

    assert sent.status == 0, sent.text
    assert server.taken == people(12)[10:]


def test_what_is_scheduled_leaves_from_where_it_was_moved_to(
    workspace, url, people, send, start_server, write_members
) -> None:
    server, at = start_server(), "2025-05-02 11:05"  # in five minutes
    waiting = send(server, members=write_members(people(3)), at=at, typed=["3"],
                   stopping=stopped_at_once())  # fmt: skip
    before = execute(workspace, "SELECT * FROM schedules")

    moved(workspace, url)
    share(workspace, url)
    after = execute(workspace, "SELECT * FROM schedules")
    sent = send(server, resume=True)

    assert [len(before), after, server.taken] == [1, before, people(3)], waiting.text + sent.text


def test_from_a_moved_ledger_nothing_is_sent_any_more(two, url, send, people) -> None:
    moved(two[1], url)

    again = send(resume=True)
    with pytest.raises(NewsletterError, match="this ledger was moved to"):
        move(around(two[1]), url)

    assert again.status == 2
    assert f"this ledger was moved to {url}" in again.text
    assert f"add to newsletter.yaml: ledger: {url}" in again.text


def test_a_move_that_died_goes_on_and_copies_nothing_twice(two, url, postgresql) -> None:
    moved(two[0], url)
    execute(two[0], "UPDATE moves SET is_done = 0")  # as if it had died before it was noted here

    refused = pytest.raises(NewsletterError, match="this ledger is being moved to")
    with refused, running_ledger(two[0]):
        pass
    with pytest.raises(NewsletterError, match="this ledger is being moved to"):
        move(around(two[0]), new_database(postgresql))
    told = moved(two[0], url)

    assert told[0] == "0 messages moved to the shared ledger"
    share(two[0], url)
    assert execute(two[0], "SELECT count(*) FROM deliveries") == [(6,)]
