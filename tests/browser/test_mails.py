"""Every sample and every kind of item, looked at in Chromium."""

import html
import re
import subprocess
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Page

from newsletter.preview.views import APPEARANCES
from newsletter.settings.theme import LOOKS
from tests.browser.conftest import show, violations

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(path.stem for path in (ROOT / "issues").glob("*.yaml"))
LOOK_MAILS = [f"look-{look}" for look in LOOKS]
# Every kind stands in every look: the golden cases of kinds need no page of their own.
MAILS = SAMPLES + LOOK_MAILS
# A mail is shown inside a webmail, which has these landmarks itself.
IN_A_WEBMAIL = {
    "region": {"enabled": False},
    "landmark-one-main": {"enabled": False},
    "bypass": {"enabled": False},
}
MEDIA_QUERIES = "document.querySelectorAll('style').forEach(style => style.remove())"


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (375, "dark"),
        (640, "light"),
        pytest.param(375, "light", marks=pytest.mark.soak),
        pytest.param(640, "dark", marks=pytest.mark.soak),
    ],
)
@pytest.mark.parametrize("mail", MAILS)
def test_axe_finds_no_violation(
    mail: str, width: int, scheme: str, page: Page, built: Path
) -> None:
    show(page, built / mail / "email.html", width=width, scheme=scheme)

    assert violations(page, rules=IN_A_WEBMAIL) == []


@pytest.mark.parametrize("mail", MAILS)
def test_axe_finds_no_violation_where_style_blocks_are_dropped(
    mail: str, page: Page, built: Path
) -> None:
    show(page, built / mail / "email.html", width=320)
    page.evaluate(MEDIA_QUERIES)

    assert violations(page, rules=IN_A_WEBMAIL) == []


@pytest.mark.parametrize("styles", ["kept", "dropped"])
@pytest.mark.parametrize("mail", MAILS)
def test_nothing_is_cut_at_320_pixels(mail: str, styles: str, page: Page, built: Path) -> None:
    show(page, built / mail / "email.html", width=320)
    if styles == "dropped":  # as SFR and LaPoste do
        page.evaluate(MEDIA_QUERIES)

    width = page.evaluate("document.documentElement.scrollWidth")

    assert width <= 320


