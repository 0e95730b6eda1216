"""A mail asks the network for few pictures: ten at most.

Each picture that is not in the mail itself is a request of its own: on a slow network the page
jumps as they come in one by one, and whoever serves them learns who opened the mail.

Fails: an issue with fourteen pictures given by their `url:`
Passes: the same with the four that say something

Source: RGESN (2024), 6.2, a limit of requests; our own number, none is official for mails.
"""

from collections.abc import Iterator

from newsletter.checks.addresses import is_web
from newsletter.checks.rule import Checked, Finding
from newsletter.diagnostics import Level
from newsletter.i18n import _
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
        message = _("the mail asks the network for {count} pictures; {limit} is plenty")
        yield Finding(
            message.format(count=len(asked), limit=MAX_REQUESTS),
            _("show fewer pictures, or smaller ones from files of assets/images/"),
            list(asked.values())[MAX_REQUESTS],
        )
