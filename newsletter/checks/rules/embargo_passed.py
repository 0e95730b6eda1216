"""An embargoed press release goes out before the embargo ends.

If "Sous embargo jusqu'au 4 mars à 6 h" arrives on the 5th, journalists remember the mistake. This
rule only applies when an email is about to be sent: on any other day, a check of the same file
gives the same result.

Fails: `embargo: 2025-03-04 06:00`, sent on 5 March 2025.
Passes: the same, sent on 3 March 2025; or `embargo: none`.

Source: press practice.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where the embargo has ended by the hour that is given."""
    issue, now = checked.issue, checked.now
    if now is None or not isinstance(issue, PressRelease) or issue.embargo is None:
        return
    if issue.embargo <= now:
        message = _("the embargo ended on {embargo}").format(
            embargo=f"{issue.embargo:%Y-%m-%d %H:%M}"
        )
        yield Finding(message, _("write embargo: none, or another time"), ("embargo",))
