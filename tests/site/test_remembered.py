"""What is remembered from one run to the next: never another site than without it."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.site.conftest import LETTER, PUBLISHED, RELEASE, make_site, write_issues

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
    "a picture": lambda workspace: draw(workspace, "#654321"),
    "the settings": rename,
    "the theme": lambda workspace: (workspace / "assets/theme.yaml").write_text("look: plain\n"),
    "a template": lay_out,
    "a file that is gone": lambda workspace: (workspace / "site/f/r/release.pdf").unlink(),
    "a file of others": lambda workspace: (workspace / "site/f/r/release.pdf").write_bytes(b""),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_rendered_anew(change: str, online: Path, user_cache: Path) -> None:
    draw(online, "#123456")
    write_issues(online, {"a": WITH_PICTURE + PUBLISHED, "r": RELEASE + PUBLISHED})
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


@pytest.mark.parametrize("content", [b"", b"{}", b'{"shown": {}, "files": []}', b"\xff", b"[1]"])
def test_a_damaged_memory_counts_as_none(content: bytes, online: Path, user_cache: Path) -> None:
    write_issues(online, {"a": LETTER + PUBLISHED})
    expected, _told = make_site(online)
    for path in (user_cache / "pictures").iterdir():
        path.write_bytes(hashlib.sha256(content).digest() + content)

    assert make_site(online)[0] == expected