@pytest.mark.parametrize("mail", MAILS)
def test_a_mail_asks_for_its_own_pictures_and_nothing_else(
    mail: str, page: Page, built: Path
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    show(page, built / mail / "email.html", width=640)
    broken = page.evaluate(
        "[...document.images].filter(each => !each.naturalWidth).map(each => each.src)"
    )

    folder = (built / mail).as_uri()
    assert broken == []
    assert [address for address in asked if not address.startswith(folder)] == []


@pytest.mark.parametrize("mail", MAILS)
def test_no_text_is_smaller_than_14_pixels_but_raised_and_lowered_signs(
    mail: str, page: Page, built: Path
) -> None:
    show(page, built / mail / "email.html", width=375)
    small = page.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const small = [];
          while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
            if (element.closest('sup, sub')) continue;
            if (parseFloat(getComputedStyle(element).fontSize) < 14)
              small.push(walker.currentNode.data);
          }
          return small;
        }"""
    )

    assert small == []


@pytest.mark.parametrize("mail", MAILS)
def test_buttons_and_links_of_contents_and_footer_are_44_pixels_high(
    mail: str, page: Page, built: Path
) -> None:
    show(page, built / mail / "email.html", width=375)
    heights = page.evaluate(
        "[...document.querySelectorAll('.button a, a.target, .contents a')]"
        ".map(link => link.getBoundingClientRect().height)"
    )

    assert heights
    assert min(heights) >= 44


@pytest.mark.parametrize(("width", "across"), [(640, 2), (375, 1)])
@pytest.mark.parametrize("styles", ["kept", "dropped"])
def test_key_figures_stand_two_across_where_there_is_room(
    width: int, across: int, styles: str, page: Page, built: Path
) -> None:
    mail = built / "kind-key-figures" / "email.html"
    show(page, mail, width=width)
    if styles == "dropped":
        page.evaluate(MEDIA_QUERIES)

    tops = page.evaluate(
        "[...document.querySelectorAll('.counts')].slice(1, 3)"
        ".map(column => column.getBoundingClientRect().top)"
    )

    assert len(set(tops)) == 3 - across


@pytest.mark.parametrize("mail", MAILS)
def test_outlook_classic_shows_each_word_once_in_the_mail_s_width(
    mail: str, page: Page, built: Path
) -> None:
    shown = []
    show(page, built / mail / "email.html", width=1280)
    for appearance in ("light", "outlook-classic"):
        page.set_content(
            APPEARANCES[appearance].apply((built / mail / "email.html").read_text("utf-8"))
        )
        shown.append(page.inner_text("body").split())
    width = page.evaluate("document.querySelector('.page > table').clientWidth")

    assert shown[0] == shown[1]
    assert width == 600


def test_dark_is_the_theme_s_own_palette(page: Page, built: Path) -> None:
    mail = built / SAMPLES[0] / "email.html"
    colours = {}
    for scheme in ("light", "dark"):
        show(page, mail, width=640, scheme=scheme)
        colours[scheme] = page.evaluate(
            "[getComputedStyle(document.querySelector('h1')).color,"
            " getComputedStyle(document.querySelector('.page > div')).backgroundColor]"
        )

    assert colours == {
        "light": ["rgb(31, 27, 46)", "rgb(255, 255, 255)"],
        "dark": ["rgb(240, 238, 246)", "rgb(29, 26, 40)"],
    }


def test_lines_of_text_are_60_to_75_characters_on_a_desktop(page: Page, built: Path) -> None:
    show(page, built / SAMPLES[0] / "email.html", width=1280)
    characters = page.evaluate(
        """() => {
          const paragraph = document.querySelector('td.item > p:not([class])');
          const range = document.createRange();
          range.selectNodeContents(paragraph);
          const tops = new Set([...range.getClientRects()].map(box => Math.round(box.bottom)));
          return paragraph.textContent.length / tops.size;
        }"""
    )

    assert 55 <= characters <= 80


def test_on_paper_no_white_icon_is_left_and_the_footer_needs_no_page_of_its_own(
    page: Page, built: Path
) -> None:
    show(page, built / "look-institution/email.html", width=640)
    page.emulate_media(media="print")
    icons = page.locator(".social:visible").count()
    padding = page.evaluate("getComputedStyle(document.querySelector('.foot')).paddingBottom")
    media = page.evaluate("[...document.styleSheets].map(each => each.media.mediaText)")

    assert (icons, padding) == (0, "0px")
    assert "print" in media  # Thunderbird 153 prints by it alone, not by @media print


@pytest.mark.parametrize("mail", SAMPLES)
def test_a_printed_mail_has_each_word_once_fills_its_pages_and_cuts_no_line(
    mail: str, page: Page, built: Path, tmp_path: Path
) -> None:
    printed = tmp_path / "mail.pdf"
    show(page, built / mail / "email.html", width=640)
    numbers = page.evaluate(
        "[...document.querySelectorAll('ol > li')]"
        ".map(each => `${[...each.parentElement.children].indexOf(each) + 1}.`)"
    )
    shown = "".join([page.inner_text("body"), *numbers])
    page.pdf(path=printed, format="A4")
    reading = ["pdftotext", "-bbox", str(printed), "-"]
    boxes = subprocess.run(reading, check=True, capture_output=True, text=True).stdout
    on_paper = "".join(re.findall(r">([^<>]*)</word>", boxes))
    sides = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)"')
    pages = [
        [tuple(map(float, word)) for word in sides.findall(page)]
        for page in boxes.split("<page")[1:]
    ]

    # Compared by their letters: a line, or a cell, may part words on paper.
    assert Counter(html.unescape(on_paper)) == Counter(re.sub(r"\s", "", shown))
    # A picture may leave a third of the page above free; A4 is 842 points high.
    assert all(max(word[3] for word in words) > 842 / 2 for words in pages[:-1])
    for placed in pages:
        assert placed
        assert all(word[1] > 0 and word[3] < 842 for word in placed)
        for one, other in combinations(placed, 2):
            assert not all(one[i] + 1 < other[i + 2] and other[i] + 1 < one[i + 2] for i in (0, 1))
