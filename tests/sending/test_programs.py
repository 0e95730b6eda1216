"""A program that the settings name runs when whoever is at this machine has said so, not before."""

import sys
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_settings_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def lets_in(event: str, _number: int, _address: str) -> bytes | None:
    return b"235 welcome" if event == "auth" else None


@pytest.fixture(name="with_program")
def write_program(workspace: Path):
    """A send by a program of the workspace, which leaves a mark where it runs."""
    program = workspace / "token.py"
    program.write_text("open('ran', 'a').write('.'); print('a-token')", "utf-8")
    return f", user: presse, token_command: [{sys.executable}, {program}]"


@pytest.fixture(name="ran")
def folder_of_the_mark(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(workspace)
    return workspace / "ran"


def test_a_program_is_asked_for_once_with_its_words(with_program, ran, start_server, send) -> None:
    server = start_server(extensions=("AUTH XOAUTH2",), fault=lets_in)

    first = send(server, to=["a@example.org"], typed=["yes"], smtp=with_program)
    second = send(server, to=["a@example.org"], typed=["no"])

    assert (first.status, second.status) == (0, 0), first.text
    assert "token.py. Allow it?" in first.text
    assert "Allow it?" not in second.text
    assert ran.read_text() == ".."


@pytest.mark.parametrize("typed", [["no"], None])
def test_a_program_that_nobody_allowed_does_not_run(
    typed, with_program, ran, start_server, send
) -> None:
    server = start_server(extensions=("AUTH XOAUTH2",), fault=lets_in)

    sent = send(server, to=["a@example.org"], typed=typed, smtp=with_program)

    assert sent.status == 2
    assert "was not allowed on this machine" in sent.text
    assert not ran.exists()


def test_a_program_of_the_workspace_is_asked_for_again_once_it_changed(
    with_program, ran, start_server, send, workspace
) -> None:
    server = start_server(extensions=("AUTH XOAUTH2",), fault=lets_in)
    send(server, to=["a@example.org"], typed=["yes"], smtp=with_program)
    (workspace / "token.py").write_text("open('ran', 'a').write('changed')", "utf-8")

    sent = send(server, to=["a@example.org"], typed=["no"])

    assert sent.status == 2
    assert ran.read_text() == "."


def test_a_dry_run_runs_no_program(
    with_program, ran, start_server, send, write_members, people
) -> None:
    server = start_server(extensions=("AUTH XOAUTH2",), fault=lets_in)

    sent = send(server, members=write_members(people(2)), dry_run=True, smtp=with_program)

    assert sent.status == 0, sent.text
    assert not ran.exists()
