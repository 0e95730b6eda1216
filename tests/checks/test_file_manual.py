"""`check --explain NAME` has a page for every name that stands in brackets after a problem."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.checks.checking import RULES
from newsletter.checks.file_manual import FILE_MANUAL
from newsletter.cli import run
from newsletter.i18n import translator

PACKAGE = Path(__file__).parents[2] / "newsletter"
# Of the name among the arguments.
PLACE = {"Fault": 0, "Phrase": 0, "refusal": 0, "Problem": 4, "_told": 5}


def names_in_code() -> Iterator[str]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                place = PLACE.get(getattr(node.func, "id", ""))
                said = [] if place is None else node.args[place : place + 1]
                said += [each.value for each in node.keywords if each.arg == "rule"]
                yield from (each.value for each in said if isinstance(each, ast.Constant))


def test_every_name_in_the_code_has_its_page_and_no_other_has() -> None:
    assert {*names_in_code(), "members-file"} - RULES.keys() == FILE_MANUAL.keys()


@pytest.mark.parametrize("name", ["alt", "date", "unknown-key", "link-syntax", "sent-record"])
def test_a_fault_of_a_file_is_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--explain", name, "--lang", "en"]) == 0
    assert "\nFails: " in capsys.readouterr().out


@pytest.mark.parametrize("page", sorted(set(FILE_MANUAL.values())), ids=lambda page: page[:30])
def test_every_page_has_examples_and_its_french(page: str) -> None:
    french = translator("fr")(page)

    assert [part for part in ("\nFails: ", "\nPasses: ") if part not in page] == []
    assert [part for part in ("\nÀ éviter", "\nBien") if part not in french] == []
