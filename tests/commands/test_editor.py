"""Visual Studio Code: each snippet builds, and the list of problems is what `check` finds."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, get_args

import pytest
from PIL import Image

from newsletter.checks.checking import problems_of
from newsletter.commands.editor import snippets_text
from newsletter.commands.init import workspace_files
from newsletter.commands.new import schema_text
from newsletter.content import items
from newsletter.content.loading import load_issue
from newsletter.i18n import translator
from newsletter.rendering.document import variants_of
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.values.model import fields_of
from tests.conftest import HEAD, ROOT

KINDS = {get_args(fields_of(model)["kind"].type)[0]: model for model in get_args(items.Item)}
SNIPPETS: Mapping[str, Mapping[str, Any]] = {
    language: json.loads(snippets_text(json.loads(schema_text(language)), language))
    for language in ("fr", "en")
}
AT_FAULT = f"""{HEAD}items:
  - kind: article
    titre: Titre
    body: Un texte de quelques mots, avec [un lien](https://www.example.org/x).
  - kind: text
    body: "Merci  !!! Voyez [ici](https://www.numeum.fr)."
"""


def typed(name: str, language: str) -> str:
    """Return a snippet as it stands once somebody has gone through it with the Tab key."""
    text = "\n".join(SNIPPETS[language][name]["body"])
    for variable, value in (("YEAR", "2025"), ("MONTH", "02"), ("DATE", "01")):
        text = text.replace(f"${{CURRENT_{variable}}}", value)
    return re.sub(r"\$\{\d+:(.*?)\}", r"\1", text)


def indented(text: str, width: int) -> str:
    return re.sub("^", " " * width, text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("language", "name"), [(language, name) for language in SNIPPETS for name in SNIPPETS[language]]
)
def test_each_snippet_builds(
    language: str,
    name: str,
    workspace: Path,
    settings: Settings,
    write_issue: Callable[[str | bytes], Path],
) -> None:
    Image.new("RGB", (600, 400)).save(workspace / "assets/images/photo.jpg")
    item = typed(name, language)

    loaded = load_issue(write_issue(f"{HEAD}items:\n{indented(item, 2)}\n"), settings)

    assert loaded.problems == (), item
    variants = variants_of(loaded, settings)
    assert variants is not None
    assert all(document.html for document in variants.documents())


@pytest.mark.parametrize("name", KINDS)
def test_what_nobody_wrote_in_a_snippet_is_told(
    name: str, workspace: Path, write_issue: Callable[[str | bytes], Path]
) -> None:
    Image.new("RGB", (600, 400)).save(workspace / "assets/images/photo.jpg")
    (workspace / "newsletter.yaml").write_bytes(workspace_files("fr")["newsletter.yaml"])
    settings = load_settings(workspace).settings
    assert settings is not None
    item = typed(name, "fr")

    found = problems_of(write_issue(f"{HEAD}items:\n{indented(item, 2)}\n"), settings)

    lines = {each.position.line for each in found if each.rule == "starter-text"}
    written = {number for number, line in enumerate(SNIPPETS["fr"][name]["body"], 7)
               if "${" in line and "photo.jpg" not in line and "CURRENT_" not in line}  # fmt: skip
    assert lines == written


@pytest.mark.parametrize("language", SNIPPETS)
def test_there_is_a_snippet_for_each_kind(language: str) -> None:
    assert set(SNIPPETS[language]) == set(KINDS)


def test_who_types_french_finds_the_snippet_in_a_french_workspace_alone() -> None:
    prefixes = [SNIPPETS[language]["quote"]["prefix"] for language in ("fr", "en")]

    assert prefixes == [["quote", "citation"], ["quote"]]


def lines_until(end: re.Pattern[str], output: IO[str]) -> list[str]:
    lines = []
    for line in output:
        lines.append(line.rstrip("\n"))
        if end.search(line):
            return lines
    pytest.fail(f"it ended without {end.pattern}: {lines}")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_editor_s_list_of_problems_is_filled_anew_at_each_save(
    language: str, workspace: Path
) -> None:
    issue = workspace / "issues/mai été n° 1.yaml"
    issue.write_text(AT_FAULT)
    task = json.loads((workspace / ".vscode/tasks.json").read_text("utf-8"))["tasks"][0]
    matchers = task["problemMatcher"]
    begin, end = (re.compile(matchers[0]["background"][f"{name}Pattern"]) for name in
                  ("begins", "ends"))  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", task["command"], *task["args"], "--lang", language],
        cwd=workspace, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True, encoding="utf-8",
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None

    with process:
        at_fault = lines_until(end, process.stdout)
        issue.write_text(AT_FAULT.replace("titre:", "title:"))
        mended = lines_until(end, process.stdout)
        process.send_signal(signal.SIGINT)

    assert process.returncode == 130
    for lines, errors in ((at_fault, ["8:5"]), (mended, [])):
        assert begin.search(lines[0])
        found = [
            (matcher["severity"], *place)
            for line in lines[1:-2]
            for matcher in matchers
            for place in re.findall(matcher["pattern"]["regexp"], line)
        ]
        assert len(found) == len(lines) - 3  # each line is of one severity
        assert {path for _severity, path, *_rest in found} == {"issues/mai été n° 1.yaml"}
        assert [":".join(rest[:2]) for severity, _path, *rest in found
                if severity == "error" and rest[-1] == "unknown-key"] == errors  # fmt: skip
    assert translator(language)("error") in "\n".join(at_fault)
