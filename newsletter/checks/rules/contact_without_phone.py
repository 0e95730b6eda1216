"""A press contact has a phone number.

A journalist writing for tonight cannot wait for a reply to an email.

Fails: `contacts: [{name: Camille Durand, email: presse@example.org}]`
Passes: `contacts: [{name: Camille Durand, phone: 01 99 00 00 10, email: presse@example.org}]`

Source: French press office practice: name, direct number, email address.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each contact of a press release without a telephone number."""
    if not isinstance(checked.issue, PressRelease):
        return
    for index, contact in enumerate(checked.issue.contacts):
        if not contact.phone:
            message = _("journalists cannot call '{name}'").format(name=contact.name)
            yield Finding(message, _("add phone: here or in newsletter.yaml"), ("contacts", index))
