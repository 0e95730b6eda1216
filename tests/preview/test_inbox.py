"""The row of a mail in an inbox."""

from hypothesis import given
from hypothesis import strategies as st

from newsletter.preview.shown_issue import cut, inbox_rows
from newsletter.problems.problem import columns


def test_a_telephone_shows_forty_characters_of_a_subject() -> None:
    phone, desktop = inbox_rows("Numeum", "x" * 45, "")

    assert phone.subject == "x" * 39 + "…"
    assert desktop.subject == "x" * 45


def test_on_a_computer_the_subject_takes_the_room_of_the_preheader() -> None:
    _phone, short = inbox_rows("Numeum", "Objet", "y" * 200)
    _phone, long = inbox_rows("Numeum", "x" * 70, "y" * 200)

    assert len(short.preheader) - len(long.preheader) == 65


def test_what_fits_is_whole() -> None:
    assert cut("Objet", 5) == "Objet"


@given(st.text(max_size=80), st.integers(2, 60))
def test_nothing_is_wider_than_its_room(text: str, width: int) -> None:
    shown = cut(text, width)

    assert columns(shown) <= width
    assert text.startswith(shown.removesuffix("…"))
