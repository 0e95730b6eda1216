"""What holds for every rule, and how findings are silenced, levelled and placed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.checks import reading
from newsletter.checks.checking import RULES, run_checks
from newsletter.checks.rule import Rule
from newsletter.cli import run
from newsletter.content.loading import load_issue
from newsletter.i18n import translator
from newsletter.problems.problem import Level
from newsletter.rendering.document import render_document, variants_of
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.values.model import replaced
from tests.checks.conftest import HEAD, Check

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "issues").glob("*.yaml"))
VAGUE = "  - kind: text\n    body: |\n      Paru : [ici](https://a.fr/x).\n"
IGNORE = "    ignore: [{rule: vague-link, because: une raison}]\n"


@pytest.mark.parametrize("rule", RULES)
def test_every_manual_page_has_its_french(rule: str) -> None:
    french = translator("fr")(RULES[rule].manual)

    parts = ("\nÀ éviter", "\nBien", "\nSource")
    assert [part for part in parts if part not in french] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_is_tested_in_the_file_of_its_room(rule: Rule) -> None:
    room = rule.find.__module__.rpartition(".")[2]

    tests = (ROOT / f"tests/checks/rules/test_{room}.py").read_text(encoding="utf-8")

    assert f'"{rule.id}"' in tests


@pytest.mark.parametrize(
    "rule", [each for each in RULES.values() if not each.language], ids=lambda each: each.id
)
def test_an_english_manual_page_has_english_examples_and_law(rule: Rule) -> None:
    assert re.findall(r"[àçèéêëîïôùûœ«»]|\b(?:CNIL|CPCE|LCEN|ANSSI|RGPD)\b", rule.manual) == []


def test_rules_of_french_alone_are_not_listed_in_english(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["check", "--list", "--lang", "en"]) == 0
    assert "wrong-ordinal" not in capsys.readouterr().out
    assert run(["check", "--list", "--lang", "fr"]) == 0
    assert "wrong-ordinal" in capsys.readouterr().out


def test_every_rule_of_every_room_is_found() -> None:
    rooms = "".join(path.read_text() for path in (ROOT / "newsletter/checks/rules").glob("*.py"))

    assert len(RULES) == rooms.count("\n@rule(")


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_each_rule_has_a_manual_page_with_examples_and_a_source(rule: Rule) -> None:
    title, blank, *rest = rule.manual.splitlines()

    assert title.endswith(".")
    assert blank == ""
    for part in ("Fails: ", "Passes: ", "Source: "):
        assert sum(line.startswith(part) for line in rest) == 1


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_our_own_issues_pass_every_rule(path: Path) -> None:
    settings = load_settings(ROOT).settings
    assert settings is not None
    loaded = load_issue(path, settings)
    assert loaded.issue is not None

    document = render_document(loaded.issue, settings, settings.sample_audience)

    assert run_checks(loaded, [document], settings) == []


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


def test_what_is_read_of_an_issue_is_read_once_for_all_its_mails(
    settings: Settings, write_issue: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    part = "  - {{kind: text, body: 'Un [mot](https://a.fr/{0})', for: {{delegation: {0}}}}}\n"
    text = HEAD + part.format("Bretagne") + part.format("Occitanie")
    settings = replaced(settings, audiences={"delegation": ("Bretagne", "Occitanie")})
    loaded = load_issue(write_issue(text), settings)
    variants = variants_of(loaded, settings)
    assert variants is not None
    assert len(variants.documents()) > 1
    read: list[object] = []
    links_of = reading.links_of
    monkeypatch.setattr(
        reading, "links_of", lambda issue: [read.append(issue), *links_of(issue)][1:]
    )

    run_checks(loaded, variants.documents(), settings)

    assert len(read) == 1
