"""What is remembered from one run to the next: never another site than without it."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from newsletter.settings.loading import load_settings
from newsletter.site.remembered import LastRun
from tests.site.conftest import (
    LETTER,
    NOW,
    PUBLISHED,
    RELEASE,
    make_site,
    note_in_ledger,
    note_sent,
    write_issues,
)

WITH_PICTURE = LETTER.partition("items:")[0] + "items: [{kind: picture, file: p.png, alt: Vue}]\n"


def kept(user_cache: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in (user_cache / "pictures").iterdir()}


def draw(workspace: Path, colour: str) -> None:
    Image.new("RGB", (40, 30), colour).save(workspace / "assets/images/p.png")


def rename(workspace: Path) -> None:
    path = workspace / "newsletter.yaml"
    path.write_text(path.read_text().replace("name: Mon association", "name: La nôtre"))


def lay_out(workspace: Path) -> None:
    path = workspace / "templates/web/press-release.html"
    path.parent.mkdir(parents=True)
    path.write_text("<p>Oui</p>")


CHANGES: dict[str, Callable[[Path], object]] = {
    "an issue": lambda workspace: write_issues(workspace, {"a": WITH_PICTURE + "web: none\n"}),
    "a text of an issue": lambda workspace: (workspace / "issues/body.md").write_text("Autre"),
    "a picture": lambda workspace: draw(workspace, "#654321"),
    "the settings": rename,
    "the theme": lambda workspace: (workspace / "assets/theme.yaml").write_text("look: plain\n"),
    "a template": lay_out,
    "an issue that was sent": lambda workspace: note_sent(workspace, "draft"),
    "an issue that the ledger knows as sent": lambda workspace: note_in_ledger(
        workspace, ["draft"]
    ),
    "a page that is gone": lambda workspace: (workspace / "site/a.html").unlink(),
    "a file that is gone": lambda workspace: (workspace / "site/f/r/release.pdf").unlink(),
    "a file of others": lambda workspace: (workspace / "site/f/r/release.pdf").write_bytes(b""),
}


def make_workspace(online: Path) -> None:
    draw(online, "#123456")
    (online / "issues/body.md").write_text("Le texte.")
    body = RELEASE.replace("body: Le texte.", "body: {file: body.md}")
    write_issues(online, {"a": WITH_PICTURE + PUBLISHED, "r": body + PUBLISHED, "draft": LETTER})


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_rendered_anew(change: str, online: Path, user_cache: Path) -> None:
    make_workspace(online)
    make_site(online)
    before = kept(user_cache)
    assert make_site(online)[1][0].endswith("up to date")
    assert kept(user_cache) == before

    CHANGES[change](online)
    again, _told = make_site(online)

    assert kept(user_cache) != before
    shutil.rmtree(online / "site")
    shutil.rmtree(user_cache)
    fresh, _told = make_site(online)
    assert {name: again[name] for name in fresh} == fresh


@pytest.mark.parametrize(
    ("issue", "hour"),
    [
        (LETTER + "web: {published: 2025-06-02}\n", "2025-06-02 00:00"),
        (RELEASE.replace("none", "2025-06-01 12:30") + PUBLISHED, "2025-06-01 12:30"),
    ],
)
def test_an_hour_that_comes_is_a_change(online: Path, issue: str, hour: str) -> None:
    write_issues(online, {"a": issue, "b": LETTER + PUBLISHED})
    comes = datetime.fromisoformat(hour).replace(tzinfo=NOW.tzinfo)
    for moment in (NOW, comes - timedelta(seconds=1)):
        assert "a.html" not in make_site(online, moment)[0]

    assert "new      a.html" in make_site(online, comes)[1]
    assert "removed  a.html" in make_site(online, NOW)[1]


def test_what_is_amiss_is_told_each_time(online: Path) -> None:
    write_issues(online, {"a": LETTER + PUBLISHED, "b": "kind: newsletter\n"})

    first, again = make_site(online)[1], make_site(online)[1]

    faults = [line for line in first if "b.yaml" in line]
    assert faults
    assert [line for line in again if "b.yaml" in line] == faults


def test_a_run_that_finds_nothing_changed_loads_nothing_that_renders(online: Path) -> None:
    write_issues(online, {"a": LETTER + PUBLISHED, "b": LETTER})
    note_in_ledger(online, ["b"])
    loaded = "print([name for name in ('jinja2', 'sqlalchemy') if name in sys.modules])"
    command = f"import sys; from newsletter.cli import run; run(['site']); {loaded}"

    said = [
        subprocess.run([sys.executable, "-c", command], cwd=online, check=True, text=True,
                       capture_output=True).stdout.splitlines()[-1]
        for _time in range(2)
    ]  # fmt: skip

    assert said == ["['jinja2', 'sqlalchemy']", "[]"]


def test_a_planted_memory_can_at_worst_leave_an_old_page(online: Path, user_cache: Path) -> None:
    write_issues(online, {"a": LETTER + PUBLISHED, "r": RELEASE + PUBLISHED})
    old, _told = make_site(online)
    stale = {path.name: path.read_bytes() for path in (user_cache / "pictures").iterdir()}
    write_issues(online, {"r": RELEASE.replace("Le texte", "Un mot") + PUBLISHED})
    fresh, _told = make_site(online)
    for name, content in old.items():
        (online / "site" / name).write_bytes(content)

    for content in stale.values():
        for path in (user_cache / "pictures").iterdir():
            if path.name not in stale:
                path.write_bytes(content)
        planted, _told = make_site(online)
        assert {*planted} <= {*old, *fresh}
        for name, each in planted.items():
            assert each in (old.get(name), fresh.get(name)), name

    settings = load_settings(online).settings
    assert settings is not None
    LastRun(settings, online / "site").keep(
        datetime.min.replace(tzinfo=UTC), NOW.replace(year=2030)
    )
    assert make_site(online)[0] == planted


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'["", ""]', b'{"since": 1}', b"\xff"])
def test_a_damaged_memory_counts_as_none(content: bytes, online: Path, user_cache: Path) -> None:
    write_issues(online, {"r": RELEASE + PUBLISHED})
    expected, _told = make_site(online)
    (online / "site/r.html").unlink()
    for path in (user_cache / "pictures").iterdir():
        path.write_bytes(hashlib.sha256(content).digest() + content)

    assert make_site(online)[0] == expected
