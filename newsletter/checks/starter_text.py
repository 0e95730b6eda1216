"""Nothing is left of the example that `newsletter new` wrote.

The example's sentences teach the format; beside your own they are easily overlooked, and nobody
means to send « Une phrase dite par quelqu'un, sans guillemets ».

Fails: `preheader: Ce que nous avons défendu pour vous, en trois minutes`
Passes: any sentence of your own.

Source: the files that `newsletter new` writes.
"""

import re
from collections.abc import Iterator
from functools import cache

from newsletter.checks.rule import Checked, Finding, finding_at
from newsletter.diagnostics import Level
from newsletter.i18n import _
from newsletter.merge_syntax import MERGE_FIELD
from newsletter.packaged import PACKAGE

LEVEL = Level.WARNING

# Shorter words of the example are ordinary ones: « À lire aussi », « Les coulisses » …
MIN_LENGTH = 40
# … but for the people whom it makes up.
_NOBODY = frozenset({"Prénom Nom", "First name Name"})
_PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*(?:\n|[-*] )))*")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each text with words that stand in the example as they are."""
    example = _example(checked.issue.kind, checked.language)
    for text in checked.texts:
        # A goodbye may be anybody's.
        span = _left_over(text.text, example) if text.loc != ("closing",) else None
        if span is not None:
            words = " ".join(text.text[slice(*span)].split())
            message = _("'{words}' stands in the example of `newsletter new`")
            hint = _("write your own words, or remove this")
            yield finding_at(text, *span, message.format(words=_begin(words)), hint)


def _left_over(text: str, example: str) -> tuple[int, int] | None:
    """Return where the first paragraph of `text` stands that is the example's."""
    if text in _NOBODY:
        return 0, len(text)
    if len(text) < MIN_LENGTH:
        return None
    for found in _PARAGRAPH.finditer(text):
        words = " ".join(found[0].split())
        if len(words) >= MIN_LENGTH and not MERGE_FIELD.search(words) and words in example:
            return found.span()
    return None


@cache
def _example(kind: str, language: str) -> str:
    """Return the starter file as one line: what is a comment in it is an example as well."""
    path = PACKAGE / "starter" / f"{kind}.{language}.yaml"
    return " ".join(path.read_text(encoding="utf-8").split())


def _begin(words: str) -> str:
    return words if len(words) <= 40 else f"{words[:40].rpartition(' ')[0]}…"
