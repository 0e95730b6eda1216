"""Pictures of mails, and the file for approval, in the system's Chromium."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from statistics import fmean
from threading import Thread
from typing import TypeVar

import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from newsletter.content.shown_as import values_shown
from newsletter.preview import browser as system
from newsletter.preview.review import review_pack, review_pdf
from newsletter.preview.screenshots import take_screenshots
from newsletter.preview.shown_issue import ShownIssue, show_issue
from newsletter.problems.errors import NewsletterError
from newsletter.settings.settings import Settings, load_settings
from tests.conftest import ROOT

Result = TypeVar("Result")


@pytest.fixture(name="own", scope="module")
def own_settings() -> Settings:
    settings = load_settings(ROOT).settings
    assert settings is not None
    return settings


@pytest.fixture(name="shown", scope="module")
def show_sample(own: Settings) -> ShownIssue:
    sample = ROOT / "issues/2023-09-rentree.yaml"
    return show_issue(sample, own, values_shown(own, {}))


@pytest.fixture(name="pack", scope="module")
def make_pack(shown: ShownIssue, own: Settings) -> str:
    assert shown.issue is not None
    assert shown.mail is not None
    return review_pack(shown.issue, shown.mail, shown.problems, own)


@pytest.fixture(name="page")
def open_pack(pack: str, browser: Browser, tmp_path: Path) -> Page:
    path = tmp_path / "pack.html"
    path.write_text(pack, encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(path.as_uri())
    return page


def apart(work: Callable[..., Result], *arguments: object) -> Result:
    """Run `work` in a thread of its own: playwright drives one browser in a thread."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work, *arguments).result()


def lightness(image: Image.Image, place: tuple[int, int]) -> int:
    grey = image.convert("L").getpixel(place)
    assert isinstance(grey, int)
    return grey


def test_a_picture_is_taken_of_each_width_and_look(
    shown: ShownIssue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown.mail is not None

    written = apart(take_screenshots, shown.mail, tmp_path / "pictures")

    pictures = {
        path.stem.removeprefix("2023-09-rentree-"): Image.open(BytesIO(path.read_bytes()))
        for path in written
    }
    assert {name: picture.width for name, picture in pictures.items()} == {
        "375-light": 375, "375-dark": 375, "375-no-pictures": 375,
        "640-light": 640, "640-dark": 640, "640-no-pictures": 640,
    }  # fmt: skip
    assert lightness(pictures["375-light"], (370, 300)) > 200
    assert lightness(pictures["375-dark"], (370, 300)) < 60
    grey = {name: fmean(picture.convert("L").tobytes()) for name, picture in pictures.items()}
    assert abs(grey["375-light"] - grey["375-no-pictures"]) > 1


def test_without_chromium_one_sentence_says_what_to_install(
    shown: ShownIssue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(system, "MACOS", tmp_path / "none")
    assert shown.mail is not None

    with pytest.raises(NewsletterError) as told:
        apart(take_screenshots, shown.mail, tmp_path)

    assert told.value.message == "there is no Chromium on this machine for screenshots"


def test_a_mail_in_the_pack_is_shown_at_its_whole_height(page: Page) -> None:
    frame = page.frames[1]
    frame.wait_for_load_state()

    whole = frame.evaluate("document.documentElement.scrollHeight")
    page.wait_for_function(
        "height => document.querySelector('iframe').clientHeight >= height", arg=whole
    )

    assert whole > 2000


def test_a_link_of_a_mail_in_the_pack_leads_nowhere(page: Page) -> None:
    mail = page.frame_locator("iframe").first

    mail.locator("a[href^=http]").first.click()

    expect(mail.locator("h1")).to_be_visible()
    assert all("chrome-error" not in frame.url for frame in page.frames)


def test_each_frame_of_the_pack_has_its_colours(page: Page) -> None:
    grounds = [
        frame.evaluate("getComputedStyle(document.body).backgroundColor")
        for frame in page.frames[1:5]
    ]

    assert grounds == ["rgb(243, 241, 236)"] * 2 + ["rgb(20, 18, 28)"] * 2


@pytest.fixture(name="asked")
def listen() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine: its address, and the paths that it was asked for."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_a_mail_in_the_pack_runs_no_script_and_fetches_nothing(
    pack: str, browser: Browser, asked: tuple[str, list[str]]
) -> None:
    address, paths = asked
    hostile = (
        f"<img src='{address}/picture'><img src='data:,' onerror='fetch(\"{address}/error\")'>"
        f"<script>fetch('{address}/script')</script><link rel=stylesheet href={address}/style>"
        f"<form action={address}/form><input autofocus onfocus=this.form.submit()></form></body>"
    )
    page = browser.new_page()

    page.set_content(pack.replace("&lt;/body&gt;", escape(hostile)), wait_until="load")

    assert page.frames[1].locator("form").count() == 1
    browser.new_page().goto(f"{address}/last", wait_until="commit")
    assert set(paths) - {"/favicon.ico"} == {"/last"}


def test_the_pack_as_pdf_holds_text_and_pages_of_a4(pack: str) -> None:
    pdf = pikepdf.open(BytesIO(apart(review_pdf, pack)))

    box = [float(each) for each in pdf.pages[0].mediabox]
    assert box == pytest.approx([0, 0, 595, 842], abs=2)
    assert len(pdf.pages) > 10
