"""The plain text: what a person would have typed."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.content.loading import load_issue
from newsletter.rendering.document import render_document
from newsletter.rendering.merge import fill_text
from newsletter.rendering.text_layout import NumberedLinks
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from tests.conftest import HEAD

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "issues").glob("*.yaml"))
MARKDOWN = re.compile(r"\*\*|~~|\]\(|^#|^>|^[-=*_]{3,}$|\[\^|\||\\|`", re.MULTILINE)


@pytest.fixture(name="text", params=SAMPLES, ids=lambda path: path.stem)
def render_sample(request: pytest.FixtureRequest) -> str:
    settings = load_settings(ROOT).settings
    assert settings is not None
    issue = load_issue(request.param, settings).issue
    assert issue is not None
    document = render_document(issue, settings)
    values = {field.name: "" for field in document.merge_fields.values()}
    return fill_text(document.text, document.merge_fields, values)


def test_lines_have_at_most_72_characters_addresses_excepted(text: str) -> None:
    without_addresses = re.sub(r"https?://\S+", "", text)

    assert [line for line in without_addresses.splitlines() if len(line) > 72] == []


def test_every_link_is_numbered_and_listed(text: str) -> None:
    listed = [int(number) for number in re.findall(r"^\[(\d+)\] \S+$", text, re.MULTILINE)]
    body = re.sub(r"^\[\d+\] \S+$", "", text, flags=re.MULTILINE)
    numbered = {int(number) for number in re.findall(r"\[(\d+)\]", body)}

    assert listed == list(range(1, len(listed) + 1))
    assert set(listed) == numbered


def test_there_is_no_entity_and_no_trace_of_markdown(text: str) -> None:
    assert html.unescape(text) == text
    assert MARKDOWN.findall(text) == []


def test_blank_lines_come_one_at_a_time_and_no_line_ends_in_a_space(text: str) -> None:
    assert "\n\n\n" not in text
    assert re.search(r"[ \t]$", text, re.MULTILINE) is None


def test_soft_hyphens_pasted_from_word_are_not_in_plain_text(
    write_issue: Callable[[str], Path], settings: Settings
) -> None:
    issue = load_issue(
        write_issue(f"{HEAD}items: [{{kind: text, body: La compta\u00adbilité.}}]\n"), settings
    ).issue
    assert issue is not None

    document = render_document(issue, settings)

    assert "La comptabilité." in document.text
    assert "La compta\u00adbilité." in document.html


def test_a_link_keeps_its_number_and_is_listed_once() -> None:
    links = NumberedLinks()

    assert [links.number("a"), links.number("b"), links.number("a")] == [1, 2, 1]
    assert links.listing() == "[1] a\n[2] b"
    assert links.number("b") == 2
    assert links.listing() == ""
    assert links.number("c") == 3
    assert links.listing() == "[3] c"
