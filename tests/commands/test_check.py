"""`newsletter check`: what is told, in which form and language, and the exit status."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.cli import run
from tests.checks.conftest import HEAD

ISSUE = HEAD + "  - kind: text\n    body: |\n      Paru : [ici](https://a.fr/x).\n"
Checked = Callable[..., tuple[int, str]]


@pytest.fixture(name="check")
def run_check(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Checked:
    """Return what runs the command over one issue with a warning, and what it printed."""
    (workspace / "issues/mai.yaml").write_text(ISSUE)
    monkeypatch.chdir(workspace)

    def check(*options: str) -> tuple[int, str]:
        status = run(["check", *options])
        return status, "".join(capsys.readouterr())

    return check


def test_a_warning_leaves_0_and_is_counted(check: Checked) -> None:
    status, printed = check()

    assert status == 0
    assert printed.splitlines()[0].startswith("issues/mai.yaml:9:15: avertissement\u00a0: ")
    assert printed.splitlines()[-1] == "1 numéro vérifié, 1 avertissement"


@pytest.mark.parametrize("damage", ["<<<<<<< HEAD\n{}", "{}", ""])
def test_a_damaged_record_of_a_sent_issue_is_told(
    check: Checked, workspace: Path, damage: str
) -> None:
    (workspace / "sent/mai").mkdir(parents=True)
    (workspace / "sent/mai/sent.json").write_text(damage)

    status, printed = check("--lang", "en")

    assert status == 1
    assert "sent/mai/sent.json:1:1: error: sent/mai/sent.json is damaged" in printed
    assert "restore it from git" in printed


def test_each_text_of_the_example_is_listed_where_all_problems_are_asked_for(
    check: Checked, workspace: Path
) -> None:
    settings = workspace / "newsletter.yaml"
    settings.write_text(settings.read_text("utf-8").replace("starter-text: off", ""), "utf-8")

    _status, short = check()
    _status, long = check("--all-problems")

    assert "starter-text" not in short
    assert "newsletter check --all-problems" in short.splitlines()[-1]
    assert "newsletter.yaml:4:9: avertissement" in long
    assert "--all-problems" not in long


def test_a_warning_gives_1_when_strict(check: Checked) -> None:
    assert check("--strict")[0] == 1


def test_another_language_may_be_asked_for(check: Checked) -> None:
    _status, printed = check("--lang", "en")

    assert printed.splitlines()[-1] == "1 issue checked, 1 warning"


def test_json_has_a_line_for_each_problem(check: Checked) -> None:
    _status, printed = check("--format", "json")

    (line,) = printed.splitlines()
    assert json.loads(line)["rule"] == "vague-link"


def test_github_shows_annotations(check: Checked) -> None:
    _status, printed = check("--format", "github")

    assert printed.startswith("::warning file=issues/mai.yaml,line=9,col=15,title=vague-link::")


def test_sarif_explains_its_rules_in_the_language_of_the_team(check: Checked) -> None:
    _status, printed = check("--format", "sarif")

    rules = json.loads(printed)["runs"][0]["tool"]["driver"]["rules"]
    words = {rule["id"]: rule["shortDescription"]["text"] for rule in rules}
    assert "lien" in words["vague-link"]


def test_the_rules_are_listed_with_their_level(check: Checked) -> None:
    status, printed = check("--list")

    (line,) = [line for line in printed.splitlines() if line.startswith("vague-link")]
    assert status == 0
    assert "avertissement" in line


def test_a_rule_is_explained(check: Checked) -> None:
    status, printed = check("--explain", "vague-link")

    assert status == 0
    assert "À éviter" in printed


def test_a_rule_that_does_not_exist_is_told_with_what_was_meant(check: Checked) -> None:
    status, printed = check("--explain", "vague-lnk")

    assert status == 2
    assert "«\u00a0vague-link\u00a0»" in printed


def test_a_rule_of_the_settings_that_does_not_exist_is_told(
    check: Checked, workspace: Path
) -> None:
    settings = workspace / "newsletter.yaml"
    settings.write_text(settings.read_text().replace("starter-text: off", "vague-lnk: off"))

    status, printed = check()

    assert status == 1
    assert "newsletter.yaml:" in printed
    assert "«\u00a0vague-lnk\u00a0»" in printed


def test_what_only_some_see_is_checked_too(check: Checked, workspace: Path) -> None:
    settings = workspace / "newsletter.yaml"
    text = settings.read_text().replace("  columns:\n", "  columns:\n    profile: Profil\n")
    settings.write_text(f"{text}audiences: {{profile: [ESN, PME]}}\n")
    vague = "  - kind: text\n    body: Paru, [là](https://a.fr).\n"
    (workspace / "issues/mai.yaml").write_text(
        ISSUE + f"{vague}    for: {{profile: ESN}}\n" + f"{vague}    not_for: {{profile: PME}}\n"
    )

    _status, printed = check()

    assert printed.splitlines()[-1] == "1 numéro vérifié, 3 avertissements"


def test_help_speaks_french(check: Checked) -> None:
    _status, printed = check("--help")

    assert printed.startswith("Usage\u00a0:")
    assert "Afficher cette aide" in printed


def test_a_wrong_option_is_told_in_french(check: Checked) -> None:
    status, printed = check("--frmat")

    assert status == 2
    assert "L’option «\u00a0--frmat\u00a0» n’existe pas." in printed


def test_an_issue_that_was_sent_is_checked_only_when_it_is_named(
    check: Checked, workspace: Path
) -> None:
    (workspace / "sent/mai").mkdir(parents=True)

    assert (
        check()[1]
        == "tous les numéros ont déjà été envoyés\u00a0; pour en revoir un, donnez son fichier\n"
    )
    assert "issues/mai.yaml:9:15" in check("issues/mai.yaml")[1]
