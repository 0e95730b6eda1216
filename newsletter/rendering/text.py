"""The plain-text part, composed from the issue by its own templates, never from the HTML."""

import re
from collections.abc import Mapping
from pathlib import Path

from newsletter.rendering.templates import render_template, text_environment


class NumberedLinks:
    """The links of a text, numbered through; `listing` gives those since it was last asked."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._listed = 0

    def number(self, url: str) -> int:
        """Return the link's number: an address that came before keeps its own."""
        return self._numbers.setdefault(url, len(self._numbers) + 1)

    def listing(self) -> str:
        """Return a line for each address that has not been listed yet."""
        fresh = [(url, number) for url, number in self._numbers.items() if number > self._listed]
        self._listed = len(self._numbers)
        return "\n".join(f"[{number}] {url}" for url, number in fresh)


def render_text(workspace: Path, language: str, kind: str, context: Mapping[str, object]) -> str:
    """Return the plain text of the issue in `context`, in lines of 72 characters."""
    environment = text_environment(workspace, language)
    rules = {"rule": "—" * 24, "short_rule": "—" * 3}
    text = render_template(
        environment, f"text/{kind}.txt", {**context, **rules, "links": NumberedLinks()}
    )
    # Plain text is not hyphenated, and some programs show a soft hyphen wherever it stands.
    return _with_single_blank_lines(text.replace("\u00ad", ""))


def _with_single_blank_lines(text: str) -> str:
    # Only plain spaces are cut: str.strip() would take no-break spaces too.
    without_ends = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", without_ends).strip("\n") + "\n"
