"""What holds for every rule: its manual page, its calm, its speed on absurd texts."""

from pathlib import Path

import pytest

from newsletter.checks import RULES, run_checks
from newsletter.checks.rule import Rule
from newsletter.content.loading import load_issue
from newsletter.rendering.document import render_document
from newsletter.settings.settings import load_settings

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "issues").glob("*.yaml"))


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
