"""What a server says too slowly, or too early."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from newsletter.mailing.smtp.connection import Connection, MailObject
from newsletter.mailing.smtp.server import CannotConnect, Server
from newsletter.settings.smtp import Smtp

LINES = b"a line of 64 kB".ljust(65_534) + b"\r\n"


def server_at(port: int, timeout_seconds: float) -> Server:
    smtp = Smtp(host="localhost", port=port, security="none")
    return Server(smtp, "example.org", timeout_seconds=timeout_seconds)


@pytest.fixture(name="tarpit")
def start_tarpit() -> Iterator[int]:
    """A server that greets with a byte every 50 ms, and does not end."""
    listener, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def greet() -> None:
        connection, _place = listener.accept()
        with connection, contextlib.suppress(OSError):
            while not over.wait(0.05):
                connection.sendall(b"2")

    thread = threading.Thread(target=greet)
    thread.start()
    yield listener.getsockname()[1]
    over.set()
    thread.join()
    listener.close()


def test_a_server_that_answers_byte_by_byte_is_left_when_time_is_up(tarpit: int) -> None:
    begun = time.monotonic()

    with pytest.raises(CannotConnect, match="does not answer on port"):
        Connection(server_at(tarpit, 0.5))

    assert time.monotonic() - begun < 5


def test_a_server_that_refuses_in_the_middle_of_a_message_is_not_given_its_end(
    start_server,
) -> None:
    refuse = lambda event, *_: b"452 4.3.1 disk full" if event == "in data" else None  # noqa: E731
    server = start_server(fault=refuse, extensions=("PIPELINING",))
    # Small, so that it has spoken before all of a large message has left.
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection = Connection(server_at(server.port, 10))
    ended: list[bool] = []

    mail = MailObject("a@example.org", "b@example.org", LINES * 160)
    answer = connection.deliver(mail, before_last_byte=lambda: ended.append(True))

    assert (answer.code, answer.words, answer.closes) == (452, "4.3.1 disk full", True)
    assert answer.is_about_us
    assert ended == server.taken == []
