"""Lists are real lists, without emoji at the start of lines.

A screen reader says "white heavy check mark" before each line, and cannot tell how many items
there are; some email programs show empty squares.

Fails: `✅ un lot plus petit` and `✅ un délai tenu`, each on its own line.
Passes: `- un lot plus petit` and `- un délai tenu`.

Source: WCAG 1.3.1, failure F2; RGAA 9.3.1.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, finding_at
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING

# The blocks of pictographs, dingbats and arrows, and what joins and colours them.
_EMOJI = (
    "[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]"
    "[\ufe0f\u200d\U0001f3fb-\U0001f3ff]*"
)
_LINE = re.compile(rf"^[ \t]*(?:[-*+] +)?(?P<emoji>{_EMOJI})", re.MULTILINE)


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each text of which two lines begin with a pictograph."""
    for text in checked.texts:
        if not text.is_markdown or text.text.isascii():
            continue
        lines = list(_LINE.finditer(text.prose))
        if len(lines) > 1:
            message = _("{count} lines start with an emoji such as '{emoji}'")
            first = lines[0]
            yield finding_at(
                text,
                first.start("emoji"),
                first.end("emoji"),
                message.format(count=len(lines), emoji=first["emoji"]),
                _("start each line with a hyphen and a space to make a list"),
            )
