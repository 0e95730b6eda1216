"""Modules of a workspace are not imported, by no process; its styles fetch nothing."""

import asyncio
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.commands.processes import WORTH_PROCESSES
from newsletter.content.loading import load_issue
from newsletter.preview.live.issue_list import IssueStates
from newsletter.rendering.document import render_document
from newsletter.settings.settings import Settings
from tests.conftest import HEAD

MODULES = (
    *("yaml", "jinja2", "lxml", "PIL", "json", "encodings", "multiprocessing", "concurrent"),
    *("newsletter", "sitecustomize", "usercustomize", "uvicorn", "weasyprint", "resource"),
)
COMMAND = Path(sys.executable).with_name("newsletter")
# As it is where processes begin anew and do not go on from a copy: macOS, Python 3.14.
ANEW = """\
import multiprocessing, os
from newsletter.cli import main
from newsletter.commands import processes
if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    processes._cores = lambda: 2
    main()
"""


@pytest.fixture(name="marker")
def plant_modules(workspace: Path, tmp_path: Path) -> Path:
    """Plant modules that leave a marker; return where."""
    marker = tmp_path / "marker"
    for name in MODULES:
        (workspace / name).mkdir()
        (workspace / name / "__init__.py").write_text(
            f"open({str(marker)!r}, 'a').write('{name} ')"
        )
        (workspace / f"{name}.py").write_text(f"open({str(marker)!r}, 'a').write('{name} ')")
    for number in range(WORTH_PROCESSES):
        (workspace / f"issues/n{number}.yaml").write_text(
            HEAD + "items:\n  - {kind: text, body: Un.}\n"
        )
    return marker


@pytest.mark.parametrize("how", ["usual", "anew"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["init", "nested"],
        ["new", "newsletter"],
        ["check"],
        ["build"],
        ["preview", "issues/n1.yaml", "--terminal"],
        ["preview", "issues/n1.yaml", "--review", "review.html"],
    ],
    ids=" ".join,
)
def test_no_command_imports_what_lies_in_the_current_folder(
    arguments: list[str], how: str, workspace: Path, marker: Path, tmp_path: Path
) -> None:
    (tmp_path / "begin").mkdir()
    (tmp_path / "begin/anew.py").write_text(ANEW)
    begin = {"usual": [COMMAND], "anew": [sys.executable, tmp_path / "begin/anew.py"]}[how]

    done = subprocess.run(
        [*begin, *arguments], cwd=workspace, capture_output=True, text=True, check=False
    )

    assert "Traceback" not in done.stderr
    assert not marker.exists(), marker.read_text()


def test_the_preview_s_helper_imports_nothing_from_there(
    workspace: Path, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace)

    async def state() -> object:
        states = IssueStates(workspace, lambda: None)
        try:
            return await states._asked(workspace / "issues/n1.yaml")
        finally:
            await states._end()

    assert asyncio.run(state()) is not None
    assert not marker.exists()


@pytest.mark.parametrize(
    "address", ["http://192.0.2.1/a.css", "file:///dev/zero", "//192.0.2.1/a.css", "/dev/zero"]
)
@pytest.mark.parametrize("template", ["email/content.css", "email/phone.css"])
def test_styles_of_a_template_fetch_nothing(
    template: str,
    address: str,
    workspace: Path,
    settings: Settings,
    write_issue: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, where: asked.append(where))
    monkeypatch.setattr(urllib.request, "urlopen", lambda where, *_a, **_k: asked.append(where))
    path = workspace / "templates" / template
    path.parent.mkdir(parents=True)
    path.write_text(f'@import url({address});\n@\\69mport "{address}";\np {{ color: red }}\n')
    loaded = load_issue(write_issue(HEAD + "items:\n  - {kind: text, body: Un.}\n"), settings)
    assert loaded.issue is not None

    render_document(loaded.issue, settings)

    assert asked == []
