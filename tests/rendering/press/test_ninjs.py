"""The release as ninjs: valid, whole, its embargo included."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from newsletter.content.loading import load_issue
from newsletter.content.press_release import PressRelease
from newsletter.rendering.press import release_as_ninjs
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "tests/data/ninjs-schema_3.1.json").read_text())
RELEASES = sorted((ROOT / "issues").glob("*numeric-emploi*.yaml"))
WriteIssue = Callable[[str | bytes], Path]
SHORT = """\
kind: press-release
headline: Un fait
date: 2025-03-01
place: Paris
embargo: none
lead: Qui, quoi.
body: Le corps.
boilerplates: [association]
contacts: [{name: Ana Lopez, email: ana@example.org}]
"""


def ninjs_of(path: Path, settings: Settings) -> dict[str, Any]:
    issue = load_issue(path, settings).issue
    assert isinstance(issue, PressRelease)
    news: dict[str, Any] = json.loads(release_as_ninjs(issue, settings))
    return news


@pytest.fixture(name="own")
def own_settings() -> Settings:
    settings = load_settings(ROOT).settings
    assert settings is not None
    return settings


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_the_samples_are_valid(release: Path, own: Settings) -> None:
    news = ninjs_of(release, own)

    Draft202012Validator(SCHEMA, format_checker=FormatChecker()).validate(news)


def test_a_short_release_without_web_address_is_valid(
    write_issue: WriteIssue, settings: Settings
) -> None:
    news = ninjs_of(write_issue(SHORT), settings)

    Draft202012Validator(SCHEMA, format_checker=FormatChecker()).validate(news)
    assert news["uri"] == "tag:example.org,2025-03-01:essai"
    assert "embargoedUntil" not in news


def test_the_schema_finds_fault(own: Settings) -> None:
    news = ninjs_of(RELEASES[0], own) | {"embargo": "none"}

    assert not Draft202012Validator(SCHEMA).is_valid(news)


def test_the_embargo_is_said_with_its_offset(own: Settings) -> None:
    news = ninjs_of(ROOT / "issues/2023-09-numeric-emploi.yaml", own)

    assert news["embargoedUntil"] == "2023-09-19T06:00:00+02:00"


def test_the_release_s_words_are_whole(own: Settings) -> None:
    news = ninjs_of(ROOT / "issues/2023-09-numeric-emploi-en.yaml", own)

    main, boilerplate = (body["value"] for body in news["bodies"])
    assert news["language"] == "en"
    assert "Paris, 19\u00a0September 2023" in main
    assert "<th" in main
    assert "12 regional chapters" in main
    assert "About Numeum" in boilerplate
    assert news["infoSources"][0]["contactInfo"][0]["value"] == "+33 1 99 00 00 10"
    assert news["associations"][0]["renditions"][0]["href"].endswith("class.png")


def test_pictures_of_the_body_are_found_from_anywhere(own: Settings) -> None:
    news = ninjs_of(ROOT / "issues/2023-09-numeric-emploi-en.yaml", own)

    assert own.site is not None
    folder = f"{own.site.files_url}/2023-09-numeric-emploi-en/images/"
    assert f'src="{folder}' in news["bodies"][0]["value"]


def test_pictures_that_lie_nowhere_are_left_out(
    write_issue: WriteIssue, settings: Settings
) -> None:
    item = "body: [{kind: picture, file: photo.png, alt: x}]"

    news = ninjs_of(write_issue(SHORT.replace("body: Le corps.", item)), settings)

    assert "<img" not in news["bodies"][0]["value"]


def test_a_corrected_release_is_a_second_version_of_the_same(
    settings: Settings, write_issue: WriteIssue
) -> None:
    text = f"{SHORT}correction: {{date: 2025-03-09, text: le 13 et non le 12.}}\n"

    first = ninjs_of(write_issue(SHORT), settings)
    second = ninjs_of(write_issue(text), settings)

    Draft202012Validator(SCHEMA, format_checker=FormatChecker()).validate(second)
    assert second["uri"] == first["uri"]
    assert (second["version"], second["edNote"]) == ("2", "le 13 et non le 12.")
    assert second["versionCreated"] == "2025-03-09T00:00:00+01:00"
    assert second["firstCreated"] == first["firstCreated"]
