"""Pictures of other houses."""

from pathlib import Path

import pytest

from tests.checks.conftest import Check, change_settings

PICTURE = "  - kind: picture\n    url: {url}\n    width: 9\n    height: 9\n    alt: Un point\n"
SITE = "site: {images_url: 'https://images.exemple.net/lettres'}\n"


def test_a_picture_of_another_site_is_found_at_its_address(check: Check) -> None:
    (problem,) = check("foreign-picture", PICTURE.format(url="https://cdn.example.net/a.png"))

    assert problem.position == (8, 10)
    assert "'cdn.example.net'" in problem.message


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a.png",
        "https://www.example.org/a.png",
        "https://images.exemple.net/a.png",
    ],
)
def test_pictures_of_the_organisation_pass(url: str, workspace: Path, check: Check) -> None:
    change_settings(workspace, "unsubscribe:\n", f"{SITE}unsubscribe:\n")

    assert check("foreign-picture", PICTURE.format(url=url)) == []


def test_a_machine_beside_the_organisations_www_passes(workspace: Path, check: Check) -> None:
    change_settings(workspace, "website: https://example.org", "website: https://www.example.org")

    assert check("foreign-picture", PICTURE.format(url="https://img.example.org/a.png")) == []


def test_a_site_that_only_ends_alike_is_found(check: Check) -> None:
    assert check("foreign-picture", PICTURE.format(url="https://notexample.org/a.png"))
