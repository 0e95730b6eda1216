"""The pages of the site in Chromium: readable by all, light, and asking for nothing else."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import Browser, Page, Route

from newsletter.settings.theme import LOOKS
from tests.site.conftest import make_site

ROOT = Path(__file__).parents[2]
HOST = "https://lettres.example.org/"
LISTS = ["", "presse/", "series/les-coulisses"]
PAGES = [*(path.stem for path in sorted((ROOT / "issues").glob("*.yaml"))), *LOOKS, *LISTS]
MAX_PAGE_BYTES = 60_000
TYPES = {".css": "text/css", ".png": "image/png", ".jpg": "image/jpeg"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The site of the samples, and a page of every kind in each look."""
    found: dict[str, bytes] = {}
    for look in reversed(LOOKS):
        workspace = tmp_path_factory.mktemp(look)
        shutil.copytree(ROOT / "assets", workspace / "assets")
        (workspace / "issues").mkdir()
        if look == LOOKS[0]:
            shutil.copytree(ROOT / "issues", workspace / "issues", dirs_exist_ok=True)
        shutil.copy(ROOT / "newsletter.yaml", workspace)
        (workspace / "assets/theme.yaml").write_text(f'look: {look}\nbrand: "#5b2bb5"\n')
        shutil.copy(ROOT / "tests/gallery/every-kind.yaml", workspace / f"issues/{look}.yaml")
        for path in (workspace / "issues").glob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            path.write_text(f"{text}\nweb: {{published: 2023-10-20}}\n", encoding="utf-8")
        site, _told = make_site(workspace)
        found |= site | {f"{look}.css": site["site.css"]}
    return found


@pytest.fixture(name="show")
def make_show(browser: Browser, files: dict[str, bytes]) -> Iterator[Page]:
    page = browser.new_page()

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(HOST)
        name = f"{name}index.html" if name == "" or name.endswith("/") else name
        name = f"{name}.html" if f"{name}.html" in files else name
        look = route.request.frame.url.removeprefix(HOST)
        name = f"{look}.css" if name == "site.css" and look in LOOKS else name
        kind = TYPES.get(Path(name).suffix, "text/html")
        status = 200 if name in files else 404
        route.fulfill(status=status, body=files.get(name, b""), content_type=kind)

    page.route("**/*", answer)
    yield page
    page.close()


@pytest.mark.parametrize(
    "seen_as",
    [
        [("light", 320), ("dark", 375), ("light", 1280)],
        pytest.param([("dark", 320), ("light", 375), ("dark", 1280)], marks=pytest.mark.soak),
    ],
    ids=["", "the other way round"],
)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_whole_at_every_width_in_either_scheme(
    show: Page, name: str, seen_as: list[tuple[Literal["light", "dark"], int]]
) -> None:
    said: list[str] = []
    asked: list[str] = []
    show.on("console", lambda message: said.append(message.text))
    show.on("request", lambda request: asked.append(request.url))
    show.goto(f"{HOST}{name}")

    for scheme, width in seen_as:
        show.emulate_media(color_scheme=scheme)
        show.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(show)
        assert found.violations_count == 0, f"{scheme} {width}: {found.generate_report()}"
        assert show.evaluate("document.documentElement.scrollWidth") <= width

    assert said == []
    own = [url for url in asked if not url.startswith(HOST)]
    assert own == []
    assert {Path(url).suffix for url in asked[1:]} <= {*TYPES}


def test_a_page_is_light_and_has_neither_script_nor_style_of_its_own(
    files: dict[str, bytes],
) -> None:
    pages = {name: each for name, each in files.items() if name.endswith(".html")}
    assert len(pages) > len(PAGES) - 1
    for name, content in pages.items():
        page = html.fromstring(content)
        assert len(content) <= MAX_PAGE_BYTES, name
        assert page.xpath("//@style | //style | //table[@role]") == [], name
        assert page.xpath("//script[@type != 'application/ld+json']") == [], name
        assert len(page.xpath("//h1")) == 1, name
        levels = [int(each.tag[1]) for each in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert all(below <= above + 1 for above, below in pairwise(levels))
        ids = page.xpath("//@id")
        assert len(ids) == len({*ids}), name
        inner = page.xpath("//a[starts-with(@href, '#')]/@href")
        named = [each[1:] for each in inner] + page.xpath("//@aria-labelledby")
        assert {*named} <= {*ids}, name


@pytest.fixture(name="own_folder")
def outside_memory() -> Iterator[Path]:
    """A folder that Deno may read: of /dev, where temporary ones may lie, it may nothing."""
    with TemporaryDirectory(dir=ROOT / ".cache") as folder:
        yield Path(folder)


@pytest.mark.soak
def test_a_page_is_valid(files: dict[str, bytes], own_folder: Path) -> None:
    """By html-validate, which Deno fetches from npm: each file of it as the lock says."""
    pages = [own_folder / name.replace("/", "-") for name in files if name.endswith(".html")]
    for path, name in zip(pages, filter(re.compile("html$").search, files), strict=True):
        path.write_bytes(files[name])
    (own_folder / ".htmlvalidate.json").write_text('{"extends": ["html-validate:recommended"]}')
    lock = ROOT / "tests/data/html-validate.lock"
    may = [
        "--allow-read",
        "--allow-env",
        "--allow-sys",
        "--no-config",
        "--frozen",
        f"--lock={lock}",
    ]

    done = subprocess.run(
        [Path(sys.executable).with_name("deno"), "run", *may, "npm:html-validate@11.21.1", *pages],
        env={**os.environ, "DENO_DIR": str(ROOT / ".cache/deno"), "DENO_NO_UPDATE_CHECK": "1"},
        cwd=own_folder, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_page_can_be_read_with_the_keyboard_without_pictures_and_styles(show: Page) -> None:
    show.goto(f"{HOST}2023-05-coulisses")
    show.keyboard.press("Tab")
    assert show.evaluate("document.activeElement.getAttribute('href')") == "#main"
    show.keyboard.press("Enter")
    assert show.url.endswith("#main")

    show.route(re.compile(r"\.(css|png|jpg)$"), lambda route: route.abort())
    show.goto(f"{HOST}2023-05-coulisses")
    assert show.get_by_role("img", name="Dessin d’un long bâtiment").count() == 1
    assert show.evaluate("document.body.innerText").count("Financer l’innovation") == 1


@pytest.mark.parametrize("name", ["2023-09-numeric-emploi", *LOOKS])
def test_a_page_prints_its_words_dark_on_white_and_not_its_menu(show: Page, name: str) -> None:
    show.goto(f"{HOST}{name}")
    show.emulate_media(media="print", color_scheme="dark")

    assert not show.get_by_role("navigation").first.is_visible()
    assert show.get_by_role("heading", level=1).is_visible()
    inks = show.evaluate("""[...document.querySelectorAll("body *")]
        .filter(each => each.checkVisibility() && [...each.childNodes].some(node =>
            node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
        .map(each => getComputedStyle(each).color)""")
    pale = [ink for ink in inks if sum(map(int, re.findall(r"\d+", ink)[:3])) > 450]
    assert pale == []
