"""Our own death: killed at any moment, the disk full, the ledger damaged.

`make soak` kills twenty sends of 2,000; here five of 300.
"""

import os
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.ledgers import execute, of_a_file

KILLS = int(os.environ.get("KILLS", "5"))
RECIPIENTS = int(os.environ.get("KILLED_RECIPIENTS", "300"))
CONNECTIONS = 2
DEADLINE_SECONDS = 120
ROOT = Path(__file__).parents[2]


def rows(workspace: Path) -> dict[str, str]:
    found = execute(workspace, "SELECT address, state FROM deliveries")
    assert len({address for address, _state in found}) == len(found)
    return dict(map(tuple, found))


def command(
    workspace: Path, members: Path | None, *more: str, **choices: object
) -> subprocess.Popen:
    """Start the real command line in a process of its own."""
    line = [sys.executable, "-m", "newsletter", "send", "issues/essai.yaml"]
    line += ["--members", members] if members else []
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NEWSLETTER_SECRET": "s" * 32}
    settings = workspace / "newsletter.yaml"
    settings.write_text(
        settings.read_text("utf-8").replace("language: fr", "language: en"), "utf-8"
    )
    return subprocess.Popen(
        [*line, "--yes", *more],
        cwd=workspace,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **choices,
    )


def finished(process: subprocess.Popen) -> tuple[int, str]:
    output, _nothing = process.communicate(timeout=DEADLINE_SECONDS)
    return process.returncode, output


@pytest.fixture(name="prepare")
def make_prepare(send, settings_say, write_members, people):
    """Write the issue, the members and the settings of a server."""

    def prepare(server, count: int, connections: int = CONNECTIONS) -> Path:
        settings_say(
            f"smtp: {{host: localhost, port: {server.port}, security: none,"
            f" connections: {connections}}}"
        )
        return write_members(people(count))

    return prepare


@of_a_file
@pytest.mark.parametrize("keeps_members", [True, False])
def test_killed_at_any_moment_nobody_is_missed_and_nobody_written_to_twice(
    keeps_members, start_server, people, prepare, workspace
) -> None:
    """The members file is given each time, or deleted after the first death."""
    server = start_server()
    members = prepare(server, RECIPIENTS)
    chance = random.Random(6)  # noqa: S311 - the same on every run
    moments = sorted(chance.sample(range(1, RECIPIENTS), KILLS))
    uncertain_before = 0

    for death, moment in enumerate(moments, 1):
        process = command(workspace, members, *(["--resume"] if death > 1 else []))
        deadline = time.monotonic() + DEADLINE_SECONDS
        while len(server.taken) < moment and time.monotonic() < deadline:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        finished(process)
        doubtful = [state for state in rows(workspace).values() if state != "queued"].count
        uncertain = doubtful("uncertain") + doubtful("attempting")
        assert uncertain - uncertain_before <= CONNECTIONS
        uncertain_before = uncertain
        if death == 1 and not keeps_members:
            members.unlink()
            members = None
    status, output = finished(command(workspace, members, "--resume"))

    known = rows(workspace)
    accepted = {address for address, state in known.items() if state == "accepted"}
    uncertain = {address for address, state in known.items() if state == "uncertain"}
    taken = set(server.taken)
    assert status == (3 if uncertain else 0), output
    assert set(known) == accepted | uncertain == set(people(RECIPIENTS))
    assert accepted <= taken <= accepted | uncertain
    assert len(server.taken) == len(taken)


def test_ctrl_c_ends_the_command_after_the_messages_in_flight(
    start_server, people, prepare, workspace
) -> None:
    started: list[subprocess.Popen] = []

    def press(event: str, count: int, _address: str) -> None:
        if (event, count) == ("dot", 10):
            started[0].send_signal(signal.SIGINT)

    server = start_server(fault=press)
    members = prepare(server, 300)

    started.append(command(workspace, members))
    status, output = finished(started[0])
    resumed, _words = finished(command(workspace, members, "--resume"))

    assert (status, resumed) == (130, 0), output
    assert "finishing the messages in flight" in output
    assert sorted(server.taken) == sorted(people(300))


