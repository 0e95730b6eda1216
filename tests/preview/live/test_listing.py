"""The list of issues at a glance."""

from pathlib import Path

import pytest

from newsletter.preview.live.issue_list import listed
from tests.checks.conftest import HEAD, RELEASE
from tests.preview.workspaces import ITEM, issue_file


def test_the_newest_issue_comes_first_and_one_without_date_before_all(workspace: Path) -> None:
    old = issue_file(workspace, HEAD + ITEM, "a")
    new = issue_file(workspace, HEAD.replace("2025-01-06", "8 mars 2025") + ITEM, "b")
    draft = issue_file(workspace, "title: Brouillon\n", "c")

    rows = listed({path.stem: path for path in (old, new, draft)})

    assert [row.name for row in rows] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("title: Le titre", "Le titre"),
        ("title: 'Le titre'", "Le titre"),
        ('title: "Le titre"', "Le titre"),
        ("headline: Le titre", "Le titre"),
        ("title: >\n  plié", "nom"),
        ("autre: x", "nom"),
        ("\xff\xfe", "nom"),
    ],
)
def test_the_title_is_the_typed_one_else_the_file_s_name(
    workspace: Path, typed: str, title: str
) -> None:
    path = issue_file(workspace, f"{typed}\n", "nom")

    (row,) = listed({"nom": path})

    assert row.title == title


def test_a_release_is_said_to_be_one(workspace: Path) -> None:
    (row,) = listed({"essai": issue_file(workspace, RELEASE)})

    assert row.is_release


def test_a_file_that_is_gone_is_listed_by_its_name(workspace: Path) -> None:
    (row,) = listed({"parti": workspace / "issues/parti.yaml"})

    assert (row.title, row.day) == ("parti", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_title_keeps_its_accents_in_every_encoding_that_is_recognised(
    workspace: Path, encoding: str
) -> None:
    path = workspace / "issues/nom.yaml"
    path.write_bytes("title: L'été à Évry\ndate: 2025-01-06\n".encode(encoding))

    (row,) = listed({"nom": path})

    assert (row.title, str(row.day)) == ("L'été à Évry", "2025-01-06")


@pytest.mark.parametrize("shift", [0, 1])
def test_a_title_keeps_its_accents_where_the_head_ends_inside_a_letter(
    workspace: Path, shift: int
) -> None:
    path = workspace / "issues/nom.yaml"
    path.write_text(f"title: L'été\nbody: {'x' * shift}{'é' * 4000}\n", "utf-8")

    (row,) = listed({"nom": path})

    assert row.title == "L'été"
