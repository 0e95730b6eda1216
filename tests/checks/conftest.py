"""An issue, looked at by one rule."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from newsletter.checks.checking import run_checks
from newsletter.content.loading import load_issue
from newsletter.packaged import packaged_files
from newsletter.problems.problem import Problem
from newsletter.rendering.document import render_document
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.values.model import replaced
from tests.conftest import ROOT

HEAD = """\
kind: newsletter
subject: L'objet du mail
preheader: Une accroche, qui dit autre chose
title: Le titre
date: 2025-01-06
items:
"""
RELEASE = """\
kind: press-release
headline: Un titre
date: 2025-01-06
place: Paris
embargo: none
lead: Le chapô.
body: Le corps.
boilerplates: [association]
contacts: [presse]
"""
ITEM = "  - kind: text\n    body: Un texte.\n"
Check = Callable[..., list[Problem]]


@pytest.fixture(name="check")
def make_check(workspace: Path, write_issue: Callable[[str | bytes], Path]) -> Check:
    """Return what checks an issue: `check("vague-link", items)` gives that rule's problems.

    `head` stands for the lines before the items; its items begin in line 7. `html` is what the
    finished mail has, and what stands there instead; `learnt` is what `run_checks` may be told
    beside.
    """

    def check(
        rule: str, items: str, *, head: str = HEAD, html: tuple[str, str] = ("", ""), **learnt: Any
    ) -> list[Problem]:
        settings = load_settings(workspace).settings
        assert settings is not None
        loaded = load_issue(write_issue(head + items), settings)
        assert loaded.issue is not None, loaded.problems
        document = render_document(loaded.issue, settings, settings.sample_audience)
        document = replace(document, html=document.html.replace(*html))
        problems = run_checks(loaded, [document], settings, **learnt)
        return [problem for problem in problems if problem.rule == rule]

    return check


@pytest.fixture(name="in_template")
def make_in_template(workspace: Path) -> Callable[[str], None]:
    """Return what puts MJML before the items, in a template of the workspace."""

    def in_template(mjml: str) -> None:
        path = workspace / "templates/email/newsletter.mjml"
        path.parent.mkdir(parents=True, exist_ok=True)
        page = (packaged_files() / "templates/email/newsletter.mjml").read_text("utf-8")
        first = "{% for section in sections %}"
        path.write_text(page.replace(first, mjml + first, 1), "utf-8")

    return in_template


def draw(path: Path, ink: str, ground: str = "#00000000") -> None:
    """Draw what is like two letters."""
    picture = Image.new("RGBA", (200, 60), ground)
    ImageDraw.Draw(picture).rectangle((20, 10, 30, 50), fill=ink)
    ImageDraw.Draw(picture).line((60, 10, 60, 50, 120, 50), fill=ink, width=6)
    picture.save(path)


def change_template(workspace: Path, name: str, old: str, new: str) -> None:
    """Give the workspace its own copy of a packaged template, with `new` in place of `old`."""
    text = (ROOT / "templates" / name).read_text(encoding="utf-8")
    assert old in text
    template = workspace / "templates" / name
    template.parent.mkdir(parents=True, exist_ok=True)
    template.write_text(text.replace(old, new), encoding="utf-8")


def change_settings(workspace: Path, old: str, new: str) -> None:
    """Replace `old` in the settings by `new`."""
    settings = workspace / "newsletter.yaml"
    text = settings.read_text(encoding="utf-8")
    assert old in text
    settings.write_text(text.replace(old, new, 1), encoding="utf-8")


def add_to_footer(workspace: Path, html: str) -> None:
    """Give the workspace a footer of its own, with `html` at its end."""
    change_template(workspace, "email/footer.mjml", "</mj-text>", f"{html}</mj-text>")


def in_look(workspace: Path, look: str, brand: str = "#5b2bb5") -> Settings:
    """Give the workspace a look; return the settings of our own issues, in it."""
    theme = workspace / "assets/theme.yaml"
    theme.write_text(f'look: {look}\nbrand: "{brand}"\n', encoding="utf-8")
    own, ours = load_settings(workspace).settings, load_settings(ROOT).settings
    assert own is not None
    assert ours is not None
    return replaced(ours, theme=own.theme)
