"""The words that writers are offered instead of those that the format does not have."""

from typing import get_args

import pytest

from newsletter.content.items import Item
from newsletter.values.model import fields_of
from newsletter.values.suggestions import ENGLISH_WORDS, did_you_mean, fold

KINDS = [get_args(fields_of(model)["kind"].type)[0] for model in get_args(Item)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_french_word_leads_to_each_kind_of_item(kind: str) -> None:
    assert [word for word, english in ENGLISH_WORDS.items() if kind in english]


def test_french_words_are_folded_as_what_is_typed_is() -> None:
    assert [word for word in ENGLISH_WORDS if fold(word) != word] == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chifres", "key-figures"),
        ("interwiev", "interview"),
        ("citaton", "quote"),
        ("photos", ""),
        ("xyz", ""),
    ],
)
def test_a_misspelt_french_word_is_understood_too(typed: str, meant: str) -> None:
    assert did_you_mean(typed, KINDS) == meant


def test_the_day_of_an_event_is_its_start() -> None:
    event = ["title", "start", "place"]

    assert did_you_mean("date", event) == did_you_mean("when", event) == "start"
    assert did_you_mean("Date", ["date", "start"]) == "date"
