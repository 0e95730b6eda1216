"""What lies in a workspace's `.cache/` is not even read, and nobody needs to write there."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.cli import run
from newsletter.workspace import user_folder
from tests.conftest import HEAD

PICTURE = HEAD + "items:\n  - {kind: picture, file: photo.png, alt: Une photo}\n"


def built(workspace: Path) -> dict[str, bytes]:
    assert run(["build"]) == 0
    files = (path for path in (workspace / "build").rglob("*") if path.is_file())
    return {path.relative_to(workspace).as_posix(): path.read_bytes() for path in files}


def test_what_is_planted_in_a_workspace_s_cache_is_not_read(
    workspace: Path,
    write_issue: Callable[[str], Path],
    user_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(workspace)
    write_issue(PICTURE)
    before = built(workspace)
    # As a version wrote it that kept pictures there: all of them, each with another content.
    other = workspace.parent / "other"
    shutil.copytree(workspace, other)
    shutil.rmtree(other / "build")
    shutil.copytree(user_cache, other / ".cache")
    for file in (user_cache / "pictures").iterdir():
        content = b".png\nplanted"
        planted = other / ".cache/pictures" / file.name
        planted.write_bytes(hashlib.sha256(content).digest() + content)
        file.unlink()
    monkeypatch.chdir(other)

    assert built(other) == before


@pytest.mark.parametrize("command", ["check", "build"])
def test_neither_a_workspace_nor_a_user_needs_a_cache(
    command: str,
    workspace: Path,
    write_issue: Callable[[str], Path],
    user_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(workspace)
    write_issue(PICTURE)
    (workspace / ".cache").write_text("a file, no folder: not even root writes into it")
    user_cache.parent.write_text("likewise")

    assert run([command]) == 0
    assert capsys.readouterr().err == ""


def test_a_cache_that_somebody_else_can_write_to_is_not_used(user_cache: Path) -> None:
    (user_cache / "pictures").mkdir(parents=True)
    (user_cache / "pictures").chmod(0o777)

    assert user_folder("pictures") is None
