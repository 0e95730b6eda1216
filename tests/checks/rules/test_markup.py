"""What a template of the workspace may break, and what mail programs lack of what it uses."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree, html

from newsletter.checks.caniemail.features import Use, features, uses_of
from newsletter.checks.rule import Checked
from newsletter.checks.rules.markup import DEGRADED, NOT_LOOKED_FOR, details, lacking
from newsletter.content.loading import load_issue
from newsletter.rendering.document import render_document
from newsletter.rendering.html import mjml_to_html
from newsletter.settings.mail_clients import CLIENTS, USUAL
from newsletter.settings.settings import Settings
from newsletter.settings.theme import LOOKS
from newsletter.values.audiences import UNKNOWN
from tests.checks.conftest import HEAD, ITEM, Check, change_settings, change_template, in_look
from tests.conftest import ROOT

BEGINNING = (1, 1)  # of the issue file: none of its items has it
InTemplate = Callable[[str], None]


def words(html: str) -> str:
    return f"<mj-section><mj-column><mj-text>{html}</mj-text></mj-column></mj-section>"


BROKEN = {
    "table-role": "<mj-raw><!--[if mso]><table><tr><td>x</td></tr></table><![endif]--></mj-raw>",
    "outlook-drawing": '<mj-raw><!--[if mso]><v:rect fill="true"></v:rect><![endif]--></mj-raw>',
    "repeated-id": words('<p id="un">a</p><p id="un">b</p>'),
    "wrong-aria": words('<p aria-labl="Agenda">a</p>'),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_what_a_template_breaks_is_found(rule: str, check: Check, in_template: InTemplate) -> None:
    in_template(BROKEN[rule])

    assert {problem.position for problem in check(rule, ITEM)} == {BEGINNING}


@pytest.mark.parametrize("rule", BROKEN)
def test_our_own_templates_pass(rule: str, check: Check) -> None:
    assert check(rule, ITEM) == []


# The finishing of the HTML, or MRML, holds these whatever a template says.
BROKEN_PAGES = {
    "missing-title": ("<title>L’objet du mail</title>", "<title> </title>"),
    "missing-language": ('aria-roledescription="email" class="page" role="article" lang="fr"', ""),
    "blocked-zoom": ("initial-scale=1", "initial-scale=1, maximum-scale=1"),
    "table-role": ('role="presentation"', ""),
}


@pytest.mark.parametrize("rule", BROKEN_PAGES)
def test_what_is_broken_in_the_page_is_found(rule: str, check: Check) -> None:
    problems = check(rule, ITEM, html=BROKEN_PAGES[rule])

    assert {problem.position for problem in problems} <= {BEGINNING, (7, 5)}
    assert problems


@pytest.mark.parametrize("rule", BROKEN_PAGES)
def test_the_page_as_it_is_passes(rule: str, check: Check) -> None:
    assert check(rule, ITEM) == []


def test_a_misspelt_attribute_is_named_with_what_was_meant(
    check: Check, in_template: InTemplate
) -> None:
    in_template(BROKEN["wrong-aria"])

    (problem,) = check("wrong-aria", ITEM)

    assert problem.message == "screen readers do not know 'aria-labl'"
    assert problem.hint == "did you mean 'aria-label'?"


def test_a_link_in_a_drawing_for_outlook_is_found(check: Check, in_template: InTemplate) -> None:
    drawing = '<v:rect alt="Fond"><a href="https://a.fr">Lire</a></v:rect>'
    in_template(f"<mj-raw><!--[if mso]>{drawing}<![endif]--></mj-raw>")

    (problem,) = check("outlook-drawing", ITEM)

    assert problem.message == "<a> is inside a drawing for Outlook"


SAMPLES = [*sorted((ROOT / "issues").glob("*.yaml")), ROOT / "tests/gallery/every-kind.yaml"]
# What the packaged templates have no need of, and others may.
OF_MJML = """\
<mjml><mj-body><mj-section><mj-column><mj-button href="https://example.org">a</mj-button>
<mj-image src="a.png" alt="" width="90px"/><mj-divider/></mj-column></mj-section></mj-body></mjml>
"""
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


@pytest.mark.parametrize("added", ADDED)
def test_what_a_client_lacks_is_found_at_its_item(
    added: str, workspace: Path, check: Check
) -> None:
    change_template(workspace, "email/items/text.mjml", "{{ item.body", f"{added}{{{{ item.body")

    problem = check("client-support", ITEM)[0]

    assert problem.position.line == 7
    assert ADDED[added] in problem.message


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
    box = '<div style="border-radius:9px;display:flex">a</div>'
    change_template(workspace, "email/items/text.mjml", "{{ item.body", f"{box}{{{{ item.body")
    change_settings(workspace, "unsubscribe:\n", "clients: [Apple Mail]\nunsubscribe:\n")

    assert check("client-support", ITEM) == []


def test_all_that_markdown_writes_is_supported_or_degrades_on_purpose(check: Check) -> None:
    assert check("client-support", WHOLE_DIALECT) == []


# What classic Outlook takes apart, and what makes up for it.
BOXES = {
    '<p style="padding:16px">a</p>': "padding:16px on <p>",
    '<blockquote style="background:#fff;padding:9px">a</blockquote>': "padding:9px on <blockquote>",
    '<a href="https://a.fr" style="padding:9px;border:1px solid">a</a>': "padding:9px on <a>",
    '<div style="border-left:4px solid #555">a</div>': "border-left:4px solid #555 on <div>",
    '<div style="max-width:280px">a</div>': "max-width:280px on <div>",
    '<div style="display:inline-block">a</div>': "display:inline-block on <div>",
    '<div style="width:50px;margin:0 auto">a</div>': "margin:0 auto on <div>",
}
BOXES_THAT_PASS = [
    '<table><tr><td style="padding:16px;border:1px solid">a</td></tr></table>',
    '<td style="mso-padding-alt:9px"><a href="a.b" style="padding:9px;background:#555">a</a></td>',
    '<!--[if mso]><table><tr><td><![endif]--><div style="max-width:9px;padding:1px">a</div>'
    "<!--[if mso]></td></tr></table><![endif]-->",
    '<img src="a.png" alt="" width="9" style="width:9px;max-width:100%"/>',
    '<p style="padding:0;margin:0 0 9px;background:#fff">a</p>',
    '<div style="display:none;max-width:9px">a</div>',
]


@pytest.mark.parametrize("box", BOXES)
def test_a_box_that_classic_outlook_takes_apart_is_found(
    box: str, workspace: Path, check: Check
) -> None:
    change_template(workspace, "email/items/text.mjml", "{{ item.body", f"{box}{{{{ item.body")

    messages = [problem.message for problem in check("client-support", ITEM)]

    assert any(f"'{BOXES[box]}' is not supported by Outlook classic" in each for each in messages)


@pytest.mark.parametrize("box", BOXES_THAT_PASS)
def test_a_box_that_is_whole_in_classic_outlook_passes(
    box: str, workspace: Path, check: Check
) -> None:
    change_template(workspace, "email/items/text.mjml", "{{ item.body", f"{box}{{{{ item.body")

    assert check("client-support", ITEM) == []


@pytest.mark.parametrize("look", LOOKS)
def test_all_that_a_look_uses_is_supported_or_degrades_on_purpose(
    look: str, workspace: Path
) -> None:
    settings = in_look(workspace, look)
    uses = {use for path in SAMPLES for use in _uses(path, settings)}

    missed = {(use.shown, client) for use in uses for client in lacking(use) & set(USUAL)}

    assert missed == set()


def test_each_declared_degradation_is_one(
    write_issue: Callable[[str | bytes], Path], workspace: Path
) -> None:
    paths = [write_issue(HEAD + WHOLE_DIALECT), *SAMPLES]
    looks = [in_look(workspace, look) for look in LOOKS]
    used = {use for settings in looks for path in paths for use in _uses(path, settings)}
    of_mjml = html.document_fromstring(mjml_to_html(OF_MJML)).iter(etree.Element)
    used |= uses_of([((), element) for element in of_mjml]).keys()
    slugs = {use.slug for use in used}

    for slug in DEGRADED:
        assert features()[slug].lacking & set(USUAL), slug
        assert slug in slugs, slug


def test_the_features_that_are_not_looked_for_are_few_and_named() -> None:
    assert "bimi" in NOT_LOOKED_FOR
    assert len(NOT_LOOKED_FOR) < 12


def test_what_degrades_and_what_is_not_looked_for_can_be_read() -> None:
    *degraded, last = details()

    assert any("border-radius: not in Outlook classic" in line for line in degraded)
    assert "BIMI" in last


def test_the_usual_clients_are_those_of_france() -> None:
    assert {"Outlook classic", "Orange", "SFR", "LaPoste", "Free"} < set(USUAL) < set(CLIENTS)


def _uses(path: Path, settings: Settings) -> set[Use]:
    loaded = load_issue(path, settings)
    assert loaded.issue is not None
    document = render_document(loaded.issue, settings, UNKNOWN)
    return set(uses_of(Checked(loaded.issue, loaded.source, document, settings).elements))
