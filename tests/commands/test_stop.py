"""A send that runs in another window ends; what is left of one is erased."""

import threading
import time
from pathlib import Path

import pytest

from newsletter.commands.jobs import stop
from newsletter.problems.errors import NewsletterError
from tests.ledgers import content_of
from tests.mail_server import (  # noqa: F401 - fixtures
    change_settings,
    make_send,
    make_write_members,
    people_factory,
    server_factory,
)
from tests.surroundings import around

ISSUE = Path("issues/essai.yaml")


def stopped(workspace: Path, *, close: bool = False) -> list[str]:
    lines: list[str] = []
    stop(around(workspace, tell=lines.append), ISSUE, close=close)
    return lines


def test_a_send_is_stopped_from_another_window_and_goes_on_later(
    start_server, send, write_members, people, workspace, monkeypatch
) -> None:
    monkeypatch.setattr("newsletter.sending.frozen_send.LOOK_SECONDS", 0.02)
    said: list[str] = []

    def stop_at_the_fifth(event: str, number: int, _address: str) -> None:
        if event == "dot" and number == 5:
            said.extend(stopped(workspace))
        if event == "dot":
            time.sleep(0.02)

    server = start_server(fault=stop_at_the_fifth)

    sent = send(server, members=write_members(people(60)))
    resumed = send(server, resume=True)

    assert said == ["the send ends after the messages in flight; --resume continues it"]
    assert (sent.status, resumed.status) == (130, 0), sent.text
    assert sorted(server.taken) == sorted(people(60))


def test_where_nothing_runs_it_is_said(start_server, send, write_members, people, workspace):
    with pytest.raises(NewsletterError, match=r"no send of .* is running"):
        stopped(workspace)
    send(start_server(), members=write_members(people(2)))
    with pytest.raises(NewsletterError, match=r"no send of .* is running"):
        stopped(workspace)


def test_a_send_that_is_closed_is_not_resumed_and_keeps_no_values(
    start_server, send, write_members, people, workspace
) -> None:
    stopping = threading.Event()
    server = start_server(
        fault=lambda event, number, _: stopping.set() if (event, number) == ("dot", 2) else None
    )
    send(server, members=write_members(people(9)), stopping=stopping)

    lines = stopped(workspace, close=True)
    resumed = send(server, resume=True)

    assert lines == ["closed: 7 messages cannot be resumed any more"]
    assert resumed.status == 2
    assert "nothing to resume" in resumed.text
    assert "Zoé 8".encode() not in content_of(workspace)
