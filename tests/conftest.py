"""What all tests share: no network, a workspace to try things in, the golden files' switch."""

import ipaddress
import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from newsletter import i18n
from newsletter.commands.init import workspace_files
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.workspace import own_folder
from tests.ledgers import SERVER, share_ledger

ROOT = Path(__file__).parent.parent
# A newsletter that has all but its items or sections.
HEAD = """\
kind: newsletter
subject: Objet
preheader: Accroche
title: Titre
date: 2025-01-06
"""
# Memory, where Linux has it. A ledger is written through to the disk every 10 ms of a send: that
# was a third of what the tests took.
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder there that is the tester's alone
SAYS_IT_IS_AN_EXAMPLE = b"rules: {starter-text: off}\n"  # as the repository's own samples do


# How often a law is tried: `make soak` names the second.
# No deadline: on a loaded machine a run of 0.2 ms once took 409, and failed (Debian 12, 2026-11).
hypothesis.settings.register_profile("usual", max_examples=200, deadline=None)
hypothesis.settings.register_profile("soak", max_examples=3000, deadline=None)
hypothesis.settings.load_profile("usual")


def pytest_configure() -> None:
    """Leave the tester's own cache alone; have the commands under test hear Ctrl-C.

    What a shell runs in the background does not hear it.
    """
    os.environ["XDG_CACHE_HOME"] = str(ROOT / ".cache/user")
    if MEMORY.is_dir():
        there = os.statvfs(MEMORY)
        is_large = there.f_bavail * there.f_frsize > 2 * 1024**3  # in Docker it has 64 MB
        if is_large and not there.f_flag & os.ST_NOEXEC:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-golden", action="store_true", help="write the golden files anew")


@pytest.fixture(autouse=True)
def _only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves the machine: a build needs no network."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            pytest.fail(f"a test called out to {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


@pytest.fixture(name="user_cache")
def make_user_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache of the user's, for this test alone; it is not there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user-cache"))
    own_folder.cache_clear()
    yield tmp_path / "user-cache/newsletter"
    own_folder.cache_clear()


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """Tests compare the English source of each sentence."""
    i18n.use_language("en")


@cache  # its schema takes 0.1 s to make, and a thousand tests begin with it
def files_of_init(language: str) -> dict[str, bytes]:
    """Return the files that `newsletter init` writes, by name, said to be an example's."""
    files = workspace_files(language)
    return files | {"newsletter.yaml": files["newsletter.yaml"] + SAYS_IT_IS_AN_EXAMPLE}


@pytest.fixture(name="workspace")
def make_workspace(tmp_path: Path) -> Path:
    """A French workspace as `newsletter init` leaves it, with a picture and no issue yet."""
    workspace = new_workspace(tmp_path / "workspace")
    if SERVER:
        share_ledger(workspace)
    return workspace


def new_workspace(workspace: Path, language: str = "fr") -> Path:
    """Make such a workspace in a folder that is not there yet; return it."""
    for name, content in files_of_init(language).items():
        path = workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (workspace / "assets/images").mkdir()
    shutil.copy(workspace / "assets/logo.png", workspace / "assets/images/photo.png")
    return workspace


@pytest.fixture(name="settings")
def read_settings(workspace: Path) -> Settings:
    loaded = load_settings(workspace)
    assert loaded.problems == ()
    assert loaded.settings is not None
    return loaded.settings


@pytest.fixture(name="write_issue")
def make_write_issue(workspace: Path) -> Callable[[str | bytes], Path]:
    def write_issue(content: str | bytes) -> Path:
        path = workspace / "issues" / "essai.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_issue
