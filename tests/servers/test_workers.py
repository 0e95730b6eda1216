"""Workers of a shared ledger: the rows say what is due, whatever becomes of the engine's jobs."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.ledger.states import State, utc_text
from tests.ledgers import execute, running_ledger, share_ledger
from tests.mail_server import (  # noqa: F401 - fixtures
    SECRET,
    Server,
    change_settings,
    make_send,
    make_write_members,
    people_factory,
    server_factory,
)
from tests.servers.conftest import wait_until

ROOT = Path(__file__).parents[2]
# A minute of a worker's rounds lasts a second here.
COMMAND = """import runpy
from newsletter.commands import rounds
rounds.ROUND_SECONDS = 1
runpy.run_module("newsletter", run_name="__main__", alter_sys=True)
"""
SOON = "2025-05-02 11:05"  # long ago, by the clock of a real worker
SECONDS = 60


@contextmanager
def working(workspace: Path, *more: str, ends_with: int = 0) -> Iterator[subprocess.Popen[str]]:
    """Run a worker; it is stopped as systemd stops one, and ends cleanly or as is said."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NEWSLETTER_SECRET": SECRET,
                   "NEWSLETTER_LANG": "en"}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "worker", *more], cwd=workspace, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.said, _nothing = process.communicate(timeout=SECONDS)
    assert process.returncode == ends_with, process.said


@pytest.fixture(name="shared")
def make_shared(workspace: Path, postgresql: str) -> Path:
    share_ledger(workspace, postgresql)
    return workspace


@pytest.fixture(name="schedule")
def schedule_it(shared, send, write_members, people) -> Callable[..., None]:
    """Schedule an issue for some; `is_due` has its hour be now."""

    def schedule(server: Server, count: int, *, is_due: bool = True) -> None:
        sent = send(server, members=write_members(people(count)), at=SOON)
        assert sent.status == 0, sent.text
        if is_due:
            now = datetime.now(UTC)
            hours = {"due": utc_text(now), "until": utc_text(now + timedelta(minutes=30))}
            execute(shared, "UPDATE schedules SET due = :due, until = :until", **hours)
            execute(shared, "UPDATE issues SET begun = :due", due=hours["due"])

    return schedule


def test_an_engine_that_is_emptied_again_and_again_loses_nothing(
    start_server, schedule, people, shared
) -> None:
    def forget_every_job(event: str, number: int, _address: str) -> None:
        if event == "dot" and number % 10 == 0:
            execute(shared, "TRUNCATE newsletter_jobs.procrastinate_jobs CASCADE")
        time.sleep(0.01 if event == "dot" else 0)

    server = start_server(fault=forget_every_job)
    schedule(server, 60)
    execute(shared, "TRUNCATE newsletter_jobs.procrastinate_jobs CASCADE")

    with working(shared) as first, working(shared, "--only", "send") as second:
        wait_until(lambda: len(server.taken) >= 60, SECONDS)
        wait_until(lambda: not execute(shared, "SELECT * FROM schedules"), SECONDS)

    assert sorted(server.taken) == sorted(people(60)), first.said + second.said
    assert "Traceback" not in first.said + second.said
    assert execute(shared, "SELECT * FROM schedules") == []


def test_a_worker_that_comes_too_late_sends_nothing_and_one_of_two_writes(
    start_server, schedule, shared
) -> None:
    server = start_server()
    schedule(server, 5, is_due=False)

    with working(shared), working(shared):
        wait_until(lambda: bool(server.messages), SECONDS)
        time.sleep(3)

    assert [b"not sent: essai" in each for each in server.messages] == [True]


def test_a_worker_that_only_sends_needs_ten_lines_and_three_connections(
    start_server, schedule, people, shared, tmp_path
) -> None:
    seen: list[int] = []

    def count(event: str, number: int, _address: str) -> None:
        if event == "dot" and number % 10 == 5:
            seen.append(execute(shared, CONNECTIONS)[0][0])

    server = start_server(fault=count)
    schedule(server, 60)
    kept = ("ledger:", "smtp:", "timezone:", "language:")
    lines = [each for each in (shared / "newsletter.yaml").read_text("utf-8").splitlines()
             if each.startswith(kept)]  # fmt: skip
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "newsletter.yaml").write_text("\n".join([*SMALL.splitlines(), *lines]), "utf-8")

    with working(elsewhere, "--only", "send") as worker:
        wait_until(lambda: not execute(shared, "SELECT * FROM schedules"), SECONDS)

    assert sorted(server.taken) == sorted(people(60)), worker.said
    assert max(seen) <= 3
    assert [each.name for each in elsewhere.iterdir()] == ["newsletter.yaml"]


CONNECTIONS = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'newsletter'"""
JOBS_SO_FAR = "SELECT last_value FROM newsletter_jobs.procrastinate_jobs_id_seq"
SMALL = """\
organisation: {name: Mon association, address: 1 rue du Port, why: Vous êtes membre.}
senders: {default: {name: Mon association, email: lettre@example.org}}
recipients: {columns: {email: Courriel}}
unsubscribe: {mailto: non@example.org}
"""


def test_where_no_worker_was_seen_it_is_asked(
    start_server, send, write_members, people, shared
) -> None:
    server, members = start_server(), write_members(people(2))

    refused = send(server, members=members, at=SOON, typed=["no"])
    with running_ledger(shared) as ledger:
        ledger.under_way.begin()
    sent = send(server, members=members, at=SOON, typed=["2"])

    assert (refused.status, sent.status) == (2, 0), sent.text
    assert "no worker was seen for five minutes" in refused.text
    assert "no worker was seen" not in sent.text
    assert "a worker will send it on " in sent.text


def test_a_worker_does_not_ask_in_a_circle_for_what_another_holds(
    start_server, schedule, people, shared
) -> None:
    server = start_server()
    schedule(server, 10)

    with running_ledger(shared) as other:
        other.under_way.begin("essai")
        other.claims.claim("essai", "", State.QUEUED)
        with working(shared) as worker:

            def is_done_in_a_circle() -> bool:
                other.claims.beat()  # it lives
                [(jobs,)] = execute(shared, JOBS_SO_FAR)
                return jobs > 20

            assert not wait_until(is_done_in_a_circle, 10), worker

    assert server.taken == []
    assert worker.said.count("not sent yet: 10") == 1


def test_a_fault_of_ours_within_a_job_ends_the_worker_and_is_seen(
    start_server, schedule, shared
) -> None:
    server = start_server()
    schedule(server, 3)
    execute(shared, "UPDATE frozen_issues SET content = '[]'")  # no program of ours writes that

    with working(shared, ends_with=1) as worker:
        wait_until(lambda: worker.poll() is not None, SECONDS)

    assert "TypeError" in worker.said
    assert server.taken == []
