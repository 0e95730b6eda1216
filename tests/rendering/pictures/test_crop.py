"""The part of a picture that stays where it is cropped."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.pictures.images import WHOLE, crop_to
from newsletter.values.structures import Focus

CROPS: dict[tuple[float, tuple[int, int], Focus], tuple[float, float, float, float]] = {
    (1, (200, 100), "centre"): (0.25, 0, 0.75, 1),
    (1, (200, 100), "top"): (0.25, 0, 0.75, 1),
    (1, (200, 100), "left"): (0, 0, 0.5, 1),
    (1, (200, 100), "right"): (0.5, 0, 1, 1),
    (1, (100, 200), "centre"): (0, 0.25, 1, 0.75),
    (1, (100, 200), "top"): (0, 0, 1, 0.5),
    (1, (100, 200), "bottom"): (0, 0.5, 1, 1),
    (1, (100, 200), "right"): (0, 0.25, 1, 0.75),
    (2, (200, 100), "right"): WHOLE,
}


@pytest.mark.parametrize("case", CROPS)
def test_what_is_cut_off_lies_away_from_the_focus(
    case: tuple[float, tuple[int, int], Focus],
) -> None:
    assert crop_to(*case) == CROPS[case]


@given(
    st.floats(0.05, 20),
    st.tuples(st.integers(1, 70_000), st.integers(1, 70_000)),
    st.sampled_from(get_args(Focus)),
)
def test_a_crop_has_its_ratio_and_lies_inside_the_picture(
    ratio: float, size: tuple[int, int], focus: Focus
) -> None:
    left, top, right, bottom = crop_to(ratio, size, focus)

    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= 1
    assert (right - left) * size[0] / ((bottom - top) * size[1]) == pytest.approx(ratio)
