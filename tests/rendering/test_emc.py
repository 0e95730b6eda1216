"""Each check of the Email Markup Consortium's accessibility reports (2022 to 2026), held or argued.

The reports: emailmarkup.org/en/reports/accessibility. Only 8 of 376,348 mails passed them in 2026.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html

from newsletter.content.issue_file import load_issue
from newsletter.rendering.document import render_document
from newsletter.settings import load_settings

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "issues").glob("*.yaml"))
ARIA = {"aria-label", "aria-roledescription"}


def lang_on_each_child_of_body(root: html.HtmlElement) -> None:
    assert {child.get("lang") for child in root.body} == {root.get("lang")}


def dir_on_each_child_of_body(root: html.HtmlElement) -> None:
    assert [child.get("dir") for child in root.body] == ["ltr"] * len(root.body)


def layout_tables_have_a_role(root: html.HtmlElement) -> None:
    for table in root.iter("table"):
        is_data = table.find("thead") is not None
        assert is_data or table.get("role") == "presentation"


def outlook_tables_have_a_role(root: html.HtmlElement) -> None:
    comments = " ".join(str(comment) for comment in root.iter() if "[if mso" in str(comment))

    for table in re.findall("<table[^>]*>", comments):
        assert 'role="presentation"' in table


def one_heading_of_level_one(root: html.HtmlElement) -> None:
    assert len(list(root.iter("h1"))) == 1


def links_have_text(root: html.HtmlElement) -> None:
    for link in root.iter("a"):
        words = link.text_content() + "".join(image.get("alt", "") for image in link.iter("img"))
        assert words.strip()


def html_has_its_language(root: html.HtmlElement) -> None:
    assert root.get("lang") in {"fr", "en"}


def images_have_alt(root: html.HtmlElement) -> None:
    images = list(root.iter("img"))
    assert images
    assert all(image.get("alt") is not None for image in images)


def the_title_says_something(root: html.HtmlElement) -> None:
    assert (root.findtext("head/title") or "").strip()


def link_text_is_descriptive(root: html.HtmlElement) -> None:
    vague = {"cliquez ici", "ici", "lire la suite", "en savoir plus", "voir plus", "lien"}
    assert vague.isdisjoint({link.text_content().strip().lower() for link in root.iter("a")})


def zoom_is_allowed(root: html.HtmlElement) -> None:
    (viewport,) = root.xpath("//meta[@name='viewport']/@content")
    assert "user-scalable" not in viewport
    assert "maximum-scale" not in viewport


def there_is_no_vml(root: html.HtmlElement) -> None:
    assert "<v:" not in html.tostring(root, encoding="unicode")


def aria_attributes_are_valid(root: html.HtmlElement) -> None:
    used = {name for element in root.iter(html.etree.Element) for name in element.attrib}
    roles = {element.get("role") for element in root.iter(html.etree.Element)} - {None}

    assert {name for name in used if name.startswith("aria-")} <= ARIA
    assert roles <= {"presentation", "article"}


def ids_are_unique(root: html.HtmlElement) -> None:
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))


Check = Callable[[html.HtmlElement], None]
AXE = "axe"  # tests/browser/test_mails.py runs it over every sample, light and dark

# The check as the reports name it -> how it is held: static tests, or axe in the browser.
CHECKS: dict[str, tuple[Check, ...] | str] = {
    "body content wrapped in dir": (dir_on_each_child_of_body,),
    "body content wrapped in lang": (lang_on_each_child_of_body,),
    "layout tables role=presentation/none": (
        layout_tables_have_a_role,
        outlook_tables_have_a_role,
    ),
    "has a level-one heading": (one_heading_of_level_one,),
    "more than one h1": (one_heading_of_level_one,),
    "links have discernible text": (links_have_text,),
    "html lang": (html_has_its_language,),
    "colour contrast 4.5:1": AXE,
    "images have alt": (images_have_alt,),
    "title": (the_title_says_something,),
    "link text descriptive": (link_text_is_descriptive,),
    "links distinguishable without colour": AXE,
    "zoom not disabled": (zoom_is_allowed,),
    "VML has alt; no links or headings inside VML": (there_is_no_vml,),
    "allowed and valid ARIA attributes": (aria_attributes_are_valid,),
    "duplicate ids": (ids_are_unique,),
}
STATIC = [(name, check) for name, held in CHECKS.items() if held != AXE for check in held]


@pytest.fixture(name="root", params=SAMPLES, ids=lambda path: path.stem, scope="module")
def parse_sample(request: pytest.FixtureRequest) -> html.HtmlElement:
    settings = load_settings(ROOT).settings
    assert settings is not None
    issue = load_issue(request.param, settings).issue
    assert issue is not None
    return html.document_fromstring(render_document(issue, settings).html)


@pytest.mark.parametrize(("name", "check"), STATIC, ids=[check.__name__ for _, check in STATIC])
def test_a_check_of_the_email_markup_consortium_passes(
    name: str, check: Check, root: html.HtmlElement
) -> None:
    check(root)
