"""Pictures of mails, and the file for approval, in the system's Chromium."""

import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from statistics import fmean
from threading import Thread
from typing import TypeVar

import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from newsletter.content.visible import values_shown
from newsletter.preview import browser as system
from newsletter.preview.browser import take_screenshots
from newsletter.preview.review import review_pack, review_pdf
from newsletter.preview.shown_issue import ShownIssue, show_issue
from newsletter.problems.errors import NewsletterError
from newsletter.settings.loading import load_settings, with_look
from newsletter.settings.settings import Settings
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
    assert shown.loaded.issue is not None
    assert shown.mail is not None
    return review_pack(shown.loaded.issue, shown.mail, shown.problems, own)


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

    page.set_content(pack.replace("</template>", f"{hostile}</template>"), wait_until="load")

    assert page.locator(".mail form").count() == 2
    browser.new_page().goto(f"{address}/last", wait_until="commit")
    assert set(paths) - {"/favicon.ico"} == {"/last"}


# All words of the page and of the mails in it; numbers of lists are drawn, not written.
WORDS = """() => {
  const mails = [...document.querySelectorAll(".mail")].map((each) => each.shadowRoot);
  const numbers = mails.flatMap((mail) => [...mail.querySelectorAll("ol > li")])
    .map((each) => `${[...each.parentElement.children].indexOf(each) + 1}.`);
  const words = mails.flatMap((mail) => [...mail.children])
    .filter((each) => each.tagName === "DIV").map((each) => each.innerText);
  return [document.body.innerText, ...words, ...numbers].join("");
}"""


PACKS = [
    ("2023-05-coulisses", "plain", 6),
    ("2023-05-coulisses", "editorial", 8),
    ("2023-09-rentree", "institution", 8),
    ("2023-09-rentree", "magazine", 8),
]
OTHER_PACKS = [
    ("2023-09-rentree", "plain", 6),
    ("2023-09-rentree", "editorial", 8),
    ("2023-05-coulisses", "institution", 8),
    ("2023-05-coulisses", "magazine", 8),
]


@pytest.mark.parametrize(
    ("sample", "look", "most"),
    [*PACKS, *(pytest.param(*each, marks=pytest.mark.soak) for each in OTHER_PACKS)],
)
def test_the_pack_takes_few_pages_of_a4_each_with_whole_lines(
    sample: str, look: str, most: int, own: Settings, page: Page, tmp_path: Path
) -> None:
    settings = with_look(own, look)
    shown = show_issue(ROOT / f"issues/{sample}.yaml", settings, values_shown(settings, {}))
    assert shown.loaded.issue is not None
    assert shown.mail is not None
    pack = review_pack(shown.loaded.issue, shown.mail, shown.problems, settings)
    page.set_content(pack)

    path = tmp_path / "pack.pdf"
    path.write_bytes(apart(review_pdf, pack))

    printed = words_on_paper(path)
    assert len(printed) <= most
    assert all(printed)
    letters = "".join(word.text for words in printed for word in words)
    assert Counter(letters) == Counter(re.sub(r"\s", "", page.evaluate(WORDS)))
    for words in printed:
        assert all(word.top > MARGIN and word.bottom < A4_HEIGHT - MARGIN for word in words)
    with pikepdf.open(path) as pdf:
        box = [float(each) for each in pdf.pages[0].mediabox]
    assert box == pytest.approx([0, 0, 595, A4_HEIGHT], abs=2)


A4_HEIGHT, MARGIN = 842, 32  # points; boxes of words are a little higher than their lines


@dataclass(frozen=True)
class Word:
    """A word on paper, and where its box begins and ends, in points from the top."""

    text: str
    top: float
    bottom: float


def words_on_paper(path: Path) -> list[list[Word]]:
    """The words of each page."""
    reading = ["pdftotext", "-bbox", str(path), "-"]
    boxes = subprocess.run(reading, check=True, capture_output=True, text=True).stdout
    sides = re.compile(r'<word xMin=".*?" yMin="(.*?)" xMax=".*?" yMax="(.*?)">(.*?)</word>')
    return [
        [
            Word(unescape(text), float(top), float(bottom))
            for top, bottom, text in sides.findall(page)
        ]
        for page in boxes.split("<page")[1:]
    ]


def test_the_annex_is_printed_where_it_is_asked_for(shown: ShownIssue, own: Settings) -> None:
    assert shown.loaded.issue is not None
    assert shown.mail is not None
    pack = review_pack(shown.loaded.issue, shown.mail, shown.problems, own, is_full=True)

    pdf = pikepdf.open(BytesIO(apart(review_pdf, pack)))

    assert len(pdf.pages) > 20
