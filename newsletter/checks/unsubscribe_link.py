"""The mail can be left: a link to unsubscribe, in the mail and in its plain text.

The law asks for it in every mail, free and simple. Who does not find it clicks « Spam » instead,
which harms the next issue for everybody. The settings say where it leads, under `unsubscribe:`.

Fails: `unsubscribe: {}` in newsletter.yaml, or a footer of your own without the link
Passes: `unsubscribe: {url: "https://lettres.example.org/desabonnement/{token}"}`

Source: CPCE, article L34-5; Gmail and Yahoo ask it of senders since 2024; RFC 8058.
"""

from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding
from newsletter.diagnostics import Level
from newsletter.i18n import _
from newsletter.rendering.merge import UNSUBSCRIBE_FIELD, merge_field
from newsletter.workspace import SETTINGS_FILE

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each form of the mail that has no way out."""
    ways = _ways(checked)
    if not ways:
        hint = _("write url: or mailto: under unsubscribe: in {file}").format(file=SETTINGS_FILE)
        yield Finding(_("the settings give no way to unsubscribe"), hint, snippet="unsubscribe")
        return
    links = [each.get("href") or "" for _loc, each in checked.elements if each.tag == "a"]
    hint = _("the packaged template has it: compare yours, {file}")
    if not any(way in link for way in ways for link in links):
        message = _("the mail has no link to unsubscribe")
        yield Finding(message, hint.format(file="templates/email/footer.mjml"))
    if not any(way in checked.document.text for way in ways):
        message = _("the mail's plain text has no address to unsubscribe")
        yield Finding(message, hint.format(file="templates/text/footer.txt"))


def _ways(checked: Checked) -> list[str]:
    """Return what an address to unsubscribe holds: the recipient's own word, or a mailbox."""
    unsubscribe = checked.settings.unsubscribe
    ways = [merge_field(UNSUBSCRIBE_FIELD).token] if unsubscribe.url else []
    return [*ways, unsubscribe.mailto] if unsubscribe.mailto else ways
