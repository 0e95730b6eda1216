"""The email gives the legal name of its sender.

The name in the inbox can be anybody's. Hiding the sender is illegal, and readers need the legal
name to use their rights. It is in the settings, as `legal_name:`; this rule checks that a footer
of your own still shows it.

Fails: a `templates/email/footer.mjml` of your own without the organisation's name
Passes: the packaged footer

Source: CPCE, article L34-5; GDPR, articles 13 and 14.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.checks.shown import find_missing
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each form of the mail without the name of who sends it."""
    organisation = checked.settings.organisation
    name = organisation.legal_name or organisation.name
    message = _("{form} does not say who sent it: '{name}'").replace("{name}", name)
    yield from find_missing(checked, name, message=message, template="footer")
