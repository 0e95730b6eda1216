"""`newsletter preview`."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from newsletter.commands.preview import preview
from newsletter.problems.errors import NewsletterError
from tests.checks.conftest import HEAD
from tests.preview.workspaces import ITEM, add_audiences, issue_file
from tests.surroundings import around

SECONDS = 20


def run(workspace: Path, **options: Any) -> int:
    given = {"file": None, "port": 0, "shown_as": (), "members": None, "opening": False, **options}
    return preview(around(workspace), **given)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"file": Path("nulle/part.yaml")}, "there is no file nulle/part.yaml"),
        ({"members": Path("nulle/part.csv")}, "there is no file nulle/part.csv"),
        ({"shown_as": ["delegation=Mars"]}, "Mars"),
        ({"shown_as": ["rien"]}, "there is no audience 'rien'"),
    ],
)
def test_what_is_not_there_is_told_before_the_preview_begins(
    workspace: Path, options: dict[str, Any], message: str
) -> None:
    add_audiences(workspace)

    with pytest.raises(NewsletterError) as error:
        run(workspace, **options)

    assert message in error.value.message
    assert error.value.hint


def test_a_members_file_that_is_not_there_is_not_proposed_again(workspace: Path) -> None:
    with pytest.raises(NewsletterError) as error:
        run(workspace, members=Path("members.csv"))

    assert error.value.hint == "check its name and its folder"


def test_what_is_not_installed_is_told_in_a_sentence(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    for name in [name for name in sys.modules if name.startswith("newsletter.preview")]:
        monkeypatch.delitem(sys.modules, name)

    with pytest.raises(NewsletterError) as error:
        run(workspace)

    assert error.value.message == "the preview is not installed: watchfiles is missing"
    assert error.value.hint == "run: make build"


@pytest.fixture(name="taken")
def take_a_port() -> Any:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_it_ends_when_interrupted_while_pages_are_open_and_a_mail_is_made(workspace: Path) -> None:
    issue_file(workspace, HEAD + ITEM)
    endless = workspace / "templates/email/items/text.mjml"
    endless.parent.mkdir(parents=True)
    endless.write_text("{% for n in range(900) %}{% for m in range(900) %}{% endfor %}{% endfor %}")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "newsletter", "preview", "--port", "0"],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    found = re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())
    assert found is not None
    with ExitStack() as pages:
        for path in ["/events"] * 12 + ["/issues/essai/mail"] * 3:
            page = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=SECONDS)
            pages.callback(page.close)
            page.request("GET", path)
            if path == "/events":
                assert page.getresponse().readline() == b"event: look\n"

        process.send_signal(signal.SIGINT)

        process.communicate(timeout=SECONDS)
    assert process.returncode == 130


def test_it_tells_its_address_and_ends_when_interrupted(workspace: Path, taken: int) -> None:
    path = issue_file(workspace, HEAD + ITEM)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "newsletter", "preview", path, "--port", str(taken)],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None

    first, second = process.stdout.readline(), process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=SECONDS)

    assert str(taken) in first
    address = re.search(r"http://127\.0\.0\.1:(\d+)/issues/essai", second)
    assert address is not None
    assert int(address[1]) > taken
    assert process.returncode == 130
