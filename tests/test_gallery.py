"""`docs/gallery.md` shows every kind, in every layout and look: nothing here is photographed."""

import re
import runpy
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest

from newsletter.checks.checking import problems_of_loaded
from newsletter.content import items
from newsletter.content.issue import Newsletter, Section
from newsletter.content.loading import LoadedIssue, load_issue
from newsletter.rendering.document import variants_of
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.settings.theme import LOOKS
from newsletter.values.model import Model, fields_of
from newsletter.values.structures import StoryParts

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/gallery.md"
MAX_BYTES = 1_500_000  # of all its pictures
KINDS: tuple[type[Model], ...] = get_args(items.Item)


def layouts_of(model: type[Model]) -> tuple[str, ...]:
    """Return the layouts that a model can have."""
    field = fields_of(model).get("layout")
    said = field.type if field else None
    choices = [said] if get_origin(said) is Literal else get_args(said)
    return tuple(value for choice in choices for value in get_args(choice))


# What stories share is shown once, by whichever kind: five kinds in five layouts would be no mail.
WITH_LAYOUTS = [
    Section,
    StoryParts,
    *(kind for kind in KINDS if layouts_of(kind) and not issubclass(kind, StoryParts)),
]


@pytest.fixture(name="settings", scope="module")
def load_own_settings() -> Settings:
    settings = load_settings(ROOT).settings
    assert settings is not None
    return settings


@pytest.fixture(name="sample", scope="module")
def load_sample(settings: Settings) -> LoadedIssue:
    return load_issue(ROOT / "tests/gallery/every-kind.yaml", settings)


@pytest.fixture(name="parts", scope="module")
def parts_of_sample(sample: LoadedIssue) -> list[Model]:
    """Its sections and items."""
    assert isinstance(sample.issue, Newsletter)
    return [
        *sample.issue.sections,
        *(item for each in sample.issue.sections for item in each.items),
    ]


def test_the_sample_has_no_problem(sample: LoadedIssue, settings: Settings) -> None:
    found = list(problems_of_loaded(sample, variants_of(sample, settings), settings))

    assert found == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_has_every_kind(parts: list[Model], kind: type[Model]) -> None:
    assert any(isinstance(part, kind) for part in parts)


@pytest.mark.parametrize("model", WITH_LAYOUTS)
def test_the_sample_has_every_layout(parts: list[Model], model: type[Model]) -> None:
    said = {getattr(part, "layout", None) for part in parts if isinstance(part, model)}

    assert layouts_of(model)
    assert set(layouts_of(model)) <= said


def test_the_page_shows_each_look_in_pictures_that_are_there_and_small() -> None:
    text = PAGE.read_text("utf-8")
    pictures = re.findall(r"\]\((images/[^)]+)\)", text)

    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == list(LOOKS)
    assert [sum(f"-{look}-" in name for name in pictures) for look in LOOKS] == [3] * len(LOOKS)
    assert sum((PAGE.parent / name).stat().st_size for name in pictures) <= MAX_BYTES


def test_the_page_is_what_its_script_writes() -> None:
    assert PAGE.read_text("utf-8") == runpy.run_path(str(ROOT / "tools/gallery.py"))["page"]()
