"""What peers are timed with: the words of our own sample, as our models have them today."""

import runpy
from pathlib import Path

import pytest

from newsletter.content.issue import Newsletter
from newsletter.content.loading import load_issue
from newsletter.settings.loading import load_settings

ROOT = Path(__file__).parents[1]


def test_peers_get_the_words_of_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    settings = load_settings(ROOT).settings
    assert settings is not None
    issue = load_issue(ROOT / "issues/2023-05-coulisses.yaml", settings).issue
    assert isinstance(issue, Newsletter)

    blocks = list(runpy.run_path(str(ROOT / "benchmarks/peers.py"))["blocks_of"](issue))

    words = " ".join(str(each.get("text")) for each in blocks)
    assert len(blocks) > 40
    assert "Financer l'innovation" in words
    assert issue.introduction is not None
    assert issue.introduction.text.strip().splitlines()[-1] in words
