"""The page to leave at, answering in a thread of the tests or in a process, and requests to it."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from newsletter.leaving.keeping import InFile, InLedger, Keeper
from newsletter.leaving.server import LeavingPage, listening, server
from newsletter.ledger.rows import Person
from newsletter.sending.sending import tokens_of
from newsletter.settings.loading import load_settings
from tests.ledgers import open_ledger, running_ledger
from tests.mail_server import SECRET

ENVIRONMENT = {"NEWSLETTER_SECRET": SECRET}
URL = "unsubscribe:\n  url: https://lettres.example.org/non/{token}\n"
NOW = datetime(2026, 11, 28, 15, tzinfo=UTC)
SECONDS = 30
ONE_CLICK = b"List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"
# `newsletter serve`, whoever runs the tests: root may not.
COMMAND = """import sys
from dataclasses import replace
from pathlib import Path
from newsletter.cli.parameters import surroundings
from newsletter.commands.serve import serve
here = replace(surroundings(), tell_error=print, is_root=False)
serve(here, host="127.0.0.1", port=0, tokens_file=Path(sys.argv[1]) if sys.argv[1:] else None)
"""


@dataclass(frozen=True)
class Raw:
    """An answer as it came: its head without the hour, and its body."""

    head: str
    body: bytes

    @property
    def status(self) -> int:
        return int(self.head.split()[1])


@dataclass
class Page:
    """A page to leave at, and what it has told its operator."""

    port: int
    token: str
    told: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str = "", body: bytes = b"", **headers: str) -> Raw:
        """Ask for `path`, or for the token's; a body of no kind where no header says it."""
        lines = [f"{method} {path or f'/non/{self.token}'} HTTP/1.1", "Host: lettres.example.org"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}"] if body else []
        with socket.create_connection(("127.0.0.1", self.port), SECONDS) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            answer = connection.makefile("rb").read()
        head, _line, body = answer.partition(b"\r\n\r\n")
        return Raw(re.sub(r"\r\ndate: [^\r]*", "", head.decode()), body)

    def press(self, action: str) -> Raw:
        """Press a button of the page."""
        return self.ask("POST", body=f"action={action}".encode(), Content_Type=FORM)


def add_address(workspace: Path, more: str = "") -> None:
    """Have the settings name an address to leave at."""
    path = workspace / "newsletter.yaml"
    text = path.read_text("utf-8").replace("unsubscribe:\n", URL)
    path.write_text(text + more, "utf-8")


def add_people(workspace: Path, count: int) -> list[str]:
    """Put so many people into the ledger; return the token of each."""
    settings = load_settings(workspace).settings
    ids = iter(f"{number:016x}" for number in range(count))
    people = [Person(f"membre{number}@example.org") for number in range(count)]
    with open_ledger(workspace) as ledger:
        ledger.note("mai", people, new_id=lambda: next(ids))
    tokens = tokens_of(settings, ENVIRONMENT)
    return [tokens.token_for(f"{number:016x}") for number in range(count)]


@contextmanager
def leaving(workspace: Path, token: str = "", file: Path | None = None) -> Iterator[Page]:
    """Run the page while this lasts."""
    settings = load_settings(workspace).settings
    tokens = tokens_of(settings, ENVIRONMENT)
    with running_ledger(workspace) as ledger, listening("127.0.0.1", 0) as listener:
        keeper: Keeper = InLedger(
            ledger, tokens.lists, has_several=bool(settings.lists), now=lambda: NOW
        )
        if file is not None:
            keeper = InFile(file, now=lambda: NOW)
        page = Page(listener.getsockname()[1], token)
        running = server(LeavingPage(settings, tokens, keeper, tell=page.told.append))
        thread = threading.Thread(target=running.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield page
        finally:
            running.should_exit = True
            thread.join(SECONDS)
            assert not thread.is_alive()


@contextmanager
def leaving_process(
    workspace: Path, *arguments: str | Path
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run `newsletter serve` as a process while this lasts, to be killed; give it and its port."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", COMMAND, *arguments],
        cwd=workspace,
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        said = process.stdout.readline()
        yield process, int(re.search(r":(\d+)/", said)[1])
    finally:
        process.kill()
        process.communicate()


def who_is_out(workspace: Path, count: int, list_id: str = "") -> Sequence[int]:
    """Return the numbers of those whom the ledger keeps out of a list."""
    with running_ledger(workspace) as ledger:
        marks = ledger.said_no.marks(list_id)
        return [
            number
            for number in range(count)
            if ledger.said_no.mark_of(f"membre{number}@example.org") in marks
        ]
