"""Four workers on one issue, whatever happens to them and to their database: everyone once."""

import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import make_url

from tests.ledgers import execute, share_ledger
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
CUT_SECONDS = 3


class Network:
    """The way to a server on this machine, which can be cut."""

    def __init__(self, port: int) -> None:
        self._server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._is_whole = threading.Event()
        self._is_whole.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _address = self._listener.accept()
                self._is_whole.wait()
                self._ends += [near, far := socket.socket()]
                try:
                    far.connect(("127.0.0.1", self._server))
                except OSError:  # it restarts
                    near.shutdown(socket.SHUT_RDWR)
                    continue
                for way in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=way, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                self._is_whole.wait()
                target.sendall(piece)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Let nothing through for some seconds; what was connected before is lost."""
        self._is_whole.clear()
        lost = list(self._ends)
        time.sleep(CUT_SECONDS)
        for each in lost:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._is_whole.set()

    def close(self) -> None:
        """End everything."""
        self._listener.shutdown(socket.SHUT_RDWR)
        for each in (self._listener, *self._ends):
            each.close()


@pytest.fixture(name="network")
def to_the_database(postgresql: str) -> Iterator[Network]:
    network = Network(make_url(postgresql).port)
    yield network
    network.close()


@pytest.mark.parametrize(
    ("recipients", "kills", "restarts", "stopped_seconds"),
    [
        pytest.param(200, 3, 1, 0, id="small"),
        pytest.param(2000, 20, 2, 90, id="large", marks=pytest.mark.soak),
    ],
)
def test_whatever_happens_nobody_is_written_to_twice_and_nobody_missed(
    workspace, postgresql, network, settings_say, write_members, people, send, start_server,
    recipients, kills, restarts, stopped_seconds,
) -> None:  # fmt: skip
    database = share_ledger(workspace, postgresql)
    settings = workspace / "newsletter.yaml"
    over_the_network = make_url(database).set(port=network.port).render_as_string()
    text = settings.read_text("utf-8").replace(database, over_the_network)
    settings.write_text(text, "utf-8")
    server = start_server()
    settings_say(
        f"smtp: {{host: localhost, port: {server.port}, security: none,"
        f" connections: {CONNECTIONS}, rate: 50/second}}"
    )
    chance = random.Random(19)  # noqa: S311 - the same on every run
    moments = sorted(
        chance.sample(range(recipients // 10, recipients * 9 // 10), kills + restarts + 1)
    )
    cut, *falls = chance.sample(moments, restarts + 1)
    workers = [command(workspace, write_members(people(recipients)))]
    assert wait_until(lambda: server.taken, SECONDS)
    workers += [command(workspace, None, "--resume") for _number in range(WORKERS - 1)]
    sleeper = None

    for moment in moments:
        assert wait_until(lambda moment=moment: len(server.taken) >= moment, SECONDS)
        if moment in falls:
            restart_at_once(database)
            continue
        if moment == cut:
            network.cut()
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
