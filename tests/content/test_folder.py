"""Which files are issues."""

from pathlib import Path

import pytest

from newsletter.content.loading import issues_by_name, issues_in, load_issue
from newsletter.settings.settings import Settings


@pytest.mark.parametrize("name", ["._mac.yaml", "~$lock.yaml", ".caché.yaml", "notes.yxml"])
def test_hidden_files_and_locks_are_no_issues(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("kind: newsletter\n", "utf-8")
    (tmp_path / "mai.yaml").write_text("kind: newsletter\n", "utf-8")

    assert issues_in(tmp_path) == [tmp_path / "mai.yaml"]


def test_a_folder_is_no_issue(tmp_path: Path) -> None:
    (tmp_path / "mai.yaml").mkdir()

    assert issues_in(tmp_path) == []


def test_of_two_files_with_one_name_yaml_is_the_issue(tmp_path: Path) -> None:
    for name in ("mai.yml", "mai.yaml"):
        (tmp_path / name).write_text("", "utf-8")

    assert issues_by_name(tmp_path) == {"mai": tmp_path / "mai.yaml"}


@pytest.mark.parametrize(("ours", "other"), [(".yaml", ".yml"), (".yml", ".yaml")])
def test_two_files_with_one_name_are_told_at_both(
    workspace: Path, settings: Settings, ours: str, other: str
) -> None:
    path = workspace / f"issues/mai{ours}"
    for each in (path, path.with_suffix(other)):
        each.write_text("kind: newsletter\n", "utf-8")

    told = [problem for problem in load_issue(path, settings).problems if problem.path == path]

    assert f"mai{other} is beside this file: both would be the issue 'mai'" in {
        problem.message for problem in told
    }
