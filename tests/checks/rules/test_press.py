"""What journalists expect of a press release."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from tests.checks.conftest import HEAD, ITEM, RELEASE, Check

PARIS = ZoneInfo("Europe/Paris")


def words(length: int) -> str:
    return ("mot " * length)[:length].strip().ljust(length, "s")


def test_a_long_release_is_found_at_its_body(check: Check) -> None:
    head = RELEASE.replace("Le corps.", words(3000))

    (problem,) = check("long-release", "", head=head)

    assert problem.position == (7, 7)
    assert "3009" in problem.message


def test_a_release_of_three_thousand_signs_passes(check: Check) -> None:
    assert check("long-release", "", head=RELEASE.replace("Le corps.", words(2991))) == []


def test_a_long_body_of_items_is_counted_too(check: Check) -> None:
    head = RELEASE.replace("body: Le corps.", f"body: [{{kind: text, body: '{words(3000)}'}}]")

    assert check("long-release", "", head=head)


def test_a_long_headline_is_found(check: Check) -> None:
    (problem,) = check("long-headline", "", head=RELEASE.replace("Un titre", words(101)))

    assert problem.position == (2, 11)


def test_a_headline_of_a_hundred_signs_passes(check: Check) -> None:
    assert check("long-headline", "", head=RELEASE.replace("Un titre", words(100))) == []


@pytest.mark.parametrize("rule", ["long-release", "long-headline"])
def test_newsletters_may_be_longer(rule: str, check: Check) -> None:
    assert check(rule, ITEM, head=HEAD.replace("Le titre", words(4000))) == []


def test_a_contact_without_phone_is_found_where_it_is_named(check: Check) -> None:
    contacts = "contacts: [presse, {name: Camille Durand, email: c@example.org}]"
    head = RELEASE.replace("contacts: [presse]", contacts)

    (problem,) = check("contact-without-phone", "", head=head)

    assert problem.position == (9, 20)
    assert problem.message == "journalists cannot call 'Camille Durand'"


def test_a_contact_of_the_settings_with_its_phone_passes(check: Check) -> None:
    assert check("contact-without-phone", "", head=RELEASE) == []


EMBARGO = RELEASE.replace("embargo: none", "embargo: 2025-01-07 06:00")


def test_an_embargo_that_has_ended_is_found(check: Check) -> None:
    now = datetime(2025, 1, 7, 6, 1, tzinfo=PARIS)

    (problem,) = check("embargo-passed", "", head=EMBARGO, now=now)

    assert problem.position == (5, 10)
    assert problem.message == "the embargo ended on 2025-01-07 06:00"


def test_a_release_may_leave_at_the_hour_when_its_embargo_ends(check: Check) -> None:
    now = datetime(2025, 1, 7, 6, 0, tzinfo=PARIS)

    assert check("embargo-passed", "", head=EMBARGO, now=now) == []


def test_the_embargo_ends_at_the_hour_of_the_workspace(check: Check) -> None:
    an_hour_before = datetime(2025, 1, 7, 4, 0, tzinfo=ZoneInfo("UTC"))

    assert check("embargo-passed", "", head=EMBARGO, now=an_hour_before) == []


def test_a_check_without_a_send_says_the_same_every_day(check: Check) -> None:
    assert check("embargo-passed", "", head=EMBARGO) == []


def with_picture(file: Path, *, gps: bool) -> str:
    exif = Image.Exif()
    if gps:
        exif[0x8825] = {1: "N", 2: (48.0, 52.0, 0.0)}
    Image.new("RGB", (2, 2)).save(file, exif=exif)
    return RELEASE + f"media:\n  - {{title: T, file: {file.name}, credit: C, rights: libre}}\n"


def test_a_picture_for_the_press_that_names_its_place_is_found(
    check: Check, workspace: Path
) -> None:
    head = with_picture(workspace / "assets/images/a.jpg", gps=True)

    (problem,) = check("picture-place", "", head=head)

    assert problem.position == (11, 22)
    assert problem.message == "'a.jpg' contains the location where it was taken"


def test_a_picture_without_its_place_passes(check: Check, workspace: Path) -> None:
    head = with_picture(workspace / "assets/images/b.jpg", gps=False)

    assert check("picture-place", "", head=head) == []