def test_ctrl_c_at_the_question_ends_the_command_and_nothing_has_left(
    start_server, prepare, workspace
) -> None:
    server = start_server()
    members = prepare(server, 3)
    ours, theirs = os.openpty()
    line = [sys.executable, "-m", "newsletter", "send", "issues/essai.yaml", "--members", members]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NEWSLETTER_SECRET": "s" * 32}
    process = subprocess.Popen(
        line, cwd=workspace, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    said, deadline = b"", time.monotonic() + DEADLINE_SECONDS
    while b"tapez le nombre de destinataires" not in said:
        is_there, _, _ = select.select([ours], [], [], max(0, deadline - time.monotonic()))
        if not is_there:
            process.kill()
            pytest.fail(f"no question came: {said.decode()}")
        said += os.read(ours, 1000)

    for _again in range(20):  # as a person does: Python loses a press as it begins to wait
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
            break

    assert process.wait(1) == 130
    os.close(ours)
    assert server.counts == {}
    assert not (workspace / "sent").exists()


@of_a_file
def test_a_full_disk_ends_the_send_with_a_sentence_and_loses_nothing(
    start_server, people, prepare, workspace
) -> None:
    server = start_server()
    members = prepare(server, 60)

    full = command(workspace, members, preexec_fn=allow_small_files_only)
    status, output = finished(full)
    resumed, words = finished(command(workspace, members, "--resume"))

    known = rows(workspace)
    accepted = {address for address, state in known.items() if state == "accepted"}
    uncertain = {address for address, state in known.items() if state == "uncertain"}
    assert status in {2, 3}, output
    assert "Traceback" not in output
    assert "cannot write to the ledger" in output
    assert resumed in {0, 3}, words
    assert accepted <= set(server.taken) <= accepted | uncertain
    assert set(known) == set(people(60))
    assert len(server.taken) == len(set(server.taken))
    assert len(uncertain) <= CONNECTIONS


def allow_small_files_only() -> None:
    """Let no file grow over 180 kB: the ledger's journal meets that in the middle of the send."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (180_000, 180_000))


@of_a_file
def test_a_second_send_at_the_same_time_is_refused(
    start_server, people, prepare, workspace
) -> None:
    going_on = []

    def wait_for_the_other(event: str, count: int, _address: str) -> None:
        if (event, count) == ("dot", 2):
            going_on.append(finished(command(workspace, members, "--resume")))

    server = start_server(fault=wait_for_the_other)
    members = prepare(server, 4, connections=1)

    status, output = finished(command(workspace, members))

    [(refused, words)] = going_on
    assert (refused, status) == (2, 0), output
    assert "another send is running in this workspace" in words
    assert server.taken == people(4)


@of_a_file
def test_a_damaged_ledger_is_told_and_left_as_it_is(
    start_server, people, send, write_members, workspace
) -> None:
    server = start_server()
    members = write_members(people(3))
    send(server, members=members)
    ledger = workspace / "ledger.sqlite3"
    damaged = ledger.read_bytes()[:4096] + b"damage" * 2000
    ledger.write_bytes(damaged)

    sent = send(server, members=members, resume=True)

    assert sent.status == 2
    assert "the ledger ledger.sqlite3 is damaged or not a ledger" in sent.text
    assert ledger.read_bytes() == damaged
    assert server.taken == people(3)


@of_a_file
def test_a_file_that_is_no_ledger_is_told_and_left_as_it_is(
    start_server, people, send, write_members, workspace
) -> None:
    ledger = workspace / "ledger.sqlite3"
    shutil.copy(workspace / "assets/logo.png", ledger)
    before = ledger.read_bytes()

    sent = send(start_server(), members=write_members(people(3)))

    assert sent.status == 2
    assert "is damaged or not a ledger" in sent.text
    assert ledger.read_bytes() == before


@of_a_file
def test_the_ledger_of_a_newer_version_is_told_and_left_as_it_is(
    start_server, people, send, write_members, workspace
) -> None:
    server = start_server()
    members = write_members(people(3))
    send(server, members=members)
    connection = sqlite3.connect(workspace / "ledger.sqlite3")
    connection.execute("UPDATE version SET number = 99")
    connection.commit()
    connection.close()
    before = (workspace / "ledger.sqlite3").read_bytes()

    sent = send(server, members=members, resume=True)

    assert sent.status == 2
    assert "was written by a newer version of this program" in sent.text
    assert (workspace / "ledger.sqlite3").read_bytes() == before
