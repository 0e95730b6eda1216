"""The email has a title.

It names the window when the email is opened on its own, in a browser or with a screen reader.

Fails: `<title></title>`, which MJML writes without `<mj-title>`.
Passes: `<mj-title>{{ subject }}</mj-title>`

Source: Email Markup Consortium 2026 (45 per cent of emails fail); WCAG 2.4.2; RGAA 8.5.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where the title of the mail says nothing."""
    if not (checked.page.findtext("head/title") or "").strip():
        message = _("the email has no title")
        yield Finding(message, _("write <mj-title>{{ subject }}</mj-title> in email/head.mjml"))
