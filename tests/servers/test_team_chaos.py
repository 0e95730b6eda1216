"""Four workers on one issue, whatever happens to them and to their database: everyone once."""

import random
import signal
import time

import pytest

from tests.ledgers import execute, share_ledger, url_of
from tests.mail_server import (  # noqa: F401 - fixtures
    Server,
    change_settings,
    make_send,
    make_write_members,
    people_factory,
    server_factory,
)
from tests.sending.test_deaths import command, finished
from tests.servers.conftest import restart_at_once, wait_until

WORKERS = 4
CONNECTIONS = 2
SECONDS = 240


@pytest.mark.parametrize(
    ("recipients", "kills", "restarts", "stopped_seconds"),
    [
        pytest.param(200, 3, 1, 0, id="small"),
        pytest.param(2000, 20, 2, 90, id="large", marks=pytest.mark.soak),
    ],
)
def test_whatever_happens_nobody_is_written_to_twice_and_nobody_missed(
    workspace, postgresql, settings_say, write_members, people, send, start_server,
    recipients, kills, restarts, stopped_seconds,
) -> None:  # fmt: skip
    share_ledger(workspace, postgresql)
    server = start_server()
    settings_say(
        f"smtp: {{host: localhost, port: {server.port}, security: none,"
        f" connections: {CONNECTIONS}, rate: 50/second}}"
    )
    chance = random.Random(19)  # noqa: S311 - the same on every run
    moments = sorted(chance.sample(range(recipients // 10, recipients * 9 // 10), kills + restarts))
    falls = dict.fromkeys(chance.sample(moments, restarts))
    workers = [command(workspace, write_members(people(recipients)))]
    assert wait_until(lambda: server.taken, SECONDS)
    workers += [command(workspace, None, "--resume") for _number in range(WORKERS - 1)]
    sleeper = None

    for moment in moments:
        assert wait_until(lambda moment=moment: len(server.taken) >= moment, SECONDS)
        if moment in falls:
            restart_at_once(url_of(workspace))
            continue
        victim = chance.choice([each for each in workers if each is not sleeper])
        if stopped_seconds and sleeper is None:
            sleeper, woken = victim, time.monotonic() + stopped_seconds
            sleeper.send_signal(signal.SIGSTOP)
            continue
        victim.kill()
        finished(victim)
        workers[workers.index(victim)] = command(workspace, None, "--resume")
    if sleeper is not None:
        time.sleep(max(0, woken - time.monotonic()))
        sleeper.send_signal(signal.SIGCONT)
    ends = [finished(each) for each in workers]

    known = dict(map(tuple, execute(workspace, "SELECT address, state FROM deliveries")))
    accepted = {address for address, state in known.items() if state == "accepted"}
    uncertain = {address for address, state in known.items() if state == "uncertain"}
    assert set(known) == accepted | uncertain == set(people(recipients)), ends
    assert accepted <= set(server.taken) <= accepted | uncertain
    assert len(server.taken) == len(set(server.taken))
    assert len(uncertain) <= kills * CONNECTIONS
    assert not any("Traceback" in words for _status, words in ends), ends
