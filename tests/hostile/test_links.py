"""Links planted in a workspace: nothing outside it is overwritten, made or deleted."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsletter.cli import run
from newsletter.ledger.opening import only_sender, open_ledger, read_ledger
from newsletter.problems.errors import NewsletterError
from newsletter.sending.sending import Outbox
from newsletter.sending.sent_before import SentRecord, write_record
from newsletter.workspace import write_whole
from tests.conftest import HEAD

ISSUE = HEAD + "items:\n  - {kind: picture, file: photo.png, alt: Une photo}\n"
OLD_PICTURE = "0123456789abcdef.png"  # as a build calls a picture, and deletes it later


@pytest.fixture(autouse=True)
def _commands_speak_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_LANG", "en")


@pytest.fixture(name="outside")
def make_outside(tmp_path: Path) -> Path:
    """A folder of somebody's, whose files are as a build or a send calls its own."""
    folder = tmp_path / "outside"
    for name in ("email.html", OLD_PICTURE, f"images/{OLD_PICTURE}", "000001.eml", "sent.json"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("somebody's")
    return folder


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


@pytest.mark.parametrize("link", ["build", "build/essai", "build/essai/images"])
@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize("body", [ISSUE, HEAD + "items:\n  - {kind: text, body: Un.}\n"])
def test_build_follows_no_link_out_of_its_folder(
    link: str,
    is_there: bool,
    body: str,
    workspace: Path,
    outside: Path,
    write_issue: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(workspace)
    write_issue(body)
    before = contents(outside)
    place = workspace / link
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(outside if is_there else outside / "not-there", target_is_directory=True)

    assert run(["build"]) == 2

    assert "leads elsewhere: nothing is written there" in capsys.readouterr().err
    assert contents(outside) == before
    assert not (outside / "not-there").exists()


def test_a_link_in_the_place_of_a_file_is_replaced(
    workspace: Path,
    outside: Path,
    write_issue: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(workspace)
    write_issue(ISSUE)
    before = contents(outside)
    place = workspace / "build/essai/email.html"
    place.parent.mkdir(parents=True)
    place.symlink_to(outside / "email.html")
    (workspace / "review.html").symlink_to(outside / "email.html")

    assert run(["build"]) == 0
    assert run(["preview", "issues/essai.yaml", "--review", "review.html"]) == 0

    assert contents(outside) == before
    assert not place.is_symlink()


def test_a_folder_that_one_names_oneself_may_be_a_link(
    workspace: Path,
    tmp_path: Path,
    write_issue: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(workspace)
    write_issue(ISSUE)
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")

    assert run(["build", "--output", str(tmp_path / "out")]) == 0
    assert (tmp_path / "disk/essai/email.html").is_file()


@pytest.mark.parametrize(
    "name", ["newsletter.yaml", ".gitignore", "assets/logo.png", "assets", "issues", ".vscode"]
)
def test_init_goes_through_no_dangling_link(
    name: str, outside: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new"
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).symlink_to(outside / "planted")

    assert run(["init", str(folder)]) == 2

    assert name in capsys.readouterr().err
    assert not (outside / "planted").exists()
    assert contents(folder) == {}


def test_the_current_folder_may_be_reached_by_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "disk")
    monkeypatch.chdir(tmp_path / "here")

    assert run(["init", "."]) == 0
    assert run(["new", "newsletter"]) == 0
    assert run(["build"]) == 0


@pytest.mark.parametrize(
    ("command", "link"),
    [
        (["new", "newsletter", "--title", "Essai", "--date", "2025-01-06"], "issues"),
        (
            ["new", "newsletter", "--title", "Essai", "--date", "2025-01-06"],
            "issues/2025-01-essai.yaml",
        ),
        (["templates", "--copy", "items/text.txt"], "templates"),
        (["templates", "--copy", "text/items/text.txt"], "templates/text/items/text.txt"),
    ],
)
def test_new_files_go_through_no_link(
    command: list[str],
    link: str,
    workspace: Path,
    outside: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(workspace)
    before = contents(outside)
    place = workspace / link
    if place.is_dir():
        shutil.rmtree(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(outside if link in {"issues", "templates"} else outside / "planted")

    assert run(command) == 2
    assert contents(outside) == before


def test_records_and_messages_go_through_no_link(workspace: Path, outside: Path) -> None:
    before = contents(outside)
    (workspace / "sent").symlink_to(outside)
    (workspace / "outbox").mkdir()
    (workspace / "outbox/essai").symlink_to(outside)

    with pytest.raises(Exception, match="leads elsewhere"):
        write_record(workspace, SentRecord("essai", "2025-01-06", "", {}, {}))
    with pytest.raises(Exception, match="leads elsewhere"):
        Outbox(workspace / "outbox", "essai", workspace).write(b"message")
    (workspace / "outbox/essai").unlink()
    (workspace / "outbox").rmdir()
    (workspace / "outbox").symlink_to(outside)
    with pytest.raises(Exception, match="leads elsewhere"):
        Outbox(workspace / "issues/../outbox", "essai", workspace).write(b"message")

    assert contents(outside) == before


def test_messages_are_written_beside_the_workspace_as_the_guide_says(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace)

    Outbox(Path("../boite"), "essai", workspace).write(b"message")

    assert (workspace.parent / "boite/essai/000001.eml").read_bytes() == b"message"


@pytest.mark.parametrize(
    "name",
    [
        "ledger.sqlite3",
        "ledger.sqlite3.lock",
        "ledger.sqlite3-wal",
        "ledger.sqlite3-shm",
        "ledger.sqlite3-journal",
    ],
)
@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize("opened", [open_ledger, only_sender, read_ledger])
def test_a_planted_ledger_is_neither_read_nor_written(
    name: str, is_there: bool, opened: Callable[[Path], Any], workspace: Path, outside: Path
) -> None:
    if is_there:
        with open_ledger(outside):
            pass
    before = {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()}
    (workspace / name).symlink_to(outside / "ledger.sqlite3")

    with pytest.raises(NewsletterError, match="leads elsewhere"), opened(workspace):
        pass

    assert {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("issue", ["..", "../outside"])
def test_an_issue_called_by_dots_is_written_nowhere_else(
    issue: str, workspace: Path, outside: Path
) -> None:
    with pytest.raises(Exception, match="leads elsewhere"):
        write_record(workspace / "in", SentRecord(f"../{issue}", "2025-01-06", "", {}, {}))


def test_a_full_disk_leaves_no_new_issue(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_source: str, _target: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.chdir(workspace)
    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(os, "replace", full)

    assert run(["new", "newsletter"]) == 2

    assert "the disk is full" in capsys.readouterr().err
    assert [path.name for path in (workspace / "issues").iterdir()] == [".schema.json"]


@pytest.mark.parametrize("has_links", [True, False])
def test_a_new_file_never_overwrites(
    has_links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(_source: str, _target: str) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    if not has_links:  # as on FAT
        monkeypatch.setattr(os, "link", unknown)
    write_whole((tmp_path / "a", b"first"), is_new=True)

    with pytest.raises(FileExistsError) as caught:
        write_whole((tmp_path / "a", b"second"), is_new=True)

    assert caught.value.filename == str(tmp_path / "a")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"first")]
