"""Pictures that count their readers."""

from pathlib import Path

import pytest

from tests.checks.conftest import Check, add_to_footer, change_settings

ITEM = "  - {kind: text, body: Un mot}\n"
SRC = "https://suivi.example.org/o.gif"
UNSEEN = [
    f'<img src="{SRC}" width="1" height="1" alt=""/>',
    f'<img src="{SRC}" style="display: none" alt=""/>',
    f'<img src="{SRC}" style="width:1px;height:1px" alt=""/>',
    '<img src="https://www.google-analytics.com/collect?v=1" alt=""/>',
]
SEEN = [
    f'<img src="{SRC}" width="100" height="10" alt=""/>',
    f'<img src="{SRC}" style="width:100%;max-width:100px;opacity:0.5" alt=""/>',
]


@pytest.mark.parametrize("image", UNSEEN)
def test_a_picture_that_nobody_is_to_see_is_found(
    image: str, workspace: Path, check: Check
) -> None:
    add_to_footer(workspace, image)

    assert len(check("tracking-pixel", ITEM)) == 1


@pytest.mark.parametrize("image", SEEN)
def test_a_picture_that_is_seen_passes(image: str, workspace: Path, check: Check) -> None:
    add_to_footer(workspace, image)

    assert check("tracking-pixel", ITEM) == []


def test_a_pixel_in_an_item_is_found_at_its_address(check: Check) -> None:
    item = f"  - kind: picture\n    url: {SRC}\n    width: 1\n    height: 1\n    alt: Un point\n"

    (problem,) = check("tracking-pixel", item)

    assert problem.position == (8, 10)


def test_a_hidden_picture_of_ones_own_folder_passes(workspace: Path, check: Check) -> None:
    site = "site: {images_url: 'https://suivi.example.org'}\nunsubscribe:\n"
    change_settings(workspace, "unsubscribe:\n", site)
    add_to_footer(workspace, f'<img src="{SRC}" style="display:none" alt=""/>')

    assert check("tracking-pixel", ITEM) == []
