"""The table of contents: what it names, and where its links lead."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html

from newsletter.content.issue import Newsletter
from newsletter.content.loading import load_issue
from newsletter.rendering.document import Document, render_document
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from tests.conftest import HEAD

WriteIssue = Callable[[str], Path]
ROOT = Path(__file__).parents[2]
KINDS = sorted((ROOT / "tests/golden").glob("*.yaml"))
ISSUE = f"""{HEAD}contents: true
language: en
sections:
  - title: First & foremost
    items:
      - {{kind: text, title: One, body: b, id: item-2}}
      - {{kind: text, title: Hidden, body: b, for: {{first name: Zoé}}}}
      - {{kind: quote, text: t, author: a}}
  - title: Hidden too
    items: [{{kind: text, title: x, body: b, for: {{first name: Zoé}}}}]
  - items:
      - {{kind: agenda, events: [{{title: e, start: 2025-01-06}}]}}
      - {{kind: person, name: Zoé Martin}}
"""


def render(path: Path, workspace: Path) -> Document:
    file = workspace / "newsletter.yaml"
    file.write_text(f"{file.read_text('utf-8')}\naudiences: {{first name: [Camille, Zoé]}}\n")
    settings: Settings | None = load_settings(workspace).settings
    assert settings is not None
    issue = load_issue(path, settings).issue
    assert issue is not None
    return render_document(issue, settings, settings.sample_audience)


def test_contents_name_what_is_visible_and_has_a_title(
    write_issue: WriteIssue, workspace: Path
) -> None:
    document = render(write_issue(ISSUE), workspace)

    root = html.document_fromstring(document.html)
    [contents] = root.xpath("//ul[@class='contents'][not(ancestor::ul)]")
    assert contents.xpath(".//a/text()") == [
        "First & foremost",
        "One",
        "Dates for your diary",
        "Zoé Martin",
    ]
    assert "\n  - One\n- Dates for your diary\n- Zoé Martin\n" in document.text


@pytest.mark.parametrize(
    ("title", "item"),
    [
        ("Agenda", "kind: agenda, events: [{title: e, start: 2025-01-06}]"),
        ("À lire aussi", "kind: links, links: [{title: e, url: 'https://a.fr'}]"),
        ("CHIFFRES-CLES", "kind: key-figures, figures: [{value: '1', label: e}]"),
    ],
)
def test_a_title_of_the_program_s_is_not_said_again_below_a_section_of_that_name(
    title: str, item: str, write_issue: WriteIssue, workspace: Path
) -> None:
    sections = f"contents: true\nsections: [{{title: {title}, items: [{{{item}}}, {{{item}}}]}}]\n"

    document = render(write_issue(HEAD + sections), workspace)

    headings = html.document_fromstring(document.html).xpath("//h2[@class!='toc']|//h3|//h4")
    levels = [each.tag for each in headings if each.text_content().strip() != "e"]
    assert levels == ["h2", "h3"]
    assert "h4" not in {each.tag for each in headings[:2]}
    assert len(html.document_fromstring(document.html).xpath("//ul[@class='contents']//a")) == 2


def test_each_link_of_the_contents_leads_to_a_place_of_its_own(
    write_issue: WriteIssue, workspace: Path
) -> None:
    document = render(write_issue(ISSUE), workspace)

    root = html.document_fromstring(document.html)
    anchors = [link.get("href")[1:] for link in root.xpath("//ul[@class='contents']//a")]
    places = [len(root.xpath(f"//*[@id='{anchor}']")) for anchor in anchors]
    assert places == [1, 1, 1, 1]
    assert anchors[1] == "item-2"
    assert len(set(anchors)) == 4


def test_each_link_of_the_contents_finds_a_name_as_gmail_and_classic_outlook_want(
    write_issue: WriteIssue, workspace: Path
) -> None:
    root = html.document_fromstring(render(write_issue(ISSUE), workspace).html)

    for link in root.xpath("//ul[@class='contents']//a"):
        [name] = root.xpath(f"//a[@name='{link.get('href')[1:]}']")
        assert name.getparent().tag in {"td", "h2"}
        assert name.text is None
        assert "style" not in name.attrib


def test_without_contents_nothing_is_named_and_no_name_is_made(
    write_issue: WriteIssue, workspace: Path
) -> None:
    document = render(write_issue(ISSUE.replace("contents: true\n", "")), workspace)

    assert "In this issue" not in document.html + document.text
    assert html.document_fromstring(document.html).xpath("//@id") == ["item-2"]


def test_contents_are_announced_in_the_language_of_the_issue(
    write_issue: WriteIssue, workspace: Path
) -> None:
    document = render(write_issue(ISSUE.replace("language: en", "language: fr")), workspace)

    assert "Au sommaire" in document.html
    assert "Au sommaire" in document.text


@pytest.mark.parametrize("case", KINDS, ids=lambda case: case.stem)
def test_every_item_with_a_heading_is_in_the_contents(case: Path, tmp_path: Path) -> None:
    settings = load_settings(ROOT).settings
    assert settings is not None
    path = tmp_path / "2025-01-essai.yaml"
    path.write_text(f"{HEAD}contents: true\n{case.read_text('utf-8')}", "utf-8")
    issue = load_issue(path, settings).issue
    assert isinstance(issue, Newsletter)

    document = render_document(issue, settings, settings.sample_audience)

    items = [document.html[span.start : span.end] for span in document.item_spans]
    titles = [html.fromstring(f"<div>{item}</div>").find_class("title") for item in items]
    headings = [found[0].text_content() for found in titles if found]
    root = html.document_fromstring(document.html)
    links = root.xpath("//ul[@class='contents']//a/text()")
    sections = [section.title for section in issue.all_sections]
    named = [link for link in links if link not in sections]
    assert len(named) == len(headings)
    assert [
        link for link, heading in zip(named, headings, strict=True) if link not in heading
    ] == []
