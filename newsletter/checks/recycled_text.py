"""The head and the foot of an issue are its own.

`newsletter new --from` begins with last month's issue: its introduction or its preheader, sent a
second time, tell the readers that there is nothing new inside.

Fails: the `introduction:` of May, word for word, in June.
Passes: an introduction of its own; a short goodbye may come back every month.

Source: what `newsletter new --from` leaves to be rewritten.
"""

from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding
from newsletter.checks.starter_text import is_of_example
from newsletter.content.issue_file import Issue
from newsletter.diagnostics import Level
from newsletter.i18n import _

LEVEL = Level.WARNING

# What each issue says anew -> the length from which it is no formula.
FIELDS = {
    "subject": 0,
    "preheader": 0,
    "headline": 0,
    "introduction": 60,
    "note": 200,
    "lead": 60,
    "closing": 120,
}


def own_texts(issue: Issue) -> dict[str, str]:
    """Return what `EarlierIssue.texts` is to hold of an issue."""
    texts = {name: getattr(issue, name, None) for name in FIELDS}
    return {name: text for name, text in texts.items() if text}


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each of these fields that an earlier issue has word for word."""
    for text in checked.texts:
        if len(text.loc) != 1 or len(text.text) < FIELDS.get(text.field, len(text.text) + 1):
            continue
        if is_of_example(text.text, checked):
            continue
        for earlier in checked.earlier:
            if " ".join(earlier.texts.get(text.field, "").split()) == " ".join(text.text.split()):
                message = _("this text stands in {file} already").format(file=earlier.path.name)
                yield Finding(message, _("write it anew"), text.loc)
                break
