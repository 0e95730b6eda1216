"""Pictographs that play bullets."""

import pytest

from tests.checks.conftest import Check


def item(*lines: str) -> str:
    return "  - kind: text\n    body: |\n" + "".join(f"      {line}\n" for line in lines)


@pytest.mark.parametrize("sign", ["✅", "👉", "➡️", "- 🚀"])
def test_lines_that_begin_with_a_pictograph_are_found_at_the_first(sign: str, check: Check) -> None:
    (problem,) = check("emoji-bullets", item("Trois gestes :", f"{sign} un", f"{sign} deux"))

    assert problem.position.line == 10


def test_one_line_with_a_pictograph_passes(check: Check) -> None:
    assert check("emoji-bullets", item("🎉 Bonne année !", "À bientôt 🎉")) == []


def test_lists_pass(check: Check) -> None:
    assert check("emoji-bullets", item("- un", "- deux")) == []
