"""The email says why the reader receives it.

"You are receiving this newsletter because…": people who wonder where you got their address report
the email as spam, and a few such reports send everybody's next issue to the spam folder. The
sentence is in the settings, as `why:` and `press_why:`; this rule checks that the footer shows it.

Fails: a `templates/email/footer.mjml` of your own without `{{ why | words }}`
Passes: the packaged footer

Source: GDPR, article 14 (where the address comes from).
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.checks.shown import find_missing
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.settings.settings import Language

LEVEL = Level.WARNING


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each form of the mail without the settings' reason."""
    organisation = checked.settings.organisation
    language: Language = "en" if checked.language == "en" else "fr"
    of_the_press = checked.issue.kind == "press-release" and organisation.press_why
    why = (of_the_press or organisation.why).in_language(language)
    message = _("{form} does not say why the reader receives it")
    yield from find_missing(checked, why, message=message, template="footer")
