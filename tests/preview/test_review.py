"""The file for approval: all of an issue in one page."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from newsletter.preview.review import Readership, review_pack
from newsletter.preview.shown_issue import show_issue
from newsletter.preview.views import APPEARANCES
from newsletter.settings.loading import load_settings
from newsletter.values.audiences import Audience
from tests.checks.conftest import RELEASE, change_settings

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

    def pack(text: str = ISSUE, readers: Readership | None = None, is_full: bool = False) -> str:
        shown = show_issue(write_issue(text), settings, {})
        assert shown.loaded.issue is not None
        assert shown.mail is not None
        return review_pack(
            shown.loaded.issue,
            shown.mail,
            shown.problems,
            settings,
            readers=readers,
            is_full=is_full,
        )

    return pack


def fingerprint_of(page: str) -> str:
    return re.findall(r"<code>([0-9a-f]{8})</code>", page)[0]


FOR_SOME = """\
  - {kind: text, for: {delegation: Bretagne}, title: À Rennes, body: Un rendez-vous.}
  - kind: links
    not_for: {delegation: Bretagne}
    title: Ailleurs
    links:
      - {title: Un guide, url: 'https://example.org/guide', for: {delegation: Occitanie}}
      - {title: Une carte, url: 'https://example.org/carte'}
"""


def mails(page: str) -> list[str]:
    return re.findall(r'<template shadowrootmode="open">(.*?)</template>', page, re.DOTALL)


def test_the_letter_stands_there_once_on_a_phone_and_on_a_computer(pack: Pack) -> None:
    page = pack()

    assert len(mails(page)) == 2
    assert all("La 6ème fois." in mail for mail in mails(page))
    assert "<pre>" not in page


def test_the_annex_has_every_variant_all_colours_and_the_text(pack: Pack) -> None:
    page = pack(ISSUE + FOR_SOME, is_full=True)

    colours = [each for each in APPEARANCES.values() if not each.is_layout]
    variants = 3  # for Brittany, for Occitania, for the others
    assert len(mails(page)) == 2 + 2 * (len(colours) + variants)
    assert "La 6ème fois." in page.partition("<pre>")[2]
    assert "<code>issues/essai.yaml:7:27</code>" in page


def test_nothing_in_the_page_asks_for_the_network(pack: Pack) -> None:
    sources = {src[:5] for src in re.findall(r'<img[^>]* src="([^"]*)"', pack())}
    assert sources == {"data:"}


def test_what_only_some_see_stands_in_the_letter_in_a_band_that_says_who(pack: Pack) -> None:
    for mail in mails(pack(ISSUE + FOR_SOME)):
        words = re.sub(r"<[^>]*>", "|", re.sub(r"<style.*?</style>", "", mail, flags=re.DOTALL))
        assert re.search(r"\|Only Bretagne\|+À Rennes\|+Un rendez-vous\.\|", words)
        assert re.search(r"\|Everyone but Bretagne\|+Ailleurs\|", words)
        assert "[everyone but Bretagne, only Occitanie] Un guide" in words
        assert "] Une carte" not in words


def test_the_first_page_says_how_many_see_what(pack: Pack) -> None:
    bretagne: Audience = {"delegation": ("Bretagne",)}
    readers = Readership([(bretagne, 120), ({}, 30)], {"unsubscribed": 12}, is_whole=True)

    page = pack(ISSUE + FOR_SOME, readers=readers)

    rows = re.findall(r'<tr><td>(.*?)</td><td>(.*?)</td><td class="number">(\d+)</td>', page)
    assert rows == [
        ("All the rest", "everyone", "150"),
        ("À Rennes", "only Bretagne", "120"),
        ("Ailleurs", "everyone but Bretagne", "30"),
        ("Un guide", "everyone but Bretagne, only Occitanie", "0"),
    ]
    assert "skipped: 12 (unsubscribed)" in page


def test_the_embargo_of_a_release_stands_on_the_page_to_sign(pack: Pack) -> None:
    release = RELEASE.replace("embargo: none", "embargo: 2025-03-04 06:00")

    page = pack(release).replace("\u00a0", " ")

    assert re.search(r">Embargo</th><td><strong>[^<]*4 March 2025[^<]*</strong>", page)


def test_without_parts_for_some_everyone_is_said_to_get_the_same(pack: Pack) -> None:
    assert "Everyone gets the same email." in pack()


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
