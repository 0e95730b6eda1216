"""The finished HTML: what no client or reader may miss, and what only Outlook reads."""

import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html

from newsletter.content.loading import load_issue
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.document import Document, render_document
from newsletter.rendering.html import mjml_to_html, take_out_marks
from newsletter.rendering.inlining import inline_styles
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from tests.conftest import HEAD

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "issues").glob("*.yaml"))
OUTLOOK = re.compile(r"<!--\[if (?:mso|mso \| IE|lte mso 11)\]>(.*?)<!\[endif\]-->", re.DOTALL)
VOID = {"img", "br", "hr", "meta", "link"}


@pytest.fixture(name="document", params=SAMPLES, ids=lambda path: path.stem, scope="module")
def render_sample(request: pytest.FixtureRequest) -> Document:
    settings = load_settings(ROOT).settings
    assert settings is not None
    issue = load_issue(request.param, settings).issue
    assert issue is not None
    return render_document(issue, settings)


def test_the_doctype_is_that_of_standards_mode(document: Document) -> None:
    assert document.html.startswith("<!DOCTYPE html>\n<html ")


def test_what_only_outlook_reads_is_balanced(document: Document) -> None:
    shown = OUTLOOK.sub(r"\1", document.html)
    body = re.sub(r"<!--.*?-->", "", shown[shown.index("<body") :], flags=re.DOTALL)
    stack = ["html"]

    for closing, tag in re.findall(
        r"<(/?)([a-z0-9]+)(?:\s(?:[^\"'>]|\"[^\"]*\"|'[^']*')*)?>", body
    ):
        if closing:
            assert stack.pop() == tag
        elif tag not in VOID:
            stack.append(tag)

    assert stack == []


def test_there_is_nothing_to_load_but_what_the_issue_names(document: Document) -> None:
    root = html.document_fromstring(document.html)
    sources = {image.get("src") for image in root.iter("img")}

    assert sources == {image.name for image in document.images}
    assert list(root.iter("link", "script", "iframe")) == []
    assert "@import" not in document.html
    assert "url(" not in document.html


def test_pictures_have_their_width_and_those_that_yahoo_would_stretch_no_height(
    document: Document,
) -> None:
    for image in html.document_fromstring(document.html).iter("img"):
        assert image.get("width", "").isdecimal()
        is_fluid = image.get("class") in {"fluid", "stretch"}
        assert image.get("height", "").isdecimal() != is_fluid
        assert ("height:auto" in image.get("style", "")) == is_fluid


def test_each_item_lies_where_its_span_says(document: Document) -> None:
    assert "<!--item" not in document.html
    for span in document.item_spans:
        item = document.html[span.start : span.end]
        assert item.count("<table") == item.count("</table>") > 0
        assert item.startswith("<table")
        assert item.endswith("</table>")


def test_spans_are_counted_without_the_marks() -> None:
    marked = "ab<!--item:0-->cd<!--/item:0--><!--item:1-->é<!--/item:1-->f"

    text, spans = take_out_marks(marked, {0: ("items", 0), 1: ("items", 1)})

    assert text == "abcdéf"
    assert [(span.loc, text[span.start : span.end]) for span in spans] == [
        (("items", 0), "cd"),
        (("items", 1), "é"),
    ]


def test_headings_go_down_one_level_at_a_time_from_one_h1(document: Document) -> None:
    root = html.document_fromstring(document.html)
    levels = [int(element.tag[1]) for element in root.iter("h1", "h2", "h3", "h4", "h5", "h6")]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_premailer_s_way_to_the_network_is_not_even_loaded() -> None:
    code = (
        "import sys, newsletter.rendering.document\n"
        "assert 'premailer' in sys.modules\n"
        "assert 'urllib3' not in sys.modules\n"
        "import requests\n"
        "assert requests.__version__\n"
        "assert 'urllib3' in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("word", "expected"), [("Adhérents", None), ("a" * 30, "wide")])
def test_a_cell_breaks_words_only_where_one_is_long(
    word: str, expected: str | None, write_issue: Callable[[str | bytes], Path], settings: Settings
) -> None:
    table = f"| a | b | c | d |\n      |---|---|---|---|\n      | {word} | 1 | 2 | 3 |"
    path = write_issue(f"{HEAD}items:\n  - kind: text\n    body: |\n      {table}\n")
    issue = load_issue(path, settings).issue
    assert issue is not None

    page = html.document_fromstring(render_document(issue, settings).html)

    (cell,) = page.xpath(f"//td[text() = '{word}']")
    assert cell.get("class") == expected


@pytest.mark.parametrize("stray", ["}", ";", " }; "])
def test_a_stray_sign_in_a_style_sheet_of_ones_own_breaks_no_mail(stray: str) -> None:
    page = html.document_fromstring("<p class=a>x</p><p class=b>y</p>")

    inline_styles(page, f".a{{color:red}}{stray}\n.b{{color:blue}}")

    assert [each.get("style") for each in page.iter("p")] == ["color:red", "color:blue"]


COLUMN = "<mj-section><mj-column>{}</mj-column></mj-section>"


def mail(body: str, head: str = "") -> str:
    return f"<mjml><mj-head>{head}</mj-head><mj-body>{body}</mj-body></mjml>"


@pytest.mark.parametrize(
    ("mjml", "word"),
    [
        (mail("<mj-foo>x</mj-foo>"), "<mj-foo> is not allowed inside <mj-body>"),
        (mail("<mj-text>x</mj-text>"), "<mj-text> is not allowed inside <mj-body>"),
        (mail(COLUMN.format("<p>x</p>")), "<p> is not allowed inside <mj-column>"),
        (mail(COLUMN.format("<mj-text><mj-image/></mj-text>")), "<mj-image> is not allowed"),
        (mail(COLUMN.format("<mj-text colour='red'>x</mj-text>")), "no attribute 'colour'"),
        (mail("", "<mj-attributes><mj-all colour='red'/></mj-attributes>"), "'colour'"),
        (mail(COLUMN.format("<mj-text>a < b</mj-text>")), "cannot be rendered"),
        (mail(COLUMN.format("<mj-text>x</mj-txt>")), "cannot be rendered"),
        (mail(COLUMN.format("<mj-text>x<br></mj-text>")), "cannot be rendered"),
        ("<html></html>", "<html> is where <mjml> should be"),
        ("", "cannot be rendered"),
    ],
)
def test_what_is_not_mjml_is_refused_in_words(mjml: str, word: str) -> None:
    with pytest.raises(NewsletterError) as raised:
        mjml_to_html(mjml)

    assert word in raised.value.message


def test_a_fault_names_its_line() -> None:
    with pytest.raises(NewsletterError, match="line 3"):
        mjml_to_html(mail("\n\n<mj-foo/>"))


@pytest.mark.parametrize("depth", [300, 20_000])
def test_deep_nesting_is_refused_before_it_kills_the_process(depth: int) -> None:
    deep = "<b>" * depth + "</b>" * depth

    with pytest.raises(NewsletterError):
        mjml_to_html(mail(COLUMN.format(f"<mj-text>{deep}</mj-text>")))


def test_attributes_of_defaults_are_known() -> None:
    head = "<mj-attributes><mj-all color='red'/><mj-text padding='0'/></mj-attributes>"

    assert "padding:0" in mjml_to_html(mail(COLUMN.format("<mj-text>x</mj-text>"), head))


def test_line_ends_of_windows_change_nothing() -> None:
    mjml = mail(COLUMN.format("<mj-text>a\nb</mj-text>"))

    assert mjml_to_html(mjml.replace("\n", "\r\n")) == mjml_to_html(mjml)
