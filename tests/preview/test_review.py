"""The file for approval: all of an issue in one page."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

from newsletter.content.visible import IssueVariants, Variant
from newsletter.preview.review import review_pack
from newsletter.preview.shown_issue import show_issue
from newsletter.preview.views import APPEARANCES
from newsletter.settings.settings import load_settings
from newsletter.values.audiences import Audience
from tests.checks.conftest import change_settings

ISSUE = """\
kind: newsletter
subject: L'objet du mail
preheader: Une accroche
title: Le titre
date: 2025-01-06
items:
  - {kind: text, body: La 6ème fois.}
  - {kind: picture, file: photo.png, alt: Une photo}
  - {kind: picture, url: 'https://images.example.com/a.png', width: 200, height: 100, alt: Loin}
"""
Pack = Callable[..., str]


@pytest.fixture(name="pack")
def make_pack(workspace: Path, write_issue: Callable[[str | bytes], Path]) -> Pack:
    Image.new("RGB", (20, 10)).save(workspace / "assets/images/autre.png")
    change_settings(
        workspace, "timezone:", "audiences: {delegation: [Bretagne, Occitanie]}\ntimezone:"
    )
    change_settings(workspace, "  columns:\n", "  columns:\n    delegation: Délégation\n")
    settings = load_settings(workspace).settings
    assert settings is not None

    def pack(text: str = ISSUE, variants: IssueVariants | None = None) -> str:
        shown = show_issue(write_issue(text), settings, {})
        assert shown.issue is not None
        assert shown.mail is not None
        return review_pack(shown.issue, shown.mail, shown.problems, settings, variants=variants)

    return pack


def fingerprint_of(page: str) -> str:
    return re.findall(r"<code>([0-9a-f]{64})</code>", page)[0]


def test_all_colours_and_pictures_off_stand_in_the_page_in_both_widths(pack: Pack) -> None:
    page = pack()

    views = sum(not appearance.is_layout for appearance in APPEARANCES.values()) + 1
    assert page.count("<iframe ") == 2 * views
    assert page.count('sandbox="allow-same-origin"') == 2 * views


def test_nothing_in_the_page_asks_for_the_network(pack: Pack) -> None:
    mails = [unescape(mail) for mail in re.findall(r'srcdoc="([^"]*)"', pack())]

    sources = {src[:5] for mail in mails for src in re.findall(r'<img[^>]* src="([^"]*)"', mail)}
    assert sources == {"data:"}


def test_problems_weight_and_text_stand_in_the_page(pack: Pack) -> None:
    page = pack()

    assert "<code>issues/essai.yaml:7:27</code>" in page
    assert "kB; Gmail clips emails over 102 kB" in page
    assert "La 6ème fois." in page.partition("<pre>")[2]


def test_the_variants_of_a_members_file_are_counted(pack: Pack) -> None:
    bretagne: Audience = {"delegation": ("Bretagne",)}
    variants = IssueVariants((Variant(bretagne, 120), Variant({}, 30)), left_out=2)

    page = pack(variants=variants)

    assert re.search(r'<td>delegation=Bretagne</td><td class="number">120</td>', page)
    assert "2 recipients do not get this issue" in page


def test_the_same_content_has_the_same_page(pack: Pack) -> None:
    assert pack() == pack()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("La 6ème fois.", "La 6e fois."),
        ("Une accroche", "Une autre accroche"),
        ("photo.png", "autre.png"),
        ("fois.}", "fois., for: {delegation: Bretagne}}"),
    ],
)
def test_another_content_has_another_fingerprint(old: str, new: str, pack: Pack) -> None:
    assert fingerprint_of(pack(ISSUE.replace(old, new))) != fingerprint_of(pack())


def test_who_sees_a_part_is_part_of_the_fingerprint(pack: Pack) -> None:
    seen = ISSUE.replace("fois.}", "fois., for: {delegation: Bretagne}}")

    moved = seen.replace("Bretagne", "Occitanie")

    assert fingerprint_of(pack(seen)) != fingerprint_of(pack(moved))
