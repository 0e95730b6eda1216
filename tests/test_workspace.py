"""Which workspace a command finds, and which language it speaks."""

from pathlib import Path

import pytest

from newsletter.workspace import (
    NoWorkspace,
    find_workspace,
    user_language,
    workspace_above,
    write_whole,
)


def test_a_workspace_is_found_from_the_folders_inside_it(workspace: Path) -> None:
    assert workspace_above(str(workspace / "assets/images")) == str(workspace)
    assert find_workspace(str(workspace)) == str(workspace)


def test_a_folder_outside_belongs_to_no_workspace(tmp_path: Path) -> None:
    assert workspace_above(str(tmp_path)) is None
    with pytest.raises(NoWorkspace):
        find_workspace(str(tmp_path))


def test_a_workspace_a_folder_below_is_named(tmp_path: Path) -> None:
    (tmp_path / "lettre").mkdir()
    (tmp_path / "lettre/newsletter.yaml").write_text("language: fr\n")

    with pytest.raises(NoWorkspace) as raised:
        find_workspace(str(tmp_path))

    assert raised.value.hint == "it is in a folder below: cd lettre"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("language: en\n", "en"),
        ('language: "en"\n', "en"),
        ("organisation:\n  language: en\n", "fr"),
        ("language: de\n", "fr"),
        ("", "fr"),
        ("été".encode("cp1252").decode("latin-1"), "fr"),
    ],
)
def test_a_locale_that_names_neither_language_leaves_it_to_the_workspace(
    settings: str, expected: str, workspace: Path
) -> None:
    (workspace / "newsletter.yaml").write_text(settings, encoding="latin-1")

    assert user_language(str(workspace), {"LANG": "de_DE.UTF-8"}) == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "NEWSLETTER_LANG": "fr"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LC_MESSAGES": "fr_BE", "LANG": "C"}, "fr"),
        ({"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fro_FR"}, "en"),
        ({}, "en"),
    ],
)
def test_the_reader_s_own_language_comes_before_the_workspace_s(
    environment: dict[str, str], expected: str, workspace: Path
) -> None:
    (workspace / "newsletter.yaml").write_text("language: en\n")

    assert user_language(str(workspace), environment) == expected


def test_where_nothing_names_a_language_it_is_french() -> None:
    assert user_language(None, {"LANG": "C.UTF-8"}) == "fr"


def test_files_are_written_whole_under_names_that_nobody_foresees(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("before")
    (tmp_path / ".a.txt.new").symlink_to(tmp_path / "elsewhere")

    write_whole((tmp_path / "a.txt", b"after"), (tmp_path / "in/b.txt", b"new"))

    assert (tmp_path / "a.txt").read_bytes() == b"after"
    assert (tmp_path / "in/b.txt").read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.txt.new", "a.txt", "in"]
    assert not (tmp_path / "elsewhere").exists()


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("before")
    (tmp_path / "folder/inside").mkdir(parents=True)

    with pytest.raises(OSError, match="folder") as told:
        write_whole((tmp_path / "folder", b"new"), (tmp_path / "a.txt", b"after"))

    assert told.value.filename == str(tmp_path / "folder")
    assert (tmp_path / "a.txt").read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "folder"]


def test_a_file_is_written_into_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    write_whole((Path("a.txt"), b"new"))

    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
