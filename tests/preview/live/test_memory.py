"""The memory that a preview takes, which runs from morning to evening."""

import http.client
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checks.conftest import HEAD
from tests.preview.workspaces import PICTURE, add_audiences, issue_file

SAVES = 1000
WARMING = 20  # saves until all modules are loaded and all caches are as full as they get
GROWTH_MB = 20


@pytest.fixture(name="running")
def start_preview(workspace: Path) -> Iterator[tuple[int, int]]:
    """The process and the port of `newsletter preview`."""
    add_audiences(workspace)
    issue_file(workspace, HEAD + PICTURE)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "newsletter", "preview", "--port", "0", "--no-open"],
        cwd=workspace,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
    assert address is not None
    yield process.pid, int(address[1])
    process.terminate()
    process.communicate(timeout=20)


def memory_mb(process: int) -> float:
    """Return the resident memory of a process, as Linux and macOS say it."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, check=True)
    return int(said.stdout) / 1024


def save_and_look(workspace: Path, connection: http.client.HTTPConnection, number: int) -> None:
    """Save the issue with words of its own, and load what the page loads then."""
    item = f"  - kind: text\n    body: Enregistrement {number}.\n"
    issue_file(workspace, HEAD + item * 10 + PICTURE)
    for path in ("/issues/essai/mail", "/issues/essai", "/issues/essai/mail?appearance=gmail"):
        connection.request("GET", path)
        answer = connection.getresponse().read().decode()
        assert path == "/issues/essai" or f"Enregistrement {number}." in answer


@pytest.mark.soak
def test_saves_leave_the_memory_as_it_was(workspace: Path, running: tuple[int, int]) -> None:
    process, port = running
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number in range(WARMING):
        save_and_look(workspace, connection, number)
    before = memory_mb(process)

    for number in range(WARMING, WARMING + SAVES):
        save_and_look(workspace, connection, number)

    assert memory_mb(process) - before <= GROWTH_MB
    connection.close()
