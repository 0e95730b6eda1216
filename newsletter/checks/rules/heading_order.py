"""Heading levels follow one another without a gap.

People who listen to a page jump from heading to heading, and a missing level sounds like missing
text. Directly under an item's title, the next level is `##`; `###` comes under a `##`.

Fails: `#### Le calendrier` at the start of a text.
Passes: `## Le calendrier`, then `### En mars` under it.

Source: WCAG 1.3.1, technique H42; RGAA 9.1.1.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.reading.said import Said
from newsletter.checks.rule import Finding, finding_at
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.source import Loc

LEVEL = Level.WARNING

_TYPED = re.compile(r"^ {0,3}(?P<signs>#{1,6})(?=[ \t]).*$", re.MULTILINE)
_BUILT = re.compile(r"<h(?P<level>[1-6])[ >]")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each gap: in a writer's text, else in what the templates made."""
    seen: set[Loc] = set()
    for text in checked.texts:
        if text.is_markdown and "###" in text.text:
            for finding in _in_text(text):
                seen.add(finding.loc)
                yield finding
    yield from _on_page(checked, seen)


def _in_text(text: Said) -> Iterator[Finding]:
    # `#` and `##` are both the level under the title.
    last = 1
    for heading in _TYPED.finditer(text.prose):
        level = max(2, len(heading["signs"]))
        if level > last + 1:
            message = _("the heading '{heading}' skips a level").format(
                heading=text.text[heading.start() : heading.end()].strip()
            )
            hint = _("write {signs} before it").format(signs="#" * (last + 1))
            yield finding_at(text, heading.start("signs"), heading.end(), message, hint)
        last = level


def _on_page(checked: Checked, seen: set[Loc]) -> Iterator[Finding]:
    """Yield a finding for each gap but in the items of which a text has been found at fault."""
    last = None
    for heading in _BUILT.finditer(checked.document.html):
        level = int(heading["level"])
        loc = checked.loc_of(heading.start())
        is_told = any(each[: len(loc)] == loc for each in seen)
        if last is not None and level > last + 1 and not is_told:
            message = _("a level {level} heading follows a level {last} heading")
            hint = _("write <h{level}> in the template").format(level=last + 1)
            yield Finding(message.format(level=level, last=last), hint, loc)
        last = level
