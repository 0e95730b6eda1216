"""A server that can be told to misbehave at any point, members to write to, and a send as typed."""

import contextlib
import csv
import re
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from newsletter.checks.online import DEFAULT_LIMITS, RequestLimits
from newsletter.commands.send import send as run_send
from newsletter.mailing.delivery.patience import Clock
from newsletter.problems.errors import NewsletterError
from newsletter.sending.means import SendOptions
from tests.surroundings import around

ISSUE = """kind: newsletter
subject: Les nouvelles de mai
preheader: Ce que nous avons fait ce printemps, et la suite en juin
title: Les nouvelles de mai
date: 2025-05-02
items:
  - kind: article
    title: Un printemps actif
    body: Bonjour ((first name | cher membre)), voici de vos nouvelles.
"""
SECRET = "un secret de trente-deux lettres"  # noqa: S105 - of the tests
CUT, SILENCE = b"cut", b"silence"
MIDDLE = 2000  # bytes of a message, where "in data" is met
# Given what a client has just done, how often it was done, and to whom: an answer, CUT or SILENCE;
# None where the server behaves.
Fault = Callable[[str, int, str], bytes | None]


def behaves(_event: str, _number: int, _address: str) -> bytes | None:
    return None


@dataclass
class Server:
    """A small SMTP server over raw sockets; `taken` are the addresses whose message it took.

    `announced` counts what was there already behind the end of a message; `after_a_message` says
    what becomes of it, `to_announced` what MAIL is answered then. `data_to_nobody` is what DATA is
    answered where nobody is to have the message. `in_pieces`: each byte leaves by itself.
    """

    fault: Fault = behaves
    fault_of_session: Fault = behaves  # its numbers begin anew with each connection
    after_a_message: Literal["reads on", "loses it", "sees no end", "keeps a refused sender"] = (
        "reads on"
    )
    to_announced: bytes = b""
    data_to_nobody: bytes = b"503 to whom?"
    in_pieces: bool = False
    announced: int = 0
    extensions: Sequence[str] = ("PIPELINING", "SIZE 10000000")
    taken: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    hellos: list[bytes] = field(default_factory=list)
    envelopes: list[bytes] = field(default_factory=list)  # what MAIL said, each time
    counts: dict[str, int] = field(default_factory=dict)
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    open: list[socket.socket] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self._run(self._accept)

    def _run(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def stop(self) -> None:
        self.closing.set()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for each in self.open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(10)

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _place = self.socket.accept()
            except OSError:
                return
            # Answers leave one by one: else each would wait for the client's ACK, 40 ms.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.open.append(connection)
            self._run(self._talk, connection)

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                Session(self, connection).talk()
            except (OSError, SessionEnd):
                return

    def met(self, event: str, session: "Session") -> bytes | None:
        with self.lock:
            number = self.counts[event] = self.counts.get(event, 0) + 1
        of_session = session.counts[event] = session.counts.get(event, 0) + 1
        said = self.fault(event, number, session.address)
        return said or self.fault_of_session(event, of_session, session.address)


class SessionEnd(Exception):  # noqa: N818 - no error
    pass


class Session:
    """What one client says, line by line."""

    def __init__(self, server: Server, connection: socket.socket) -> None:
        self.server, self.connection = server, connection
        self.address, self.has_sender = "", False
        self.unread, self.is_hurried = b"", False
        self.counts: dict[str, int] = {}

    def line(self) -> bytes:
        """Return the next line; nothing at the end."""
        while b"\n" not in self.unread:
            got = b""
            with contextlib.suppress(ConnectionResetError):  # gone, with answers still unread
                got = self.connection.recv(9000)
            if not got:
                return b""
            self.unread += got
        line, _newline, self.unread = self.unread.partition(b"\n")
        return line + b"\n"

    def answer(self, event: str, usual: bytes) -> bytes:
        said = self.server.met(event, self) or usual
        self.say(said)
        return said

    def say(self, said: bytes) -> None:
        if said == CUT:
            self.connection.shutdown(socket.SHUT_RDWR)
            raise SessionEnd
        if said == SILENCE:
            self.server.closing.wait(30)
            raise SessionEnd
        if said:
            self.send(said + b"\r\n")
        if said.startswith(b"421"):
            raise SessionEnd

    def send(self, said: bytes) -> None:
        step = 1 if self.server.in_pieces else len(said)
        # Who has gone is noticed where the next line is read, as by a server that writes slowly.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for start in range(0, len(said), step):
                self.connection.sendall(said[start : start + step])

    def talk(self) -> None:
        self.answer("greeting", b"220 ready")
        answers = {
            b"EHLO": self.hello,
            b"MAIL": self.mail,
            b"RCPT": self.recipient,
            b"DATA": self.data,
            b"RSET": self.reset,
            b"QUIT": self.quit,
            b"AUTH": self.login,
        }
        for line in iter(self.line, b""):
            verb = line[:4].upper()
            answer = answers.get(verb)
            if answer is None:
                self.answer(verb.decode(errors="replace").lower(), b"250 fine")
            else:
                answer(line)

    def hello(self, line: bytes) -> None:
        self.server.hellos.append(line.strip())
        *first, last = ["127.0.0.1", *self.server.extensions]
        text = "".join(f"250-{each}\r\n" for each in first) + f"250 {last}"
        self.answer("ehlo", text.encode())

    def mail(self, line: bytes) -> None:
        self.server.envelopes.append(line.strip())
        usual = b"250 fine"
        if self.has_sender:
            usual = b"503 one sender is enough"
        elif self.is_hurried and self.server.to_announced:
            usual = self.server.to_announced
        self.is_hurried = False
        self.has_sender = self.answer("mail", usual).startswith(b"250") or self.has_sender

    def recipient(self, line: bytes) -> None:
        if not self.has_sender:
            self.send(b"503 from whom?\r\n")
            return
        self.address = re.search(rb"<(.*)>", line)[1].decode()
        if not self.answer("rcpt", b"250 fine").startswith(b"250"):
            self.address = ""

    def reset(self, _line: bytes) -> None:
        self.address, self.has_sender = "", False
        self.answer("rset", b"250 fine")

    def login(self, _line: bytes) -> None:
        self.answer("auth", b"235 welcome")

    def quit(self, _line: bytes) -> None:
        self.answer("quit", b"221 bye")
        raise SessionEnd

    def data(self, _line: bytes) -> None:
        if self.address:
            said = self.answer("data", b"354 go on")
        else:
            said = self.server.data_to_nobody
            self.say(said)
        if said.startswith(b"354"):
            self.end_of(self.message())

    def message(self) -> bytes:
        message = b""
        for line in iter(self.line, b""):
            if line == b".\r\n" and not self.sees_no_end():
                return message
            is_start = len(message) <= MIDDLE < len(message) + len(line)
            message += line
            if is_start:
                self.answer("in data", b"")
        self.server.met("dropped", self)
        raise SessionEnd

    def sees_no_end(self) -> bool:
        self.server.announced += bool(self.unread)
        return bool(self.unread) and self.server.after_a_message == "sees no end"

    def end_of(self, message: bytes) -> None:
        """Take the message on, or not; a cut or silence comes after it was taken on."""
        if self.unread:
            self.is_hurried = True
            if self.server.after_a_message == "loses it":
                self.unread = b""
        usual = b"250 taken" if self.address else b"554 to nobody"
        said = self.server.met("dot", self) or usual
        if said in {CUT, SILENCE} or said.startswith(b"250"):
            with self.server.lock:
                self.server.taken.append(self.address)
                self.server.messages.append(message)
        self.say(said)
        is_kept = self.server.after_a_message == "keeps a refused sender"
        self.has_sender = is_kept and not said.startswith(b"250")
        self.address = ""


@pytest.fixture(name="start_server")
def server_factory() -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start_server(**choices: object) -> Server:
        server = Server(**choices)
        server.start()
        started.append(server)
        return server

    yield start_server
    for server in started:
        server.stop()


@pytest.fixture(name="write_members")
def make_write_members(workspace: Path) -> Callable[[Sequence[str]], Path]:
    def write_members(addresses: Sequence[str]) -> Path:
        path = workspace / "membres.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(["Courriel", "Prénom"])
            writer.writerows([address, f"Zoé {number}"] for number, address in enumerate(addresses))
        return path

    return write_members


def people(count: int) -> list[str]:
    return [f"membre{number}@example.org" for number in range(count)]


@pytest.fixture(name="people")
def people_factory() -> Callable[[int], list[str]]:
    return people


@dataclass
class FastTime:
    """A clock whose sleep takes no time, and moves it on."""

    seconds: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.seconds += seconds
            self.slept.append(seconds)

    def clock(self) -> Clock:
        start = datetime(2025, 5, 2, 9, tzinfo=UTC)
        return Clock(
            monotonic=lambda: self.seconds,
            now=lambda: start + timedelta(seconds=self.seconds),
            sleep=self.sleep,
            chance=lambda: 0.5,
        )


@dataclass
class Sent:
    """What a send came to."""

    status: int
    lines: list[str]
    problems: list[object]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class NoBar:
    def __init__(self, told: list[str]) -> None:
        self.told = told

    def __enter__(self) -> Callable[[int, str], None]:
        return lambda count, words: self.told.append(f"{count} {words}")

    def __exit__(self, *_error: object) -> None:
        return None


@pytest.fixture(name="settings_say")
def change_settings(workspace: Path) -> Callable[[str], None]:
    def settings_say(text: str) -> None:
        path = workspace / "newsletter.yaml"
        path.write_text(f"{path.read_text('utf-8')}\n{text}\n", "utf-8")

    return settings_say


@pytest.fixture(name="send")
def make_send(
    workspace: Path, write_issue: Callable[[str | bytes], Path], settings_say: Callable[[str], None]
) -> Callable[..., Sent]:
    issue = write_issue(ISSUE)
    time = FastTime()

    def send(
        server: Server | None = None,
        *,
        typed: Sequence[str] | None = None,
        environment: dict[str, str] | None = None,
        connections: int = 1,
        smtp: str = "",
        stopping: threading.Event | None = None,
        file: Path = issue,
        limits: RequestLimits = DEFAULT_LIMITS,
        **options: object,
    ) -> Sent:
        if server is not None and "\nsmtp:" not in (workspace / "newsletter.yaml").read_text(
            "utf-8"
        ):
            settings_say(
                f"smtp: {{host: localhost, port: {server.port}, security: none,"
                f" connections: {connections}{smtp}}}"
            )
        sent = Sent(0, [], [])
        answers = iter(typed or ())
        here = around(
            workspace,
            environment={"NEWSLETTER_SECRET": SECRET, **(environment or {})},
            tell=sent.lines.append,
            show=sent.problems.extend,
            ask=(lambda question: sent.lines.append(question) or next(answers)) if typed else None,
            progress=lambda _total: NoBar(sent.lines),
            stopping=stopping or threading.Event(),
        )
        options = {"yes": typed is None, **options}
        try:
            sent.status = run_send(
                here,
                file,
                SendOptions(**options),
                clock=time.clock(),
                limits=limits,
            )
        except NewsletterError as error:
            sent.status = error.exit_status
            sent.lines += [error.message, error.hint]
        return sent

    send.time = time
    return send
