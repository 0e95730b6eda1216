"""A named pipe in a workspace: whoever reads it would wait for ever."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter.cli import run
from newsletter.preview.live.changes import issue_mark
from tests.conftest import HEAD

pytestmark = pytest.mark.skipif("sys.platform == 'win32'", reason="Windows has none in folders")
TEXT = HEAD + "items:\n  - {kind: text, body: {file: texts/pipe.md}}\n"
PICTURE = HEAD + "items:\n  - {kind: picture, file: pipe.png, alt: Une image}\n"
PLAIN = HEAD + "items:\n  - {kind: text, body: Un.}\n"


@pytest.fixture(autouse=True)
def _not_for_ever() -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("still waiting"))
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("pipe", "issue", "command", "status"),
    [
        ("issues/texts/pipe.md", TEXT, ["check"], 1),
        ("assets/images/pipe.png", PICTURE, ["check"], 1),
        ("assets/theme.yaml", PLAIN, ["check"], 0),
        ("assets/logo.png", PLAIN, ["check"], 1),
        ("newsletter.yaml", PLAIN, ["check"], 1),
        ("issues/pipe.yaml", PLAIN, ["check"], 0),
        ("issues/pipe.yaml", PLAIN, ["check", "issues/pipe.yaml"], 2),
        ("templates/text/items/text.txt", PLAIN, ["build"], 0),
        ("sent/essai/sent.json", PLAIN, ["report", "issues/essai.yaml"], 2),
        ("ledger.sqlite3", PLAIN, ["report", "issues/essai.yaml"], 2),
        (
            "pipe.csv",
            PLAIN,
            ["send", "issues/essai.yaml", "--members", "pipe.csv", "--outbox", "o"],
            2,
        ),
    ],
)
def test_a_pipe_is_not_waited_for(
    pipe: str,
    issue: str,
    command: list[str],
    status: int,
    workspace: Path,
    write_issue: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(workspace)
    write_issue(issue)
    place = workspace / pipe
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    os.mkfifo(place)

    assert run(command) == status


def test_the_preview_does_not_wait_for_one_either(
    workspace: Path, write_issue: Callable[[str], Path]
) -> None:
    (workspace / "issues/texts").mkdir()
    os.mkfifo(workspace / "issues/texts/pipe.md")

    assert issue_mark(write_issue(TEXT))
