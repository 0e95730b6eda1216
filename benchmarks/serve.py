"""Time one-click unsubscriptions: POSTs to `newsletter serve`, each on a connection of its own.

Every one is of another person, and in SQLite's file on the disk before it is answered. At the end
the server is killed: each that was answered 200 must be there. The clients are processes of their
own, on the same machine. Run it from the repository's root: `make bench`.
"""

import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter

from measures import ROOT, Row, Table, markdown
from newsletter.commands.init import workspace_files
from newsletter.ledger.opening import open_ledger
from newsletter.ledger.rows import Person
from newsletter.sending.sending import tokens_of
from newsletter.settings.loading import load_settings

ENVIRONMENT = {"NEWSLETTER_SECRET": "s" * 32}
PEOPLE, ROUNDS, CLIENTS, AT_ONCE = 10_000, 5, 2, 32
# As typed, but for root, who may not serve, and may measure.
SERVE = """from dataclasses import replace
from newsletter.cli.parameters import surroundings
from newsletter.commands.serve import serve
here = surroundings()
here = replace(here, tell_error=here.tell, is_root=False)
serve(here, host="127.0.0.1", port=0, tokens_file=None)
"""
REQUEST = (
    "POST /non/{} HTTP/1.1\r\nHost: lettres.example.org\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 26\r\n\r\n"
    "List-Unsubscribe=One-Click"
)


def workspace_in(folder: Path) -> list[str]:
    """Make a workspace whose ledger knows many people; return their tokens."""
    for name, content in workspace_files("fr").items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    settings_file = folder / "newsletter.yaml"
    text = settings_file.read_text("utf-8")
    url = "unsubscribe:\n  url: https://lettres.example.org/non/{token}\n"
    settings_file.write_text(text.replace("unsubscribe:\n", url), "utf-8")
    settings = load_settings(folder).settings
    tokens = settings and tokens_of(settings, ENVIRONMENT)
    assert tokens is not None  # noqa: S101 - there is a secret
    ids = iter(range(PEOPLE))
    people = [Person(f"membre{number}@example.org") for number in range(PEOPLE)]
    with open_ledger(folder) as ledger:
        ledger.note("mai", people, new_id=lambda: f"{next(ids):016x}")
    return [tokens.token_for(f"{number:016x}") for number in range(PEOPLE)]


def ask(port: int, tokens: list[str]) -> int:
    """Post each token, some at once; return how many were answered 200."""
    taken = 0
    for start in range(0, len(tokens), AT_ONCE):
        open_ = []
        for token in tokens[start : start + AT_ONCE]:
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(REQUEST.format(token).encode())
            open_.append(connection)
        for connection in open_:
            taken += connection.recv(4096).startswith(b"HTTP/1.1 200 OK")
            connection.close()
    return taken


def round_in(folder: Path) -> float:
    """Return how many posts are answered in a second; fail where one is not kept."""
    tokens = workspace_in(folder)
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        cwd=folder,
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    said = server.stdout.readline() if server.stdout else ""
    port = int(re.search(r":(\d+)/", said)[1])  # type: ignore[index]
    with ProcessPoolExecutor(CLIENTS) as clients:
        list(clients.map(ask, [port] * CLIENTS, [["x"]] * CLIENTS))  # they are there
        start = perf_counter()
        parts = [tokens[number::CLIENTS] for number in range(CLIENTS)]
        taken = sum(clients.map(ask, [port] * CLIENTS, parts))
        seconds = perf_counter() - start
    server.kill()
    server.communicate()
    ledger = sqlite3.connect(folder / "ledger.sqlite3")
    [(kept,)] = ledger.execute("SELECT count(*) FROM said_no").fetchall()
    ledger.close()
    if not taken == kept == PEOPLE:
        sys.exit(f"{taken} of {PEOPLE} were answered 200, {kept} are in the ledger")
    return PEOPLE / seconds


def tables() -> list[Table]:
    """Return the table of one-click unsubscriptions."""
    rates = []
    for _round in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            rates.append(round_in(Path(folder)))
    remark = f"{PEOPLE:,} people, {CLIENTS * AT_ONCE} connections at once; all kept after kill -9"
    return [
        Table(
            "One-click unsubscriptions",
            "How many POSTs `newsletter serve` answers in a second, each on a connection of its "
            "own, and in the ledger on the disk before it is answered.",
            "requests/s",
            (Row("newsletter serve", remark, "newsletter serve", measured=tuple(rates)),),
            more_is_better=True,
            compares=False,
        )
    ]


if __name__ == "__main__":
    print(*map(markdown, tables()), sep="\n")
