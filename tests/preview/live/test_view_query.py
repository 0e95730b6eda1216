"""The view that an address names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from newsletter.preview.live.open_issues import PANES, WIDTHS, Reader, View, view_of
from newsletter.preview.views import APPEARANCES
from newsletter.settings.theme import LOOKS

VIEWS = st.builds(
    View,
    pane=st.sampled_from(PANES),
    width=st.sampled_from(WIDTHS),
    appearance=st.sampled_from(list(APPEARANCES)),
    look=st.sampled_from(["", *LOOKS]),
    has_pictures=st.booleans(),
    reader=st.builds(Reader, choices=st.lists(st.text(min_size=1), max_size=3).map(tuple))
    | st.builds(Reader, row=st.integers(0, 99_999_999)),
)


@given(VIEWS)
def test_a_view_s_address_gives_the_view_again(view: View) -> None:
    assert view_of(QueryParams(view.query)) == view


@given(st.text())
def test_no_address_is_too_odd(query: str) -> None:
    view = view_of(QueryParams(query))

    assert view.pane in PANES
    assert view.appearance in APPEARANCES
    assert view.look in ("", *LOOKS)


@pytest.mark.parametrize("row", ["0x1", "-1", "²", "1" * 9, "", " 1"])
def test_what_is_no_row_is_none(row: str) -> None:
    assert view_of(QueryParams({"row": row})).reader.row is None


def test_the_usual_view_needs_no_query() -> None:
    assert View().query == ""


def test_a_row_leaves_no_choice_beside_it() -> None:
    view = view_of(QueryParams("as=delegation%3DBretagne&row=2"))

    assert view.reader == Reader(row=2)
    assert view.query == "row=2"
