"""An email loads few pictures from the web: ten at most.

Each picture that is not in the email itself needs a request of its own. On a slow network the page
jumps as they arrive one by one, and each server they come from learns who opened the email.

Fails: an issue with fourteen pictures given by `url:`
Passes: the same issue with the four that matter

Source: RGESN (2024), 6.2, which limits requests; the number is ours, as there is no official one
for email.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.reading.addresses import is_web
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.source import Loc

LEVEL = Level.ADVICE

MAX_REQUESTS = 10


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding at the first picture that is one too many."""
    asked: dict[str, Loc] = {}
    for loc, element in checked.elements:
        if element.tag == "img" and is_web(element.get("src") or ""):
            asked.setdefault(element.get("src") or "", loc)
    if len(asked) > MAX_REQUESTS:
        message = _("the email loads {count} pictures from the web; {limit} is plenty")
        yield Finding(
            message.format(count=len(asked), limit=MAX_REQUESTS),
            _("use fewer pictures, or smaller ones from files in assets/images/"),
            list(asked.values())[MAX_REQUESTS],
        )
