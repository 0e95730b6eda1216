"""What holds for every rule, and how findings are silenced, levelled and placed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.checks import RULES
from newsletter.content.loading import load_issue
from newsletter.i18n import translator
from newsletter.problems.problem import Level
from newsletter.settings.settings import load_settings
from tests.checks.conftest import HEAD, Check

ROOT = Path(__file__).parents[2]
VAGUE = "  - kind: text\n    body: |\n      Paru : [ici](https://a.fr/x).\n"
IGNORE = "    ignore: [{rule: vague-link, because: une raison}]\n"


@pytest.mark.parametrize("rule", RULES)
def test_every_manual_page_has_its_french(rule: str) -> None:
    french = translator("fr")(RULES[rule].manual)

    assert all(word in french for word in ("\nÀ éviter", "\nBien", "\nSource"))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_its_own_test(rule: str) -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests/checks").glob("test_*.py"))

    assert f'"{rule}"' in tests.replace(Path(__file__).read_text(), "")


def test_every_rule_of_every_room_is_found() -> None:
    rooms = "".join(path.read_text() for path in (ROOT / "newsletter/checks/rules").glob("*.py"))

    assert len(RULES) == rooms.count("\n@rule(")


def test_an_item_may_ignore_a_rule_with_a_reason(check: Check) -> None:
    assert check("vague-link", VAGUE + IGNORE) == []
    assert check("ignore", VAGUE + IGNORE) == []


def test_an_item_ignores_nothing_for_its_neighbour(check: Check) -> None:
    problems = check("vague-link", VAGUE + IGNORE + VAGUE)

    assert [problem.position.line for problem in problems] == [13]


def test_an_issue_may_ignore_a_rule_everywhere(check: Check) -> None:
    head = "ignore: [{rule: vague-link, because: une raison}]\n" + HEAD

    assert check("vague-link", VAGUE + VAGUE, head=head) == []


def test_an_ignore_without_reason_is_an_error(
    write_issue: Callable[[str | bytes], Path], workspace: Path
) -> None:
    settings = load_settings(workspace).settings
    assert settings is not None

    loaded = load_issue(write_issue(HEAD + VAGUE + "    ignore: [{rule: vague-link}]\n"), settings)

    (problem,) = loaded.problems
    assert problem.level is Level.ERROR
    assert "'because'" in problem.message


def test_an_ignore_that_silences_nothing_is_a_warning(check: Check) -> None:
    (problem,) = check("ignore", f"  - kind: text\n    body: x\n{IGNORE}")

    assert problem.level is Level.WARNING
    assert problem.position == (9, 21)


def test_an_ignore_of_no_rule_is_an_error_with_what_was_meant(check: Check) -> None:
    (problem,) = check("ignore", VAGUE + IGNORE.replace("vague-link", "vague-lnk"))

    assert problem.level is Level.ERROR
    assert "'vague-link'" in problem.hint


@pytest.mark.parametrize("level", ["error", "advice"])
def test_settings_change_the_level_of_a_rule(level: str, check: Check, workspace: Path) -> None:
    settings = workspace / "newsletter.yaml"
    settings.write_text(settings.read_text().replace("starter-text: off", f"vague-link: {level}"))

    (problem,) = check("vague-link", VAGUE)

    assert problem.level == level


def test_settings_switch_a_rule_off(check: Check, workspace: Path) -> None:
    settings = workspace / "newsletter.yaml"
    settings.write_text(settings.read_text().replace("starter-text: off", "vague-link: off"))

    assert check("vague-link", VAGUE) == []


def test_a_finding_in_a_text_file_points_into_it(check: Check, workspace: Path) -> None:
    (workspace / "issues/texts").mkdir()
    text = workspace / "issues/texts/corps.md"
    text.write_text("Un paragraphe.\n\nParu : [ici](https://a.fr/x).\n")

    (problem,) = check("vague-link", "  - kind: text\n    body: {file: texts/corps.md}\n")

    assert (problem.path.name, problem.position) == ("corps.md", (3, 9))
