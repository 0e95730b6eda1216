"""A worker sends what is due, whoever scheduled it, and nothing that is too late."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.commands.jobs import jobs
from newsletter.commands.worker import worker
from newsletter.ledger.opening import read_ledger, running_ledger
from newsletter.ledger.states import utc_text
from tests.conftest import ROOT
from tests.ledgers import execute
from tests.mail_server import SECRET
from tests.sending.test_scheduled import (
    FILE,
    HOUR,
    SITE,
    SOON,
    pressed,
    publish_by_copying,
    stopped,
)
from tests.sending.test_send import RELEASE
from tests.surroundings import around


@pytest.fixture(name="schedule")
def schedule_and_close_the_window(send, write_members, people):
    """Schedule an issue for three members, and close the window."""

    def schedule(server, **typed: object) -> None:
        sleep = send.time.sleep
        send.time.sleep = lambda _seconds: pressed()
        assert send(server, members=write_members(people(3)), at=SOON, **typed).status == 130
        send.time.sleep = sleep

    return schedule


@pytest.fixture(name="work")
def run_a_worker(send, workspace):
    """Have a worker work for so many seconds, or until `work.stop()`; return what it says."""
    stops = []

    def work(seconds: float, **typed: object) -> list[str]:
        said: list[str] = []
        stopping, end = threading.Event(), send.time.seconds + seconds
        sleep = send.time.sleep

        def slept(pause: float) -> None:
            sleep(pause)
            if send.time.seconds >= end:
                stops[-1]()

        send.time.sleep = slept
        here = around(
            workspace,
            environment={"NEWSLETTER_SECRET": SECRET},
            tell=said.append,
            ask=lambda _question: "yes",
            stopping=stopping,
        )
        status = worker(
            here,
            **{"only_send": True, **typed},
            on_stop=stops.append,
            clock=send.time.clock(),
        )
        send.time.sleep = sleep
        assert status == 0
        return said

    work.stop = lambda: stops[-1]()
    return work


def test_a_worker_sends_at_the_hour_what_a_window_left(
    start_server, schedule, work, people, workspace, send
) -> None:
    server = start_server()
    schedule(server)
    (workspace / "membres.csv").unlink()
    (workspace / FILE).unlink()

    early = work(200)
    taken = [*server.taken]
    said = work(200)

    assert (taken, server.taken) == ([], people(3))
    assert len(early) == 1
    assert said[1:] == ["essai: accepted by the server: 3"]
    with read_ledger(workspace) as ledger:
        assert ledger.schedules.of() == []


def test_a_send_of_a_worker_that_is_stopped_ends_at_once_however_slow_it_is(
    start_server, schedule, workspace, monkeypatch
) -> None:
    monkeypatch.setattr("newsletter.sending.frozen_send.LOOK_SECONDS", 0.02)
    ended = threading.Event()
    end: list[Callable[[], None]] = []

    def stop_the_send(event: str, number: int, _address: str) -> None:
        if (event, number) == ("dot", 1):
            stopped(workspace)

    def tell(line: str) -> None:
        if "not sent yet" in line:
            end[0]()
            ended.set()

    schedule(start_server(fault=stop_the_send), smtp=", rate: 1/minute")
    now, soon = datetime.now(UTC), datetime.now(UTC) + timedelta(hours=1)
    execute(workspace, "UPDATE schedules SET due = :due, until = :until",
            due=utc_text(now), until=utc_text(soon))  # fmt: skip
    here = around(workspace, environment={"NEWSLETTER_SECRET": SECRET}, tell=tell)
    options = {"only_send": True, "on_stop": end.append}
    work = threading.Thread(target=worker, args=[here], kwargs=options, daemon=True)
    work.start()

    assert ended.wait(20)
    work.join(5)


def test_a_worker_that_comes_back_three_hours_late_sends_nothing_and_writes_once(
    start_server, schedule, work, send
) -> None:
    server = start_server()
    schedule(server)
    send.time.seconds += 3 * HOUR

    said = [*work(200), *work(200)]

    assert [b"not sent: essai" in each for each in server.messages] == [True]
    assert sum("and was not sent, or not to everyone" in line for line in said) == 1


def test_a_worker_survives_a_late_send_that_a_newer_program_froze(
    start_server, schedule, work, send, workspace
) -> None:
    server = start_server()
    schedule(server)
    execute(workspace, "UPDATE frozen_issues SET content = replace(content, 'format', 'f')")
    newer = """UPDATE frozen_issues SET content = '{"format": "newer", ' || substr(content, 2)"""
    execute(workspace, newer)
    send.time.seconds += 3 * HOUR

    said = work(200)

    assert server.messages == []
    assert [line for line in said if "another version of this program started" in line] == said[1:]


@pytest.mark.parametrize(("pause", "taken"), [(60, 3), (HOUR, 1)])
def test_what_a_worker_began_another_ends_unless_it_comes_too_late(
    pause: int, taken: int, start_server, schedule, work, people, send
) -> None:
    server = start_server(
        fault=lambda event, number, _: work.stop() if (event, number) == ("dot", 1) else None
    )
    schedule(server, connections=1)

    first = work(400)
    began = [*server.taken]
    send.time.seconds += pause
    second = work(60)

    assert len(began) == 1
    assert first[1:] == ["essai: not sent yet: 2, accepted by the server: 1"]
    assert len([each for each in server.taken if each in people(3)]) == taken
    assert ("and was not sent, or not to everyone" in second[-1]) == (taken == 1)


def test_a_window_beside_a_worker_that_was_quicker_says_so(
    start_server, send, write_members, work, people
) -> None:
    server = start_server()
    sleep = send.time.sleep

    def slept(_seconds: float) -> None:
        send.time.sleep = sleep
        work(400)

    send.time.sleep = slept

    sent = send(server, members=write_members(people(3)), at=SOON)

    assert (sent.status, server.taken) == (130, people(3)), sent.text
    assert "essai.yaml is no longer waiting; for details: newsletter report" in sent.text


def test_a_worker_says_what_keeps_it_from_sending_and_tries_again(
    start_server, schedule, work, people
) -> None:
    is_away = threading.Event()
    server = start_server(fault=lambda event, *_: b"554 no" if is_away.is_set() else None)
    schedule(server)
    is_away.set()

    said = work(400)
    is_away.clear()
    work(60)

    assert set(said[1:]) == {"essai: localhost does not accept mail from here: 554 no"}
    assert server.taken == people(3)


@pytest.mark.parametrize(("embargo", "typed"), [("11:05", ["yes", "3"]), ("11:06", ["3"])])
def test_a_worker_in_a_clone_publishes_a_page_once_its_embargo_has_ended(
    embargo: str,
    typed,
    start_server,
    schedule,
    work,
    workspace,
    settings_say,
    tmp_path,
    monkeypatch,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (workspace / FILE).write_text(RELEASE.replace("06:00", embargo), "utf-8")
    settings_say(SITE.format(command=publish_by_copying(workspace)))
    schedule(start_server(), typed=typed)

    work(200, only_send=False)
    early = (workspace / "published").exists()
    work(200, only_send=False)

    assert (early, (workspace / "published/essai.html").is_file()) == (False, True)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "waits"), (400, "is due"), (3 * HOUR, "did not leave")]
)
def test_jobs_tells_what_waits_and_who_works(
    seconds: int, said: str, start_server, schedule, workspace, send
) -> None:
    schedule(start_server())
    lines: list[str] = []
    with running_ledger(workspace) as ledger:
        ledger.under_way.begin()
    send.time.seconds += seconds

    status = jobs(around(workspace, now=send.time.clock().now(), tell=lines.append))

    assert status == 0
    assert lines[0] == f"{said}: essai, 2 May 2025, 11:05 (Paris time), by 11:35 at the latest"
    assert lines[-2] == "       3  not sent yet"
    assert re.fullmatch(
        r"on .+: waits, last seen on 2 May 2025, 1[0134]:\d\d \(Paris time\)", lines[-1]
    )


def test_jobs_of_nothing_says_so(workspace) -> None:
    lines: list[str] = []
    with running_ledger(workspace):
        jobs(around(workspace, now=datetime.now(UTC), tell=lines.append))

    assert lines == ["nothing is scheduled", "no worker was seen"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_takes_the_unit_of_the_docs(tmp_path) -> None:
    text = (ROOT / "docs/newsletter-worker.service").read_text("utf-8")
    unit, program = tmp_path / "newsletter-worker.service", tmp_path / "newsletter"
    program.symlink_to(sys.executable)
    unit.write_text(text.replace("/srv/lettre/.venv/bin/newsletter", str(program)), "utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
