"""Each check of the Email Markup Consortium's accessibility reports (2022 to 2026), held or argued.

The reports: emailmarkup.org/en/reports/accessibility. Only 8 of 376,348 mails passed them in 2026.
The rules of `newsletter.checks` know what each check asks for; here the samples are held to them.
"""

from pathlib import Path

import pytest

from newsletter.checks.checking import RULES
from newsletter.checks.rule import Checked
from newsletter.content.loading import load_issue
from newsletter.rendering.document import render_document
from newsletter.settings.loading import load_settings

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "issues").glob("*.yaml"))
AXE = "axe"  # tests/browser/test_mails.py runs it over every sample, light and dark

# The check as the reports name it -> the rule that holds it, or axe in the browser.
CHECKS = {
    "body content wrapped in dir": "missing-language",
    "body content wrapped in lang": "missing-language",
    "layout tables role=presentation/none": "table-role",
    "has a level-one heading": "main-heading",
    "more than one h1": "main-heading",
    "links have discernible text": "empty-link",
    "html lang": "missing-language",
    "colour contrast 4.5:1": "low-contrast",
    "images have alt": "image-without-alt",
    "title": "missing-title",
    "link text descriptive": "vague-link",
    "links distinguishable without colour": AXE,
    "zoom not disabled": "blocked-zoom",
    "VML has alt; no links or headings inside VML": "outlook-drawing",
    "allowed and valid ARIA attributes": "wrong-aria",
    "duplicate ids": "repeated-id",
}
HELD = sorted(set(CHECKS.values()) - {AXE})


@pytest.fixture(name="checked", params=SAMPLES, ids=lambda path: path.stem, scope="module")
def look_at_sample(request: pytest.FixtureRequest) -> Checked:
    settings = load_settings(ROOT).settings
    assert settings is not None
    loaded = load_issue(request.param, settings)
    assert loaded.issue is not None
    document = render_document(loaded.issue, settings)
    return Checked(loaded.issue, loaded.source, document, settings)


@pytest.mark.parametrize("rule", HELD)
def test_a_check_of_the_email_markup_consortium_passes(rule: str, checked: Checked) -> None:
    assert list(RULES[rule].find(checked)) == []
