"""One ledger for a team, on PostgreSQL: the tests of the ledger again, then what only it can do."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from newsletter.ledger.ledger import Ledger
from newsletter.ledger.postgresql import open_server, upgrade
from newsletter.ledger.returns import No
from newsletter.ledger.rows import Person
from newsletter.ledger.states import Delivery, State
from newsletter.problems.errors import NewsletterError
from tests.ledgers import execute, running_ledger, share_ledger, url_of
from tests.mail_server import (  # noqa: F401 - fixtures
    change_settings,
    make_send,
    make_write_members,
    people_factory,
    server_factory,
)
from tests.sending.test_deaths import command, finished
from tests.servers.conftest import restart_at_once, wait_until

ROOT = Path(__file__).parents[2]
OF_THE_LEDGER = """
sending/test_send.py sending/test_never_twice.py sending/test_frozen.py sending/test_report.py
sending/test_unsubscribed.py sending/test_lists.py sending/test_senders.py sending/test_deaths.py
returns/test_verdicts.py leaving/test_leaving.py commands/test_stop.py commands/test_people.py
commands/test_bounces.py"""
NOW = "2026-11-28T09:00:00+00:00"
SECONDS = 120


def test_all_that_holds_of_a_ledger_holds_of_a_shared_one_in_a_french_database(postgresql) -> None:
    modules = [f"tests/{name}" for name in OF_THE_LEDGER.split()]
    options = ["-q", "--numprocesses", "auto", "-m", "not soak and not of_a_file"]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *modules],
        cwd=ROOT, env={**os.environ, "LEDGER_SERVER": postgresql}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-4000:]


@pytest.fixture(name="shared")
def make_shared(workspace: Path, postgresql: str) -> Path:
    """A workspace with a ledger of its own on the server."""
    share_ledger(workspace, postgresql)
    return workspace


@pytest.fixture(name="workers")
def open_workers(shared: Path) -> Iterator[list[Ledger]]:
    """Three at work on one issue, of a hundred and twenty recipients."""
    with ExitStack() as stack:
        workers = [stack.enter_context(running_ledger(shared)) for _number in range(3)]
        ids = map(str, itertools.count())
        people = [Person(f"membre{number}@example.org", values={}) for number in range(120)]
        workers[0].note("mai", people, new_id=lambda: next(ids))
        for each in workers:
            each.under_way.begin("mai", account="lettre@smtp", interval=0.1)
        yield workers


def claimed(ledger: Ledger, state: State = State.QUEUED) -> list[Delivery]:
    return [row for row, _values in ledger.claims.claim("mai", "", state)]


def attempted(row: Delivery) -> Delivery:
    return row._replace(state=State.ATTEMPTING, tries=row.tries + 1, tried=NOW)


def lose_from_sight(workspace: Path, ledger: Ledger) -> None:
    """Make a worker one that was not seen for longer than a claim holds, and have it noticed."""
    gone = "UPDATE workers SET seen = seen - 61 WHERE id = :worker"
    execute(workspace, gone, worker=ledger.under_way.worker)
    ledger.claims.reap()


def test_each_recipient_is_one_worker_s_and_nobody_is_left(workers) -> None:
    with ThreadPoolExecutor(3) as pool:
        rounds = [list(pool.map(claimed, workers)) for _round in range(2)]

    numbers = [row.number for each in rounds for rows in each for row in rows]
    assert sorted(numbers) == list(range(1, 121))


def test_what_another_is_claiming_at_this_moment_is_passed_over(workers) -> None:
    with workers[1].engine.begin() as claiming:
        claiming.execute(text("SELECT number FROM deliveries WHERE number <= 10 FOR UPDATE"))
        found = claimed(workers[0])

    assert [row.number for row in found] == list(range(11, 61))


def test_only_whoever_has_claimed_a_recipient_may_attempt(workers) -> None:
    [row, *_others] = claimed(workers[0])

    assert workers[1].record([attempted(row)]) == {row.number}
    assert workers[0].record([attempted(row)]) == frozenset()
    assert workers[0].counts("mai") == {State.ATTEMPTING: 1, State.QUEUED: 119}


def test_what_a_lost_worker_held_goes_back_and_its_attempts_are_uncertain(workers, shared) -> None:
    rows = claimed(workers[0])
    workers[0].record([attempted(rows[0])])

    lose_from_sight(shared, workers[0])

    found = [row for _round in range(3) for row in claimed(workers[1])]
    assert {row.number for row in found} == set(range(1, 121)) - {rows[0].number}
    assert workers[1].counts("mai") == {State.QUEUED: 119, State.UNCERTAIN: 1}


def test_a_worker_that_wakes_may_not_send_what_is_another_s_by_now(workers, shared) -> None:
    [row, *_others] = claimed(workers[0])
    lose_from_sight(shared, workers[0])

    not_noted = workers[0].record([attempted(row)])
    workers[0].record([row._replace(state=State.LEFT_OUT, words="unsubscribed")])

    assert not_noted == {row.number}
    assert row in claimed(workers[1])


@pytest.mark.parametrize("is_attempted_since", [False, True])
def test_a_worker_that_wakes_says_what_came_of_its_attempt_unless_there_was_another(
    workers, shared, is_attempted_since: bool
) -> None:
    [row, *_others] = claimed(workers[0])
    workers[0].record([attempted(row)])
    lose_from_sight(shared, workers[0])
    [again] = claimed(workers[1], State.UNCERTAIN)
    if is_attempted_since:
        assert not workers[1].record([attempted(again)])

    workers[0].record([attempted(row)._replace(state=State.ACCEPTED, code=250)])

    state = State.ATTEMPTING if is_attempted_since else State.ACCEPTED
    assert workers[2].counts("mai")[state] == 1
    if not is_attempted_since:  # and it is known to whoever would have tried again
        assert workers[1].record([attempted(again)]) == {again.number}


def test_who_said_no_meanwhile_is_not_attempted(workers) -> None:
    row, other, *_others = claimed(workers[0])
    mark = workers[1].said_no.mark_of(row.address)
    workers[1].said_no.add([No(mark, "", NOW, "a click")])

    assert workers[0].record([attempted(row), attempted(other)]) == {row.number}


def test_a_no_to_another_list_than_the_worker_s_is_none(workers) -> None:
    workers[0].under_way.begin("mai", "membres.example.org")
    row, other, *_others = claimed(workers[0])
    for each, name in ((row, "presse.example.org"), (other, "membres.example.org")):
        mark = workers[1].said_no.mark_of(each.address)
        workers[1].said_no.add([No(mark, name, NOW, "a click")])

    assert workers[0].record([attempted(row), attempted(other)]) == {other.number}


def test_what_a_worker_has_not_sent_at_its_end_is_free(workers) -> None:
    rows = claimed(workers[0])
    workers[0].record([attempted(rows[0])])
    workers[0].record([attempted(rows[0])._replace(state=State.DEFERRED)])

    workers[0].end_send(now=datetime.now(UTC))

    assert [row.number for row in claimed(workers[1])] == [row.number for row in rows[1:]] + [51]
    assert len(claimed(workers[1], State.DEFERRED)) == 1


def test_the_lowest_rate_at_work_holds_for_all_and_their_time_is_one(workers, shared) -> None:
    workers[1].under_way.begin("mai", account="lettre@smtp", interval=0.5)

    told = [each.claims.beat() for each in workers]
    waits = [each.claims.reserve("lettre@smtp", 5.0) for each in workers]
    elsewhere = workers[0].claims.reserve("presse@smtp", 5.0)
    lose_from_sight(shared, workers[1])

    assert told == [(False, 0.5, 3)] * 3
    assert waits == [pytest.approx(number * 5, abs=1) for number in range(3)]
    assert elsewhere == 0
    assert workers[0].claims.beat() == (False, 0.1, 2)


def test_all_who_send_an_issue_are_asked_to_stop(workers) -> None:
    workers[2].under_way.begin("juin")

    assert workers[0].under_way.ask_to_stop("mai")
    assert [each.claims.beat()[0] for each in workers] == [True, True, False]


def test_a_resume_right_after_a_death_waits_for_what_the_dead_one_held(
    shared, start_server, send, write_members, people
) -> None:
    stopping = threading.Event()
    server = start_server(fault=lambda event, count, _: stopping.set() if count == 2 else None)
    send(server, members=write_members(people(9)), stopping=stopping)
    server.fault = lambda *_: None
    gone = "INSERT INTO workers VALUES ('gone', 'portable', extract(epoch FROM now()) - 28, 'essai'"
    execute(shared, f"{gone}, '', '', false, '', 0)")
    execute(shared, "UPDATE deliveries SET claimed_by = 'gone' WHERE state = 'queued'")

    resumed = send(server, resume=True)

    assert resumed.status == 0, resumed.text
    assert sorted(server.taken) == sorted(people(9))


@pytest.mark.parametrize("how", ["QUIT", "INT"])
def test_a_restart_of_the_database_in_the_middle_of_a_send_is_waited_for(
    shared, start_server, send, write_members, people, how: str
) -> None:
    def restart(event: str, count: int, _address: str) -> None:
        if (event, count) == ("dot", 30):
            restart_at_once(url_of(shared), how)

    server = start_server(fault=restart)

    sent = send(server, members=write_members(people(60)), connections=2)

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == sorted(people(60))


def test_a_claim_that_was_made_and_not_answered_is_no_longer_held(workers, shared) -> None:
    first = claimed(workers[0])
    lost = "UPDATE deliveries SET claimed_by = :worker WHERE number BETWEEN 51 AND 100"
    execute(shared, lost, worker=workers[0].under_way.worker)
    with ThreadPoolExecutor(1) as pool, workers[1].engine.begin() as lock:
        lock.execute(text("LOCK deliveries IN EXCLUSIVE MODE"))
        claiming = pool.submit(claimed, workers[0])
        time.sleep(5.5)  # longer than a statement waits: it is tried again
        lock.commit()
        again = claiming.result(10)

    assert [row.number for row in first] == list(range(1, 51))
    assert [row.number for row in again] == list(range(51, 101))


def test_behind_a_pooler_each_note_may_be_made_in_another_session(workers, shared, pooler) -> None:
    settings, port = shared / "newsletter.yaml", make_url(url_of(shared)).port
    settings.write_text(settings.read_text("utf-8").replace(f":{port}/", f":{pooler}/"), "utf-8")

    with running_ledger(shared) as first, running_ledger(shared) as second:
        both = first, second
        for row, other in zip(claimed(first), claimed(second), strict=True):
            assert not first.record([attempted(row)])
            assert not second.record([attempted(other)])
        assert all(ledger.counts("mai")[State.ATTEMPTING] == 100 for ledger in both)


def test_two_who_begin_one_issue_at_once_send_it_once(
    shared, start_server, people, write_members, send
) -> None:
    server = start_server()
    members = write_members(people(80))
    send(server, members=members, dry_run=True)  # writes the settings

    both = [command(shared, members) for _number in range(2)]
    ends = [finished(each) for each in both]

    assert sorted(server.taken) == sorted(people(80)), ends
    assert sorted(status for status, _words in ends) in ([0, 2], [0, 3]), ends


def test_two_who_schedule_one_issue_at_once_schedule_it_once(
    shared, start_server, people, write_members, send
) -> None:
    server, members = start_server(), write_members(people(8))
    send(server, members=members, dry_run=True)  # writes the settings
    with running_ledger(shared) as ledger:
        ledger.under_way.begin()  # a worker was seen
    hour = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d} 7:30"

    both = [command(shared, members, "--at", hour) for _number in range(2)]
    ends = [finished(each) for each in both]

    assert execute(shared, "SELECT count(*) FROM schedules") == [(1,)], ends
    assert execute(shared, "SELECT count(*) FROM deliveries") == [(8,)], ends
    assert [status for status, _words in ends].count(0) >= 1, ends
    assert not any("Traceback" in words for _status, words in ends), ends


def test_a_worker_that_sleeps_right_after_its_last_dot_says_what_came_of_it_as_it_wakes(
    shared, start_server, people, write_members, send
) -> None:
    sleepers = list[subprocess.Popen[str]]()

    def put_to_sleep(event: str, count: int, _address: str) -> None:
        if (event, count) == ("dot", 5):
            sleepers[0].send_signal(signal.SIGSTOP)

    server, members = start_server(fault=put_to_sleep), write_members(people(20))
    send(server, members=members, dry_run=True)  # writes the settings
    sleepers.append(command(shared, members))
    assert wait_until(lambda: len(server.taken) == 5, SECONDS)
    execute(shared, "UPDATE workers SET seen = seen - 100")

    other = finished(command(shared, None, "--resume"))
    meanwhile = execute(shared, "SELECT address FROM deliveries WHERE state <> 'accepted'")
    sleepers[0].send_signal(signal.SIGCONT)
    woken = finished(sleepers[0])

    assert sorted(server.taken) == sorted(people(20)), (other, woken)
    assert meanwhile == [(server.taken[4],)]
    assert execute(shared, "SELECT DISTINCT state FROM deliveries") == [("accepted",)], woken


def test_whoever_is_forgotten_is_left_in_no_dead_row(workers, shared) -> None:
    [row, *_others] = claimed(workers[0])
    workers[0].record([attempted(row)])

    workers[0].forget(row.address)
    execute(shared, "CHECKPOINT")

    file = "pg_read_binary_file(pg_relation_filepath(oid))"
    query = (
        f"SELECT count(*), sum(position('{row.address}'::bytea IN {file})) FROM pg_class"  # noqa: S608
        " WHERE relkind IN ('r', 'i') AND relname ~ '(deliveries|recipients|merge_values)'"
    )
    [(files, found)] = execute(shared, query)
    assert files >= 8
    assert found == 0


def test_whoever_is_noted_anew_while_a_worker_sends_to_them_stays_as_sent(workers, shared) -> None:
    [row, *_others] = claimed(workers[0])
    again = Person(row.address, reason="unsubscribed")
    with workers[1].engine.begin() as sending, ThreadPoolExecutor(1) as pool:
        accepted = text("UPDATE deliveries SET state = 'accepted' WHERE number = :number")
        sending.execute(accepted, {"number": row.number})
        noting = pool.submit(workers[2].note, "mai", [again], new_id=str)
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        assert wait_until(lambda: execute(shared, waits) != [(0,)], 5)
        sending.commit()
        noting.result(5)

    assert workers[0].counts("mai") == {State.ACCEPTED: 1, State.QUEUED: 119}


def test_an_upgrade_is_made_once_and_the_engine_s_steps_are_counted(shared) -> None:
    url = url_of(shared)
    execute(shared, "DELETE FROM newsletter_jobs.migrations WHERE name LIKE '03.04.00_50%'")
    execute(shared, "DROP FUNCTION newsletter_jobs.procrastinate_retry_job_v2")

    assert [upgrade(url), upgrade(url)] == [True, False]


def told(url: str) -> str:
    with pytest.raises(NewsletterError) as error:
        open_server(url).connect()
    return error.value.message


def test_what_the_database_does_not_give_is_told_in_sentences(postgresql, shared, monkeypatch):
    at, empty = make_url(postgresql), url_of(shared)
    execute(shared, "CREATE ROLE secret LOGIN PASSWORD 'é'")
    execute(shared, "CREATE ROLE guest LOGIN")
    execute(shared, "UPDATE version SET number = 99")
    monkeypatch.setenv("PGPASSWORD", "e")
    changed = {
        "refuses 'secret'": at.set(username="secret"),
        "refuses 'nobody'": at.set(username="nobody"),
        'database "rien" does not exist': at.set(database="rien"),
        "is not set up for this version": at,
        "was upgraded by a newer version": make_url(empty),
        "refuses 'guest'": make_url(empty).set(username="guest"),
        "at '127.0.0.1' cannot be reached": at.set(port=1),
        "at 'nowhere.invalid' cannot be reached": at.set(host="nowhere.invalid"),
        "cannot show that it is the one": at.set(
            host="db.example.org", query={"hostaddr": "127.0.0.1"}
        ),
    }

    messages = {words: told(url.render_as_string()) for words, url in changed.items()}

    assert all(words in message for words, message in messages.items()), messages


def test_a_certificate_is_verified_by_whom_the_settings_trust(
    shared, authority, tmp_path: Path
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    at = make_url(url_of(shared)).set(query={"hostaddr": "127.0.0.1"})
    trusted = at.update_query_dict({"sslrootcert": str(tmp_path / "ca.pem")})

    open_server(trusted.set(host="db.example.org").render_as_string()).dispose()
    other = told(trusted.set(host="autre.example.org").render_as_string())

    assert "cannot show that it is the one" in other
