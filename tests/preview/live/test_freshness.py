"""The marks by which a preview knows what has changed."""

import os
from pathlib import Path

import pytest

from newsletter.preview.live.freshness import file_mark, folder_mark, issue_mark, shared_mark
from tests.checks.conftest import HEAD
from tests.preview.workspaces import ITEM, issue_file


@pytest.mark.parametrize(
    "name", ["newsletter.yaml", "assets/theme.yaml", "assets/images/photo.png", "templates/a.mjml"]
)
def test_what_all_mails_share_changes_the_shared_mark(workspace: Path, name: str) -> None:
    before = shared_mark(workspace)

    path = workspace / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((path.read_bytes() if path.exists() else b"") + b"#")

    assert shared_mark(workspace) != before


def test_an_issue_changes_no_mark_but_its_own_and_its_folder_s(workspace: Path) -> None:
    path = issue_file(workspace, HEAD + ITEM)
    other = issue_file(workspace, HEAD + ITEM, "autre")
    before = shared_mark(workspace), issue_mark(other)
    folder, own = folder_mark(path.parent), issue_mark(path)

    issue_file(workspace, HEAD + ITEM * 2)

    assert (shared_mark(workspace), issue_mark(other)) == before
    assert folder_mark(path.parent) != folder
    assert issue_mark(path) != own


@pytest.mark.parametrize(
    "named", ["{file: texts/a.md}", "{file: 'texts/a.md'}", "\n      file: texts/a.md"]
)
def test_the_texts_that_an_issue_names_are_part_of_it(workspace: Path, named: str) -> None:
    text = workspace / "issues/texts/a.md"
    text.parent.mkdir()
    text.write_text("Avant.", "utf-8")
    path = issue_file(workspace, HEAD + f"  - kind: text\n    body: {named}\n")
    before = issue_mark(path)

    text.write_text("Après.", "utf-8")

    assert issue_mark(path) != before


def test_the_same_size_and_time_do_not_hide_a_change(workspace: Path) -> None:
    path = issue_file(workspace, HEAD + ITEM)
    status, before = path.stat(), (issue_mark(path), folder_mark(path.parent))

    issue_file(workspace, HEAD + ITEM.replace("premiers", "derniers"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert issue_mark(path) != before[0]
    assert folder_mark(path.parent) != before[1]


def test_a_file_that_is_gone_is_a_change(workspace: Path) -> None:
    path = issue_file(workspace, HEAD + ITEM)
    before = issue_mark(path), file_mark(path)

    path.unlink()

    assert issue_mark(path) != before[0]
    assert file_mark(path) != before[1]


def test_nothing_changed_nothing_told(workspace: Path) -> None:
    path = issue_file(workspace, HEAD + ITEM)

    assert issue_mark(path) == issue_mark(path)
    assert shared_mark(workspace) == shared_mark(workspace)
    assert folder_mark(path.parent) == folder_mark(path.parent)
