"""What mail programs lack."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.checks.caniemail.data import features
from newsletter.checks.caniemail.uses import Use, not_looked_for, uses_of
from newsletter.checks.checked import Checked
from newsletter.checks.rules.clients import DEGRADED, details, lacking
from newsletter.content.loading import load_issue
from newsletter.rendering.document import render_document
from newsletter.settings.mail_clients import CLIENTS, USUAL
from newsletter.settings.settings import Settings, load_settings
from newsletter.values.audiences import UNKNOWN
from tests.checks.conftest import HEAD, Check, change_settings, change_template
from tests.conftest import ROOT

ITEM = "  - {kind: text, body: Un mot}\n"
SAMPLES = sorted((ROOT / "issues").glob("*.yaml"))
WHOLE_DIALECT = """\
  - kind: text
    body: |
      # Titre

      Un **mot**, *un autre*, ~~ni l'un~~, x^2^, H~2~O, `code`, [lien](https://a.fr)[^1].

      > Une citation

      1. un
      2. deux

      ---

      | a | b |
      |:--|--:|
      | 1 | 2 |

      ```
      code
      ```

      [^1]: Une note.
"""
# What a template of one's own may add, and who lacks it.
ADDED = {
    '<svg width="9" height="9"></svg>': "Outlook classic",
    '<div style="display:flex">a</div>': "Outlook classic",
    '<div style="position:absolute">a</div>': "Gmail",
    '<div style="background-image:url(a.png)">a</div>': "Outlook classic",
    '<div style="width:calc(100% - 9px)">a</div>': "Outlook classic",
    '<video src="https://example.org/a.mp4"></video>': "Gmail",
    "<form><input/></form>": "Outlook classic",
    '<img src="https://example.org/a.svg" alt=""/>': "Gmail",
}


@pytest.mark.parametrize("html", ADDED)
def test_what_a_client_lacks_is_found_at_its_item(html: str, workspace: Path, check: Check) -> None:
    change_template(workspace, "email/items/text.mjml", "{{ item.body", f"{html}{{{{ item.body")

    problem = check("client-support", ITEM)[0]

    assert problem.position.line == 7
    assert ADDED[html] in problem.message


def test_a_web_font_is_found(workspace: Path, check: Check) -> None:
    font = "<mj-style>@font-face{font-family:A;src:url(a.woff)}</mj-style></mj-head>"
    change_template(workspace, "email/head.mjml", "</mj-head>", font)

    (problem,) = check("client-support", ITEM)

    assert "'@font-face'" in problem.message
    assert features()["css-at-font-face"].tested in problem.message


def test_who_drops_all_styles_misses_nothing_in_them(workspace: Path, check: Check) -> None:
    style = "<mj-style>.a{position:absolute}</mj-style></mj-head>"
    change_template(workspace, "email/head.mjml", "</mj-head>", style)
    change_settings(workspace, "unsubscribe:\n", "clients: [SFR, LaPoste]\nunsubscribe:\n")

    assert check("client-support", ITEM) == []


def test_only_the_clients_of_the_settings_count(workspace: Path, check: Check) -> None:
    html = '<div style="border-radius:9px;display:flex">a</div>'
    change_template(workspace, "email/items/text.mjml", "{{ item.body", f"{html}{{{{ item.body")
    change_settings(workspace, "unsubscribe:\n", "clients: [Apple Mail]\nunsubscribe:\n")

    assert check("client-support", ITEM) == []


def test_all_that_markdown_writes_is_supported_or_degrades_on_purpose(check: Check) -> None:
    assert check("client-support", WHOLE_DIALECT) == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_all_that_a_sample_uses_is_supported_or_degrades_on_purpose(path: Path) -> None:
    uses = _uses(path)

    missed = {(use.shown, client) for use in uses for client in lacking(use) & set(USUAL)}

    assert missed == set()


def test_each_declared_degradation_is_one(
    write_issue: Callable[[str | bytes], Path], settings: Settings
) -> None:
    used = {use.slug for path in SAMPLES for use in _uses(path)}
    used |= {use.slug for use in _uses(write_issue(HEAD + WHOLE_DIALECT), settings)}

    for slug, degraded in DEGRADED.items():
        assert degraded.clients <= features()[slug].lacking & set(USUAL), slug
        assert slug in used, slug


def test_the_features_that_are_not_looked_for_are_few_and_named() -> None:
    assert "BIMI" in not_looked_for()
    assert len(not_looked_for()) < 12


def test_what_degrades_and_what_is_not_looked_for_can_be_read() -> None:
    *degraded, last = details()

    assert any("border-radius: not in Orange, Outlook classic" in line for line in degraded)
    assert "BIMI" in last


def test_the_usual_clients_are_those_of_france() -> None:
    assert {"Outlook classic", "Orange", "SFR", "LaPoste", "Free"} < set(USUAL) < set(CLIENTS)


def _uses(path: Path, settings: Settings | None = None) -> set[Use]:
    settings = settings or load_settings(ROOT).settings
    assert settings is not None
    loaded = load_issue(path, settings)
    assert loaded.issue is not None
    document = render_document(loaded.issue, settings, UNKNOWN)
    return set(uses_of(Checked(loaded.issue, loaded.source, document, settings).elements))
