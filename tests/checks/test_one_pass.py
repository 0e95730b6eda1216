"""One pass shows everything: a fault in one part silences no rule on the others."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import indent

import pytest

from newsletter.checks.checking import MAX_PARTS, RULES, problems_of, problems_of_loaded
from newsletter.cli import run
from newsletter.content.loading import read_issue
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.source.source import parse_source
from tests.checks.conftest import HEAD, RELEASE
from tests.conftest import ROOT

GOOD = "  - kind: text\n    body: |\n      Paru : [ici](https://a.fr/x).\n"
SECTIONS = HEAD.replace("items:", "sections:\n  - items:") + indent(GOOD, "    ")
Rules = Callable[[str], list[str]]


@pytest.fixture(name="rules")
def make_rules(settings: Settings, write_issue: Callable[[str], Path]) -> Rules:
    """Return what gives the rules of all that `check` finds in an issue, in its order."""
    return lambda text: [each.rule for each in problems_of(write_issue(text), settings)]


@pytest.mark.parametrize(
    ("rule", "item"),
    {
        "unknown-kind": "  - kind: txt\n    body: x\n",
        "missing-key": "  - kind: text\n",
        "unknown-key": "  - kind: text\n    body: x\n    titel: x\n",
        "date": "  - kind: agenda\n    events: [{title: x, start: 2025-02-30}]\n",
        "url": "  - kind: call-to-action\n    label: x\n    url: www.a.fr\n",
        "file-missing": "  - {kind: picture, file: rien.png, alt: x}\n",
        "file-missing ": "  - {kind: text, body: {file: rien.md}}\n",
        "audience": "  - {kind: text, body: x, for: {region: [Wales]}}\n",
        "merge-field": "  - {kind: text, body: ((prenom))}\n",
        "empty": "  - kind: text\n    body:\n",
        "id": "  - {kind: text, id: 3 a, body: x}\n",
        "character": '  - {kind: text, title: "a\\x07", body: x}\n',
        "link-syntax": "  - kind: text\n    body: '[a] (https://a.fr)'\n",
    }.items(),
)
def test_an_item_at_fault_silences_no_other(rule: str, item: str, rules: Rules) -> None:
    rule = rule.strip()
    assert "vague-link" in rules(HEAD + item + GOOD)
    assert {"vague-link", rule} <= set(rules(HEAD + GOOD + item))
    in_section = "  - title: x\n    items:\n" + indent(item, "    ")
    assert {"vague-link", rule} <= set(rules(SECTIONS + in_section))


@pytest.mark.parametrize(
    "slip",
    [
        "[député(https://a.fr/d), qui vient",
        "[député](https//a.fr/d)",
        "[député]() vient",
        "[député][https://a.fr/d] vient",
        '<a href="https://a.fr/d">député</a> vient',
        "un **mot",
        "un mot[^1]",
        "![photo](photo.png)",
    ],
)
@pytest.mark.parametrize("is_file", [False, True])
def test_a_link_that_is_none_in_a_pasted_letter_hides_nothing_else_that_goes_wrong_there(
    slip: str, is_file: bool, rules: Rules, workspace: Path
) -> None:
    body = f"Voici {slip}.\n\n- un point\n{'Une ligne qui en suit une. ' * 6}\nEt <b>gras</b>."
    (workspace / "issues/edito.md").write_text(body)
    pasted = "|\n" + indent(body, "      ") if not is_file else "{file: edito.md}"

    found = rules(f"{HEAD}  - kind: text\n    body: {pasted}\n")

    assert found[0] in {"link-syntax", "url", "bold", "footnote"}
    assert found[1:] == ["glued-lines", "shown-as-typed"]


def test_an_item_whose_lines_can_be_mended_is_looked_at_itself(rules: Rules) -> None:
    assert rules(HEAD + GOOD.replace("- kind", "-kind")) == [
        "space-after-hyphen",
        "vague-link",
    ]


def test_a_person_at_fault_silences_no_other_item(rules: Rules) -> None:
    item = "  - {kind: article, title: x, body: x, author: {nam: Camille}}\n"

    assert rules(HEAD + item + GOOD) == ["unknown-key", "vague-link"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: newsletter", "kind: newslettre", ["unknown-kind"]),
        ("kind: newsletter\n", "", ["missing-key"]),
        ("title: ", "titre: ", ["unknown-key"]),
        ("title: Le titre\n", "", ["missing-key"]),
        ("title: Le titre\n", "title:\n", ["empty"]),
        ("date: 2025-01-06", "date: 2025-02-30", ["date"]),
        ("items:", "sender: x\nitems:", ["sender"]),
        ("items:", "item:\n  - titre:\nitems:", ["unknown-key"]),
        ("items:", "closing: ((prenom))\nitems:", ["merge-field"]),
        ("items:", "translation_of: x\nitems:", ["translation"]),
    ],
)
def test_a_key_at_fault_silences_no_item(old: str, new: str, told: list[str], rules: Rules) -> None:
    assert rules(HEAD.replace(old, new) + GOOD) == [*told, "vague-link"]


def test_a_section_s_title_at_fault_silences_none_of_its_items(rules: Rules) -> None:
    assert rules(SECTIONS.replace("- items", "- titel: x\n    items")) == [
        "unknown-key",
        "vague-link",
    ]


@pytest.mark.parametrize("key", re.findall(r"^\w+", RELEASE, re.M))
def test_a_key_of_a_release_at_fault_silences_no_other(key: str, rules: Rules) -> None:
    text = RELEASE + "note: 'Paru : [ici](https://a.fr/x).'\n"

    assert "vague-link" in rules(text.replace(f"{key}: ", f"x{key}: "))


def test_items_at_fault_are_told_with_the_whole_s_faults(rules: Rules) -> None:
    twins = GOOD + "    id: a\n" + GOOD + "    id: a\n"

    assert rules(HEAD + twins + "  - kind: txt\n").count("id") == 1
    assert "repeated-id" not in rules(HEAD + twins)


def test_what_comes_of_the_part_at_fault_is_not_told(rules: Rules) -> None:
    link = '  - kind: text\n    body: "[L\'agenda du mois](#agenda)"\n'
    event = "  - {kind: agenda, id: agenda, events: [{title: x, start: 2025-02-01}]}\n"
    whole = rules(HEAD + link + event)

    assert rules(HEAD + link + event.replace("2025-02-01", "2025-02-30")) == [*whole, "date"]
    assert rules(HEAD.replace("2025-01-06", "2025-13-01") + link + event) == ["date", *whole]


def samples() -> Iterator[object]:
    """Yield our own issues, without a problem, and the number of each line that may be spoilt.

    `make soak` spoils all; here each of every kind's, and each fourth.
    """
    for path in [*sorted((ROOT / "issues").glob("*.yaml")), ROOT / "tests/gallery/every-kind.yaml"]:
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            if re.match(r"(?: *- )?kind:|\w+:", line):
                is_tried = path.stem == "every-kind" or number % 4 == 0
                yield pytest.param(path, number, marks=() if is_tried else pytest.mark.soak)


@pytest.mark.parametrize(
    ("path", "number"), list(samples()), ids=lambda each: getattr(each, "stem", str(each))
)
def test_a_misspelt_key_brings_no_finding_that_the_whole_has_not(path: Path, number: int) -> None:
    settings = load_settings(ROOT).settings
    assert settings is not None
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[number] = re.sub(r"(\w+):", r"x\1:", lines[number], count=1)
    source = parse_source("".join(lines), path)

    found = problems_of_loaded(read_issue(source, settings), None, settings)

    assert [each for each in found if each.rule in RULES] == []


@pytest.mark.parametrize("text", ["- a\n- b: c\n", "", "bonjour\n", "- - a\n"])
def test_what_is_no_issue_at_all_is_told_alone(text: str, rules: Rules) -> None:
    assert not {*rules(text)} & RULES.keys()


def test_of_many_parts_at_fault_only_the_faults_are_told(rules: Rules) -> None:
    assert set(rules(HEAD + GOOD + "  - kind: x\n" * (MAX_PARTS + 1))) == {"unknown-kind"}


@pytest.mark.parametrize(
    ("file", "old", "new", "rule"),
    [
        ("newsletter.yaml", "timezone: Europe/Paris", "timezone: Paris", "time-zone"),
        ("newsletter.yaml", "timezone:", "timezoen:", "unknown-key"),
        ("newsletter.yaml", "email: lettre@example.org", "email: lettre", "email"),
        ("newsletter.yaml", "senders:", "sendres:", "unknown-key"),
        ("newsletter.yaml", "    name: Prénom Nom\n", "    nom: Prénom Nom\n", "unknown-key"),
        ("assets/theme.yaml", "look: institution", "look: instituton", "unknown-value"),
    ],
)
def test_settings_and_theme_at_fault_silence_no_issue(
    file: str,
    old: str,
    new: str,
    rule: str,
    workspace: Path,
    write_issue: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(workspace)
    write_issue(HEAD.replace("items:", "sender: default\nitems:") + GOOD)
    text = (workspace / file).read_text("utf-8")
    assert old in text
    (workspace / file).write_text(text.replace(old, new), "utf-8")

    assert run(["check", "--format", "json"]) == 1
    rules = {json.loads(line)["rule"] for line in capsys.readouterr().out.splitlines()}
    assert {rule, "vague-link"} <= rules <= {rule, "vague-link", "missing-key"}
    assert run(["build"]) == 1
    assert not (workspace / "build").exists()


def test_what_a_fault_in_the_settings_takes_from_an_issue_is_not_told(
    workspace: Path,
    write_issue: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(workspace)
    write_issue(HEAD.replace("items:", "sender: presse\nitems:") + GOOD)
    settings = workspace / "newsletter.yaml"
    sender = "senders:\n  presse: {name: Presse, email: presse@example.org, nom: x}\n"
    settings.write_text(settings.read_text("utf-8").replace("senders:\n", sender), "utf-8")

    assert run(["check", "--format", "json"]) == 1
    rules = [json.loads(line)["rule"] for line in capsys.readouterr().out.splitlines()]
    assert sorted(rules) == ["unknown-key", "vague-link"]


@pytest.mark.parametrize("items", ["items:\n", ""])
def test_of_an_issue_without_items_nobody_is_told_what_they_lack(items: str, rules: Rules) -> None:
    head = HEAD.removesuffix("items:\n")
    ignore = "ignore: [{rule: past-event, because: x}]\n"

    found = rules(f"{head}{ignore}introduction: '[x](#later)'\n{items}")

    assert not {"missing-anchor", "client-support", "ignore"} & set(found)
