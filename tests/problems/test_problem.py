"""How problems are ordered and told."""

from pathlib import Path

import pytest

from newsletter.problems.problem import (
    Level,
    Position,
    Problem,
    format_problem,
    has_errors,
    in_order,
    source_excerpt,
)


def problem(path: Path, line: int = 1, column: int = 1, level: Level = Level.ERROR) -> Problem:
    return Problem(path, Position(line, column), "what is wrong", "what to type", "rule", level)


def test_problems_come_by_place_and_each_once(tmp_path: Path) -> None:
    late, early = problem(tmp_path / "a", 9), problem(tmp_path / "a", 2)
    other = problem(tmp_path / "b")

    assert in_order([other, late, early, late]) == [early, late, other]


@pytest.mark.parametrize(
    ("level", "expected"), [(Level.ERROR, True), (Level.WARNING, False), (Level.ADVICE, False)]
)
def test_only_errors_are_errors(level: Level, expected: bool, tmp_path: Path) -> None:
    assert has_errors([problem(tmp_path, level=level)]) is expected


def test_a_problem_is_one_line_with_its_place_and_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    told = format_problem(problem(tmp_path / "issues/mai.yaml", 12, 7))

    assert told == "issues/mai.yaml:12:7: error: what is wrong (what to type) [rule]"


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("title: été", 8, "    title: été\n           ^"),
        ("\ttitle", 2, "     title\n     ^"),
        ("日本: x", 5, "    日本: x\n          ^"),
        ("\ufefftitle", 1, "    title\n    ^"),
        ("x" * 200, 150, "    " + "x" * 100 + "\n    " + " " * 59 + "^"),
    ],
)
def test_the_caret_stands_under_the_column(
    line: str, column: int, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "mai.yaml"
    path.write_text(line, encoding="utf-8")

    assert source_excerpt(problem(path, 1, column)) == expected


def test_there_is_no_excerpt_of_what_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "mai.yaml"
    assert source_excerpt(problem(path)) == ""
    path.write_text("une ligne")

    assert source_excerpt(problem(path, 2)) == ""
