"""The email's `<style>` blocks stay under 16 kB in all: Gmail drops the rest.

The email then loses its dark colours and its phone layout. The packaged templates use 2 kB; only a
template of your own can come near the limit.

Fails: a template with the whole stylesheet of the website.
Passes: a template with only the few rules it needs.

Source: hteumeuleu/email-bugs, issue 90; caniemail.com, `<style>`, note 6.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING

MAX_BYTES = 16 * 1024


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where the styles are more than Gmail keeps."""
    styles = [(loc, each) for loc, each in checked.elements if each.tag == "style"]
    weight = sum(len((each.text or "").encode()) for _loc, each in styles)
    if weight > MAX_BYTES:
        message = _("the email has {weight} kB of styles; Gmail drops anything over {limit} kB")
        yield Finding(
            message.format(weight=round(weight / 1024), limit=MAX_BYTES // 1024),
            _("remove unused styles from the templates"),
            max(styles, key=lambda each: len(each[1].text or ""))[0],
        )
