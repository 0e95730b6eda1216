"""The lead of a press release says it all in two to four lines.

Who, what, when, where, why: many journalists copy it as it is, and read on only if it is good.

Fails: a `lead:` of 900 characters.
Passes: a `lead:` of 300 characters; the details and the background go in the body.

Source: French press office practice, two to four lines.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ADVICE

MAX_SIGNS = 600  # six lines of the PDF


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where the lead of a press release is too long."""
    if not isinstance(checked.issue, PressRelease):
        return
    signs = len(" ".join(checked.issue.lead.split()))
    if signs > MAX_SIGNS:
        message = _("the lead has {count} characters: it should be readable at a glance")
        yield Finding(message.format(count=signs), _("move details to body:"), ("lead",))
