"""A press release under embargo goes out before the embargo ends.

« Sous embargo jusqu'au 4 mars à 6 h » received on the 5th is a mistake that journalists remember.
This rule speaks only when a mail is about to be sent: every other day a check of the same file says
the same.

Fails: `embargo: 2025-03-04 06:00`, sent on 5 March 2025.
Passes: the same, sent on 3 March 2025; or `embargo: none`.

Source: usage of the press.
"""

from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding
from newsletter.content.press_release import PressRelease
from newsletter.diagnostics import Level
from newsletter.i18n import _

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
        yield Finding(message, _("write embargo: none, or another hour"), ("embargo",))
