"""The wheel by itself: installed into an empty environment, away from the repository."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEAVING_PAGE = ROOT / "newsletter/leaving/page.html"
WHEELS = ROOT / ".cache/wheels"


def run(*command: str | Path, cwd: Path) -> str:
    """Return what `command` prints, run without the environment of these tests."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**kept, "LANG": "fr_FR.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(name="bin_folder", scope="module")
def install_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel; install it and what it needs, offline, into a new environment."""
    assert WHEELS.is_dir(), "`make test` downloads the wheels of what the program needs"
    folder = tmp_path_factory.mktemp("wheel")
    run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT,
        cwd=folder,
    )  # fmt: skip
    (wheel,) = folder.glob("newsletter-*.whl")
    environment = folder / "environment"
    venv.create(environment)
    run(
        sys.executable, "-m", "pip", "--python", environment, "install", "--quiet", "--no-compile",
        "--no-index", "--find-links", WHEELS, wheel,
        cwd=folder,
    )  # fmt: skip
    return environment / ("Scripts" if os.name == "nt" else "bin")


def test_a_workspace_made_by_the_wheel_checks_and_builds(bin_folder: Path, tmp_path: Path) -> None:
    newsletter = bin_folder / "newsletter"

    run(newsletter, "init", "lettre", cwd=tmp_path)
    workspace = tmp_path / "lettre"
    run(newsletter, "new", "newsletter", cwd=workspace)
    checked = run(newsletter, "check", cwd=workspace)
    built = run(newsletter, "build", cwd=workspace)

    assert checked.strip()
    assert "email.html" in built
    (page,) = workspace.glob("build/*/email.html")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_wheel_carries_templates_assets_and_starter_files(bin_folder: Path) -> None:
    (package,) = bin_folder.parent.glob("lib/python*/site-packages/newsletter")
    carried = {path.relative_to(package).as_posix() for path in package.rglob("*")}
    packaged = {
        f"packaged/{path.relative_to(ROOT).as_posix()}"
        for folder in ("templates", "assets/icons")
        for path in (ROOT / folder).rglob("*")
    }

    pages = {
        path.relative_to(ROOT / "newsletter").as_posix()
        for path in [*(ROOT / "newsletter/preview/page").iterdir(), LEAVING_PAGE]
    }

    assert packaged <= carried
    assert pages <= carried
    assert {"packaged/assets/theme.yaml", "starter/logo.png", "py.typed"} <= carried
    assert "locales/fr/LC_MESSAGES/newsletter.mo" in carried
    assert not any(Path(name).name.startswith("test_") for name in carried)
