"""What mail programs support: a dated copy of caniemail.com's tests (its licence lies beside it).

`tools/refresh_caniemail.py` writes the copy anew.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

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


class _Features(Mapping[str, Feature]):
    """Every feature that was tested, by its name; a mail uses forty of 300: made when asked for."""

    def __init__(self, published: Mapping[str, Any]) -> None:
        self._apps, self._features = published["apps"], published["features"]
        self._made: dict[str, Feature] = {}

    def __getitem__(self, slug: str) -> Feature:
        if slug not in self._made:
            tests = self._features[slug]
            lacking = _lacking(dict(zip(self._apps, tests["support"], strict=True)))
            self._made[slug] = Feature(slug, tests["title"], tests["tested"], frozenset(lacking))
        return self._made[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._features)

    def __len__(self) -> int:
        return len(self._features)


@cache
def features() -> Mapping[str, Feature]:
    """Return every feature that was tested, by its name in the data.

    A client lacks a feature if one of its apps does.
    """
    return _Features(json.loads(Path(__file__).with_name("caniemail.json").read_text("utf-8")))


def _lacking(support: Mapping[str, str]) -> Iterable[str]:
    for client, apps in CLIENTS.items():
        if any(support[app] == NOT_SUPPORTED for app in apps):
            yield client
