"""What was typed or pasted, and would look otherwise in the mail."""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, finding_at, rule
from newsletter.i18n import _, counted
from newsletter.problems.problem import Level
from newsletter.rendering.markdown.line_breaks import breaks_in

_TEXT_LINE = re.compile(r"^.*", re.MULTILINE)


@rule(Level.WARNING)
def glued_lines(checked: Checked) -> Iterator[Finding]:
    """Paragraphs are separated by an empty line.

    Word ends a paragraph with the Enter key alone. Here a line goes on in the next one, as in text
    that an editor wrapped: what was pasted as four paragraphs arrives as one block. Lines that are
    short (a programme, opening hours, an address, a signature) keep their breaks by themselves.

    Fails: two lines, each a paragraph of its own, one directly under the other.
    Passes: the same, with an empty line between them.

    Source: CommonMark 4.8; five of six real newsletters pasted from Word.
    """
    for text in checked.texts:
        if not text.is_markdown or "\n" not in text.text.strip():
            continue
        lines = list(_TEXT_LINE.finditer(text.text))
        for glued in breaks_in(text.prose).glued:
            first = lines[glued[0]]
            words = " ".join(first[0].split())
            begun = words if len(words) <= 40 else f"{words[:40].rpartition(' ')[0]}…"
            message = counted(
                "the line '{words}' and the one below it become one paragraph",
                "the line '{words}' and the {count} below it become one paragraph",
                len(glued),
            )
            hint = _("put an empty line between them; for a line break alone, end a line with \\")
            message = message.format(words=begun, count=len(glued))
            yield finding_at(text, first.start(), first.start() + len(first[0]), message, hint)
