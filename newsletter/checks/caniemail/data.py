"""What mail programs support: a dated copy of caniemail.com's tests (its licence lies beside it).

`tools/refresh_caniemail.py` writes the copy anew.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from newsletter.settings.mail_clients import CLIENTS

NOT_SUPPORTED = "n"


@dataclass(frozen=True)
class Feature:
    """A feature of HTML or CSS: its name, the day of its last test, and who failed it."""

    slug: str
    title: str
    tested: str
    lacking: frozenset[str]

    @property
    def url(self) -> str:
        """Address of the page with all its tests."""
        return f"https://www.caniemail.com/features/{self.slug}/"


@cache
def features() -> Mapping[str, Feature]:
    """Return every feature that was tested, by its name in the data.

    A client lacks a feature if one of its apps does.
    """
    text = Path(__file__).with_name("caniemail.json").read_text(encoding="utf-8")
    published = json.loads(text)
    return MappingProxyType(
        {
            slug: Feature(
                slug,
                each["title"],
                each["tested"],
                frozenset(_lacking(dict(zip(published["apps"], each["support"], strict=True)))),
            )
            for slug, each in published["features"].items()
        }
    )


def _lacking(support: Mapping[str, str]) -> Iterable[str]:
    for client, apps in CLIENTS.items():
        if any(support[app] == NOT_SUPPORTED for app in apps):
            yield client
