"""The icons of social networks: which one a page has, and their files."""

import runpy
from pathlib import Path
from typing import get_args

import pytest
from PIL import Image

from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Icon, icon_of

ROOT = Path(__file__).parents[2]
ICONS = {
    "https://www.linkedin.com/company/example": "linkedin",
    "https://fr.linkedin.com": "linkedin",
    "https://www.YouTube.com/@example": "youtube",
    "https://youtu.be/abc": "youtube",
    "https://bsky.app/profile/example.org": "bluesky",
    "https://x.com/example": "x",
    "https://twitter.com/example": "x",
    "https://www.instagram.com/example?lang=fr": "instagram",
    "http://facebook.com": "facebook",
    "mailto:presse@example.org": "email",
    "https://example.org/linkedin.com": "site",
    "https://linkedin.com.example.org": "site",
    "https://netflix.com": "site",
    "https://mastodon.social/@example": "site",
    "((page))": "site",
    "tel://[1": "site",
}


@pytest.mark.parametrize("url", ICONS)
def test_a_page_has_the_icon_of_its_network(url: str) -> None:
    assert icon_of(url) == ICONS[url]


def test_a_page_has_its_own_icon_rather(workspace: Path) -> None:
    path = workspace / "newsletter.yaml"
    page = "url: https://www.linkedin.com/company/example"
    assert page in path.read_text()
    path.write_text(path.read_text().replace(page, f"{page}\n      icon: mastodon"))

    settings = load_settings(workspace).settings

    assert settings is not None
    assert [page.icon for page in settings.organisation.social] == ["mastodon"]


@pytest.mark.parametrize("shade", ["light", "dark"])
@pytest.mark.parametrize("name", get_args(Icon))
def test_each_icon_is_a_small_file_as_the_tool_draws_it(name: str, shade: str) -> None:
    tool = runpy.run_path(str(ROOT / "tools/draw_icons.py"))
    path = ROOT / f"assets/icons/{name}-{shade}.png"

    drawn = tool["icon"](name, tool["COLOURS"][shade]).convert("RGBA").tobytes()

    with Image.open(path) as picture:
        pixels = picture.convert("RGBA").tobytes()
    # Another version of Pillow may draw an edge otherwise.
    assert sum(abs(a - b) for a, b in zip(pixels, drawn, strict=True)) / len(drawn) < 1
    assert path.stat().st_size < 1000
