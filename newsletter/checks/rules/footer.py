"""What the law asks of a footer: address, name, reason, way out."""

from collections.abc import Iterator

from newsletter.checks.checked import Checked, bare
from newsletter.checks.rule import Finding, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.rendering.merge import UNSUBSCRIBE_FIELD, merge_field
from newsletter.values.fields import Language
from newsletter.values.merge_syntax import MERGE_FIELD
from newsletter.workspace import SETTINGS_FILE


@rule(Level.ERROR)
def postal_address(checked: Checked) -> Iterator[Finding]:
    """The email gives the sender's postal address.

    Readers have a right to know who holds their address, and where. An email without a postal address
    also looks like fraud, to them and to their email programs. The address is in the settings; this
    rule checks that a footer of your own still shows it.
    Fails: a `templates/email/footer.mjml` of your own without `{{ organisation.address | lines }}`
    Passes: the packaged footer
    Source: UK GDPR, articles 13 and 14; Electronic Commerce Regulations 2002, regulation 6; CAN-SPAM, s. 5.
    """
    message = _("{form} does not show the postal address from the settings")
    address = checked.settings.organisation.address
    yield from _missing(checked, address, message)


@rule(Level.ERROR)
def sender_identity(checked: Checked) -> Iterator[Finding]:
    """The email gives the legal name of its sender.

    The name in the inbox can be anybody's. Hiding the sender is illegal, and readers need the legal
    name to use their rights. It is in the settings, as `legal_name:`; this rule checks that a footer
    of your own still shows it.
    Fails: a `templates/email/footer.mjml` of your own without the organisation's name
    Passes: the packaged footer
    Source: PECR, regulation 23; UK GDPR, articles 13 and 14; CAN-SPAM, section 5.
    """
    organisation = checked.settings.organisation
    name = organisation.legal_name or organisation.name
    message = _("{form} does not say who sent it: '{name}'").replace("{name}", name)
    yield from _missing(checked, name, message)


@rule(Level.WARNING)
def reason_for_receipt(checked: Checked) -> Iterator[Finding]:
    """The email says why the reader receives it.

    "You are receiving this newsletter because…": people who wonder where you got their address report
    the email as spam, and a few such reports send everybody's next issue to the spam folder. The
    sentence is in the settings, as `why:` and `press_why:`; this rule checks that the footer shows it.
    Fails: a `templates/email/footer.mjml` of your own without `{{ why | words }}`
    Passes: the packaged footer
    Source: UK GDPR, article 14 (where the address comes from).
    """
    organisation = checked.settings.organisation
    language: Language = "fr" if checked.language == "fr" else "en"
    of_the_press = checked.issue.kind == "press-release" and organisation.press_why
    why = (of_the_press or organisation.why).in_language(language)
    message = _("{form} does not say why the reader receives it")
    yield from _missing(checked, why, message)


def _missing(checked: Checked, words: str, message: str) -> Iterator[Finding]:
    """Yield a finding for each form of the mail without `words`: message's {form}.

    Merge fields are the recipient's, typography is the mail's: only letters and digits count.
    """
    in_html, in_text = checked.shown_words
    parts = [bare(part) for part in MERGE_FIELD.split(words)[::3]]
    forms = (
        (_("the email"), in_html, "templates/email/footer.mjml"),
        (_("the email's plain text"), in_text, "templates/text/footer.txt"),
    )
    for form, said, file in forms:
        if any(part not in said for part in parts):
            hint = _("the packaged template has it: compare yours, {file}").format(file=file)
            yield Finding(message.format(form=form), hint)


@rule(Level.ERROR)
def unsubscribe_link(checked: Checked) -> Iterator[Finding]:
    """Readers can unsubscribe, from the email and from its plain text.

    The law requires a free and simple way in every email. People who cannot find the link click "Spam"
    instead, which harms the next issue for everybody. The settings say where the link leads, under
    `unsubscribe:`.
    Fails: `unsubscribe: {}` in newsletter.yaml, or a footer of your own without the link
    Passes: `unsubscribe: {url: "https://letters.example.org/unsubscribe/{token}"}`
    Source: PECR, regulation 22; CAN-SPAM, section 5; Gmail and Yahoo since 2024; RFC 8058.
    """
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
