"""The mail says, by its name in law, who sends it.

The name in the inbox can be anybody's. Hiding who sends is forbidden, and the name in law is what
readers need to use their rights. The settings have it, as `legal_name:`; this rule looks that a
footer of the workspace's own still shows it.

Fails: a `templates/email/footer.mjml` of your own without the organisation's name
Passes: the packaged footer

Source: CPCE, article L34-5; RGPD, articles 13 and 14.
"""

from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding
from newsletter.checks.shown import find_missing
from newsletter.diagnostics import Level
from newsletter.i18n import _

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each form of the mail without the name of who sends it."""
    organisation = checked.settings.organisation
    name = organisation.legal_name or organisation.name
    message = _("{form} does not say who sends it: '{name}'").replace("{name}", name)
    yield from find_missing(checked, name, message=message, template="footer")
