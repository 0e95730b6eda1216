"""Each issue has its own opening and closing words.

`newsletter new --from` starts from last month's issue. If its introduction or preheader goes out
again, readers think that there is nothing new inside.

Fails: May's `introduction:`, word for word, in June.
Passes: a new introduction; a short goodbye may be the same every month.

Source: the fields that `newsletter new --from` leaves for you to rewrite.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.reading.earlier import FIELDS
from newsletter.checks.rule import Finding
from newsletter.checks.rules.starter_text import is_of_example
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each of these fields that an earlier issue has word for word."""
    for text in checked.texts:
        if len(text.loc) != 1 or len(text.text) < FIELDS.get(text.field, len(text.text) + 1):
            continue
        if is_of_example(text.text, checked):
            continue
        for earlier in checked.earlier:
            if " ".join(earlier.texts.get(text.field, "").split()) == " ".join(text.text.split()):
                message = _("this text is already used in {file}").format(file=earlier.path.name)
                yield Finding(message, _("rewrite it"), text.loc)
                break
