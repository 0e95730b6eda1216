"""What of a text is prose."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.reading.said import OPAQUE, prose_of

NO_PROSE = [
    "`le le`",
    "``a ` b``",
    "https://a.fr/le",
    "a.b@c.fr",
    "((first name | le))",
    "www.a.fr",
]


@pytest.mark.parametrize("words", NO_PROSE)
def test_code_addresses_and_merge_fields_are_no_prose(words: str) -> None:
    assert prose_of(f"avant {words} après") == f"avant {OPAQUE * len(words)} après"


def test_the_words_of_a_link_are_prose_its_address_is_not() -> None:
    assert prose_of("[le mot](a b) [le mot](/le)") == f"[le mot]({OPAQUE} b) [le mot]({OPAQUE * 3})"


def test_the_lines_of_a_fence_stay_lines() -> None:
    assert prose_of("a\n```\nTODO\n```\nb").count("\n") == 4
    assert "TODO" not in prose_of("a\n```\nTODO\n```\nb")


@given(st.text(alphabet="ab`~()[]@./:\n h", max_size=60))
def test_prose_is_as_long_as_the_text(text: str) -> None:
    assert len(prose_of(text)) == len(text)


@pytest.mark.parametrize("text", ["a" * 100_000 + " @", "`" * 100_000])
def test_an_absurd_text_is_read_once_not_again_from_each_letter(text: str) -> None:
    start = time.perf_counter()
    prose_of(text)

    assert time.perf_counter() - start < 2
