"""A members file that git would take with it is told; git itself says the same."""

import shutil
import subprocess
from pathlib import Path

import pytest

from newsletter.packaged import PACKAGE
from newsletter.sending.to_members import is_taken_by_git

IGNORED = {
    "/membres*": ("membres.csv", True),
    "/membres.csv": ("listes/membres.csv", False),
    "*.csv": ("listes/membres.csv", True),
    "listes/": ("listes/membres.csv", True),
    "membres.csv/": ("membres.csv", False),
    "/listes/*.csv": ("listes/membres.csv", True),
    "listes/*.xlsx": ("listes/membres.csv", False),
    "# *.csv": ("membres.csv", False),
    ".": ("membres.csv", False),
    "./": ("listes/membres.csv", False),
    "adherents.csv": ("membres.csv", False),
}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("line", IGNORED)
def test_git_says_the_same(line: str, tmp_path: Path) -> None:
    name, is_ignored = IGNORED[line]
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text(f"\n{line}\n", "utf-8")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.touch()

    asked = subprocess.run(["git", "check-ignore", "-q", name], cwd=tmp_path, check=False)

    assert (asked.returncode == 0) is is_ignored
    assert is_taken_by_git(path) is not is_ignored


@pytest.mark.parametrize(
    "name",
    ["adherents.xlsx", "Liste 2026.csv", "membres.xlsm", "rejets.csv", "listes/rejets-2.csv"],
)
def test_in_a_new_workspace_git_takes_no_spreadsheet(name: str, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    shutil.copy(PACKAGE / "starter/gitignore", tmp_path / ".gitignore")

    assert not is_taken_by_git(tmp_path / name)


def test_outside_a_repository_nothing_is_told(tmp_path: Path) -> None:
    assert not is_taken_by_git(tmp_path / "membres.csv")


def test_a_send_warns_of_a_members_file_that_git_would_take(send, workspace) -> None:
    (workspace / ".git").mkdir()
    (workspace / ".gitignore").write_text("/rejets.csv\n", "utf-8")
    members = workspace / "adherents.csv"
    members.write_text("Courriel;Prénom\na@example.org;Ana\n", "utf-8")

    sent = send(members=members, outbox=workspace / "boite")

    assert any("git would take adherents.csv into its history" in line for line in sent.lines)
