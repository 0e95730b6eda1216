"""The email gives the sender's postal address.

Readers have a right to know who holds their address, and where. An email without a postal address
also looks like fraud, to them and to their email programs. The address is in the settings; this
rule checks that a footer of your own still shows it.

Fails: a `templates/email/footer.mjml` of your own without `{{ organisation.address | lines }}`
Passes: the packaged footer

Source: GDPR, articles 13 and 14; LCEN, article 1-1.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.checks.shown import find_missing
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each form of the mail without the postal address."""
    message = _("{form} does not show the postal address from the settings")
    address = checked.settings.organisation.address
    yield from find_missing(checked, address, message=message, template="footer")
