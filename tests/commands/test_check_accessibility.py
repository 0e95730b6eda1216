"""Whatever breaks accessibility, in an issue, the theme or a template, makes the command fail."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.checks.checking import RULES
from newsletter.cli import run
from tests.checks.conftest import HEAD, ITEM, change_template, draw

ROOMS = {"colours", "link_words", "markup", "pictures"}
OF_PROGRAMS = {"client-support", "stilled-picture"}
ACCESSIBILITY = {
    name for name, rule in RULES.items() if rule.find.__module__.rpartition(".")[2] in ROOMS
} | {"all-capitals", "emoji-bullets", "heading-order", "main-heading"}  # of the texts
ACCESSIBILITY -= OF_PROGRAMS
# MRML and the finishing of the HTML hold these whatever a template says: what breaks them is
# written into the finished page, in tests/checks/rules/test_markup.py.
HELD_BY_OUR_CODE = {"missing-title", "missing-language"}

# Rule -> items of an issue that break it.
ISSUES = {
    "weak-alt": "  - {kind: picture, file: photo.png, alt: photo.png}\n",
    "vanishing-picture": "  - {kind: picture, file: letters.png, alt: Deux lettres}\n",
    "decorative-link": "  - {kind: picture, file: photo.png, decorative: true, link: 'https://a.fr'}\n",
    "vague-link": "  - {kind: text, body: '[cliquez ici](https://a.fr/etude)'}\n",
    "twin-links": "  - {kind: text, body: '[L’étude](https://a.fr/1) et [L’étude](https://a.fr/2)'}\n",
    "bare-address": "  - {kind: text, body: 'Voir https://www.example.org/un/deux/trois?a=b'}\n",
    "heading-order": "  - {kind: text, body: '#### Le calendrier'}\n",
    "all-capitals": "  - {kind: text, body: 'INSCRIVEZ-VOUS AVANT VENDREDI'}\n",
    "emoji-bullets": '  - {kind: text, body: "✅ un lot\\n✅ un délai"}\n',
}
FOOTER_END = "</mj-text></mj-column></mj-section>"


def in_footer(html: str) -> tuple[str, str, str]:
    return "email/footer.mjml", FOOTER_END, f"{html}{FOOTER_END}"


def for_outlook(html: str) -> tuple[str, str, str]:
    raw = f"<mj-raw><!--[if mso]>{html}<![endif]--></mj-raw>"
    return "email/footer.mjml", FOOTER_END, f"{FOOTER_END}{raw}"


# What is broken, by the words of the Email Markup Consortium where it has some -> the rule that
# says so, and what breaks it: a file of the workspace, words in it, words in their place.
TEMPLATES = {
    "layout tables role=presentation/none": (
        "table-role",
        for_outlook("<table><tr><td>a</td></tr></table>"),
    ),
    "has a level-one heading": ("main-heading", ("email/frame.html", "h1>", "h2>")),
    "more than one h1": ("main-heading", in_footer("<h1>Encore</h1>")),
    "links have discernible text": (
        "wordless-link",
        in_footer('<a href="https://a.fr"><img src="a.png" alt="" width="1"/></a>'),
    ),
    "colour contrast 4.5:1": ("low-contrast", in_footer('<p style="color:#999">Pâle</p>')),
    "images have alt": ("image-without-alt", in_footer('<img src="a.png" width="1"/>')),
    "link text descriptive": (
        "vague-link",
        in_footer('<a href="https://a.fr">En savoir plus</a>'),
    ),
    "links distinguishable without colour": (
        "link-without-underline",
        in_footer('<p>Un <a href="https://a.fr" style="text-decoration:none">mot</a></p>'),
    ),
    "zoom not disabled": (
        "blocked-zoom",
        (
            "email/head.mjml",
            "</mj-head>",
            '<mj-raw><meta name="viewport" content="user-scalable=no"/></mj-raw></mj-head>',
        ),
    ),
    "VML has alt": ("outlook-drawing", for_outlook("<v:rect></v:rect>")),
    "no links inside VML": (
        "outlook-drawing",
        for_outlook('<v:rect alt="Fond"><a href="https://a.fr">Lire</a></v:rect>'),
    ),
    "no headings inside VML": (
        "outlook-drawing",
        for_outlook('<v:rect alt="Fond"><h2>Titre</h2></v:rect>'),
    ),
    "allowed ARIA attributes": ("wrong-aria", in_footer('<p aria-labl="a">b</p>')),
    "valid roles": ("wrong-aria", in_footer('<p role="heading1">b</p>')),
    "duplicate ids": ("repeated-id", in_footer('<p id="a">b</p><p id="a">c</p>')),
}

Check = Callable[[str], tuple[int, str]]


@pytest.fixture(name="check")
def run_check(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Check:
    """Return what checks an issue with these items; its exit status and what it printed."""
    monkeypatch.chdir(workspace)
    draw(workspace / "assets/images/letters.png", "#000000")

    def check(items: str) -> tuple[int, str]:
        (workspace / "issues/mai.yaml").write_text(HEAD + items, encoding="utf-8")
        status = run(["check", "--strict"])
        return status, "".join(capsys.readouterr())

    return check


@pytest.mark.parametrize("rule", ISSUES)
def test_what_an_issue_breaks_fails(rule: str, check: Check) -> None:
    status, printed = check(ISSUES[rule])

    assert f"[{rule}]" in printed
    assert status == 1


@pytest.mark.parametrize("broken", TEMPLATES)
def test_what_a_template_breaks_fails(broken: str, check: Check, workspace: Path) -> None:
    rule, (name, old, new) = TEMPLATES[broken]
    change_template(workspace, name, old, new)

    status, printed = check(ITEM)

    assert f"[{rule}]" in printed
    assert status == 1


@pytest.mark.parametrize("colour", ["text", "muted", "accent", "on_accent"])
def test_a_theme_whose_words_are_as_their_ground_fails(
    colour: str, check: Check, workspace: Path
) -> None:
    painted = f'look: institution\ncolours: {{light: {{{colour}: "#808080"}}}}\n'
    (workspace / "assets/theme.yaml").write_text(painted, encoding="utf-8")

    status, printed = check(ITEM)

    assert "[low-contrast]" in printed
    assert status == 1


def test_the_workspace_as_it_comes_passes(check: Check) -> None:
    status, _printed = check(ITEM)

    assert status == 0


def test_each_rule_of_accessibility_is_broken_here() -> None:
    broken = {*ISSUES, *(rule for rule, _change in TEMPLATES.values())}

    assert broken | HELD_BY_OUR_CODE == ACCESSIBILITY
