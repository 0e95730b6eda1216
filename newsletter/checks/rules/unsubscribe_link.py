"""Readers can unsubscribe, from the email and from its plain text.

The law requires a free and simple way in every email. People who cannot find the link click "Spam"
instead, which harms the next issue for everybody. The settings say where the link leads, under
`unsubscribe:`.

Fails: `unsubscribe: {}` in newsletter.yaml, or a footer of your own without the link
Passes: `unsubscribe: {url: "https://lettres.example.org/desabonnement/{token}"}`

Source: CPCE, article L34-5; Gmail and Yahoo have required it since 2024; RFC 8058.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.rendering.merge import UNSUBSCRIBE_FIELD, merge_field
from newsletter.workspace import SETTINGS_FILE

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each form of the mail that has no way out."""
    ways = _ways(checked)
    if not ways:
        hint = _("write url: or mailto: under unsubscribe: in {file}").format(file=SETTINGS_FILE)
        yield Finding(_("the settings have no way to unsubscribe"), hint, snippet="unsubscribe")
        return
    links = [each.get("href") or "" for _loc, each in checked.elements if each.tag == "a"]
    hint = _("the packaged template has it: compare yours, {file}")
    if not any(way in link for way in ways for link in links):
        message = _("the email has no unsubscribe link")
        yield Finding(message, hint.format(file="templates/email/footer.mjml"))
    if not any(way in checked.document.text for way in ways):
        message = _("the email's plain text has no unsubscribe address")
        yield Finding(message, hint.format(file="templates/text/footer.txt"))


def _ways(checked: Checked) -> list[str]:
    """Return what an address to unsubscribe holds: the recipient's own word, or a mailbox."""
    unsubscribe = checked.settings.unsubscribe
    ways = [merge_field(UNSUBSCRIBE_FIELD).token] if unsubscribe.url else []
    return [*ways, unsubscribe.mailto] if unsubscribe.mailto else ways
