"""Which workspace a command finds, and which language it speaks."""

from pathlib import Path

import pytest

from newsletter.workspace import NoWorkspace, find_workspace, user_language, workspace_above


def test_a_workspace_is_found_from_the_folders_inside_it(workspace: Path) -> None:
    assert workspace_above(str(workspace / "assets/images")) == str(workspace)
    assert find_workspace(str(workspace)) == str(workspace)


def test_a_folder_outside_belongs_to_no_workspace(tmp_path: Path) -> None:
    assert workspace_above(str(tmp_path)) is None
    with pytest.raises(NoWorkspace):
        find_workspace(str(tmp_path))


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
def test_the_workspace_s_language_is_its_settings(
    settings: str, expected: str, workspace: Path
) -> None:
    (workspace / "newsletter.yaml").write_text(settings, encoding="latin-1")

    assert user_language(str(workspace), {"LANG": "en_GB.UTF-8"}) == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LC_MESSAGES": "fr_BE", "LANG": "C"}, "fr"),
        ({}, "fr"),
    ],
)
def test_outside_a_workspace_the_environment_decides_and_french_comes_first(
    environment: dict[str, str], expected: str
) -> None:
    assert user_language(None, environment) == expected
