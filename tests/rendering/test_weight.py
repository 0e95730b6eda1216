"""What a mail weighs beyond its own words, in bytes of UTF-8: Gmail clips it at 102 kB."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from newsletter.content.interview import Interview
from newsletter.content.items import Agenda, EventRecap, Item, KeyFigures, Links
from newsletter.content.loading import Issue, load_issue
from newsletter.rendering.document import Document, render_document
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.settings.theme import LOOKS, themed
from newsletter.source import Loc, read_source
from newsletter.values.model import replaced
from newsletter.values.reading import ReadingContext
from newsletter.values.structures import Contact, Figure, Medium, Quotation

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "issues").glob("*.yaml"))

ITEMS = get_args(Item)
FRAME, HEADING_AND_TEXT = 9_500, 1_090
CARD = 2_000  # a sheet or a portrait
QUOTE = 600  # its bar, its words in larger type, who said them and where
PICTURE = 500  # where it stands beside the title, with its columns
BUTTON, LINK, EVENT, FIGURE, CELL = 475, 180, 450, 450, 25
TWELVE_ITEMS = ROOT / "issues/2023-05-coulisses.yaml"


def weight(html: str) -> int:
    """Return how many bytes `html` has beside the words that a reader sees or hears."""
    words = re.sub(r"<style.*?</style>|<!--.*?-->|<[^>]*>", "", html, flags=re.DOTALL)
    heard = "".join(re.findall(r'(?:alt|href)=(?:"([^"]*)")', html))
    return len(html.encode()) - len(words.encode()) - len(heard.encode())


def budget(item: Item) -> int:
    """Return what `item` may weigh beside its words: heading and text, and what it carries."""
    allowed = CARD if item.kind in {"person", "organisation"} else HEADING_AND_TEXT
    allowed += PICTURE * (getattr(item, "picture", None) is not None or item.kind == "picture")
    allowed += BUTTON * (getattr(item, "button", None) is not None)
    allowed += BUTTON * (item.kind == "call-to-action")
    match item:
        case KeyFigures():
            allowed += FIGURE * len(item.figures)
        case Agenda():
            allowed += EVENT * len(item.events) + LINK * sum(bool(e.link) + 1 for e in item.events)
        case Links():
            allowed += LINK * len(item.links)
        case Interview():
            allowed += CARD * (len(item.portraits) + len(item.about))
            allowed += QUOTE * sum(len(quotes) for _speaker, _exchange, quotes in item.spoken)
            allowed += LINK * sum(each.answer.count("](") for each in item.exchanges)
        case EventRecap():
            allowed += QUOTE * len(item.quotes)
    allowed += LINK * (getattr(item, "read_more", None) is not None)
    allowed += LINK * len(
        getattr(item, "links", ()) if item.kind in {"article", "interview", "event-recap"} else ()
    )
    allowed += LINK * len(re.findall(r"\]\(", getattr(item, "body", "")))
    allowed += CELL * getattr(item, "body", "").count("|")
    return allowed


def part_at(issue: Issue, loc: Loc) -> object:
    """Return the item, or the part of a press release, that stands at `loc`."""
    part: Any = issue
    for step in loc:
        part = getattr(part, step) if isinstance(step, str) else part[step]
    return part


def part_budget(part: object) -> int:
    """Return what a part of a press release may weigh: its frame, and each thing that it lists."""
    listed = part if isinstance(part, tuple) else ()
    per_entry = {Figure: FIGURE, Quotation: QUOTE, Contact: 2 * LINK, Medium: 2 * LINK}
    links = str(part).count("](")
    return HEADING_AND_TEXT + LINK * links + sum(per_entry.get(type(each), LINK) for each in listed)


@pytest.fixture(name="sample", params=SAMPLES, ids=lambda path: path.stem)
def render_sample(request: pytest.FixtureRequest) -> tuple[Document, Issue]:
    settings = load_settings(ROOT).settings
    assert settings is not None
    issue = load_issue(request.param, settings).issue
    assert issue is not None
    return render_document(issue, settings, settings.sample_audience), issue


def test_each_item_weighs_no_more_than_what_it_carries(
    sample: tuple[Document, Issue],
) -> None:
    document, issue = sample

    over = []
    for span in document.item_spans:
        part = part_at(issue, span.loc)
        allowed = budget(part) if isinstance(part, ITEMS) else part_budget(part)
        if (found := weight(document.html[span.start : span.end])) > allowed:
            over.append((span.loc, found, allowed))

    assert document.item_spans
    assert over == []


def test_the_frame_weighs_at_most_9_kilobytes_and_a_half(
    write_issue: Callable[[str], Path], workspace: Path
) -> None:
    path = write_issue(
        "kind: newsletter\nsubject: Objet\npreheader: Accroche\ntitle: Titre\nseries: Série\n"
        "number: 1\ndate: 2025-01-06\nintroduction: Bonjour.\nclosing: À bientôt.\n"
        "items: [{kind: text, body: Un texte.}]\n"
    )
    settings: Settings | None = load_settings(workspace).settings
    assert settings is not None
    issue = load_issue(path, settings).issue
    assert issue is not None

    document = render_document(issue, settings)

    (span,) = document.item_spans
    assert weight(document.html[: span.start] + document.html[span.end :]) <= FRAME


@pytest.mark.parametrize("look", LOOKS)
def test_a_mail_of_twelve_items_weighs_at_most_40_kilobytes_and_38_as_init_writes_it(
    look: str, tmp_path: Path
) -> None:
    path = tmp_path / "theme.yaml"
    path.write_text(f'look: {look}\nbrand: "#5b2bb5"\n')
    settings = load_settings(ROOT).settings
    assert settings is not None
    theme, _none = themed(read_source(path), ReadingContext(ROOT, ROOT, settings.zone))
    issue = load_issue(TWELVE_ITEMS, settings).issue
    assert issue is not None

    document = render_document(issue, replaced(settings, theme=theme))

    assert len(document.item_spans) == 12
    most = 38_000 if look == "institution" else 40_000
    assert len(document.html.encode()) <= most


def test_no_style_block_is_too_large_for_gmail(sample: tuple[Document, Issue]) -> None:
    styles = re.findall(r"<style.*?</style>", sample[0].html, flags=re.DOTALL)

    # Gmail drops all styles past 16 kB in all (hteumeuleu/email-bugs #90).
    assert sum(len(style.encode()) for style in styles) <= 16_000
