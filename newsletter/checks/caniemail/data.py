"""What mail programs support: a dated copy of caniemail.com's tests (its licence lies beside it).

`tools/refresh_caniemail.py` writes the copy anew.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from newsletter.settings.mail_clients import CLIENTS

NOT_SUPPORTED = "n"


@dataclass(frozen=True)
class Feature:
    """A feature of HTML or CSS: its name, the day of its last test, and how each app did."""

    slug: str
    title: str
    tested: str
    support: Mapping[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        """Address of the page with all its tests."""
        return f"https://www.caniemail.com/features/{self.slug}/"

    @cached_property
    def lacking(self) -> frozenset[str]:
        """The clients that lack it: of one with several apps, if one of these does."""
        return frozenset(
            client
            for client, apps in CLIENTS.items()
            if any(self.support[app] == NOT_SUPPORTED for app in apps)
        )


@cache
def features() -> Mapping[str, Feature]:
    """Return every feature that was tested, by its name in the data."""
    data = json.loads(Path(__file__).with_name("caniemail.json").read_text("utf-8"))
    tests = {
        slug: (each["title"], each["tested"], dict(zip(data["apps"], each["support"], strict=True)))
        for slug, each in data["features"].items()
    }
    return {slug: Feature(slug, *test) for slug, test in tests.items()}
