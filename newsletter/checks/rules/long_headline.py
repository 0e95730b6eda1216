"""The headline of a press release is one line of news.

It becomes the subject of the email and the title of the article: a subject, a verb and an object.

Fails: a `headline:` of 140 characters.
Passes: `headline: Numeum forme 500 personnes aux métiers du numérique`

Source: French press office practice, at most 100 characters.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING

MAX_SIGNS = 100


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where the headline of a press release is too long."""
    if isinstance(checked.issue, PressRelease) and len(checked.issue.headline) > MAX_SIGNS:
        message = _("the headline has {count} characters; keep it under {most}")
        count = len(checked.issue.headline)
        hint = _("state the fact, and move the rest to subheadline:")
        yield Finding(message.format(count=count, most=MAX_SIGNS), hint, ("headline",))
