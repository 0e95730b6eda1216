"""A press release takes two minutes to read.

A journalist gives it one page. Beyond about 3,000 characters, spaces included, the end is not read
and the PDF runs to two pages.

Fails: a `lead:` and `body:` of 4,200 characters together.
Passes: 2,000 characters, and a link to the study.

Source: French press office practice, 1,500 to 2,500 characters.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING

MAX_SIGNS = 3000


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where lead and body of a press release are too long together."""
    if not isinstance(checked.issue, PressRelease):
        return
    told = [text.text for text in checked.texts if text.loc[0] in ("lead", "body")]
    signs = sum(len(" ".join(text.split())) for text in told)
    if signs > MAX_SIGNS:
        message = _("lead and body have {count} characters together; readers stop after {most}")
        hint = _("keep what a journalist needs, and link to the rest")
        yield Finding(message.format(count=signs, most=MAX_SIGNS), hint, ("body",))
