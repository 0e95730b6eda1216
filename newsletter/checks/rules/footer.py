"""What the law asks of a footer: address, name, reason, way out."""

from newsletter.checks.rule import Checked, Findings, bare, found, rule
from newsletter.i18n import N_, _
from newsletter.problems.problem import Level
from newsletter.rendering.merge import UNSUBSCRIBE_FIELD, merge_field
from newsletter.values.merge_syntax import MERGE_FIELD
from newsletter.workspace import SETTINGS_FILE

_HINT = N_("the packaged template has it: compare yours, {file}")
_FOOTERS = ("templates/email/footer.mjml", "templates/text/footer.txt")


@rule(Level.ERROR)
def postal_address(checked: Checked) -> Findings:
    """The email gives the sender's postal address.

    Readers have a right to know who holds their address, and where; an email without one looks like
    fraud. The address is in the settings; this rule checks that a footer of your own still shows it.
    Fails: a `templates/email/footer.mjml` of your own without `{{ organisation.address | lines }}`
    Passes: the packaged footer
    Source: UK GDPR, articles 13 and 14; Electronic Commerce Regulations 2002, regulation 6; CAN-SPAM, s. 5.
    """
    message = _("{form} does not show the postal address from the settings")
    yield from _missing(checked, checked.settings.organisation.address, message)


@rule(Level.ERROR)
def sender_identity(checked: Checked) -> Findings:
    """The email gives the legal name of its sender.

    The name in the inbox can be anybody's. Hiding the sender is illegal: readers need the legal name to
    use their rights. It is in the settings, as `legal_name:`; a footer of your own has to show it.
    Fails: a `templates/email/footer.mjml` of your own without the organisation's name
    Passes: the packaged footer
    Source: PECR, regulation 23; UK GDPR, articles 13 and 14; CAN-SPAM, section 5.
    """
    organisation = checked.settings.organisation
    name = organisation.legal_name or organisation.name
    yield from _missing(checked, name, _("{form} does not say who sent it: '{name}'"))


@rule(Level.WARNING)
def reason_for_receipt(checked: Checked) -> Findings:
    """The email says why the reader receives it.

    People who wonder where you got their address report the email as spam, and a few such reports send
    everybody's next issue there. The sentence is in the settings, as `why:` and `press_why:`.
    Fails: a `templates/email/footer.mjml` of your own without `{{ why | words }}`
    Passes: the packaged footer
    Source: UK GDPR, article 14 (where the address comes from).
    """
    organisation = checked.settings.organisation
    of_the_press = checked.issue.kind == "press-release" and organisation.press_why
    why = (of_the_press or organisation.why).in_language(checked.language)
    yield from _missing(checked, why, _("{form} does not say why the reader receives it"))


def _missing(checked: Checked, words: str, message: str) -> Findings:
    """Yield a finding for each form of the mail without `words`: message's {form} and {name}."""
    # Merge fields are the recipient's, typography is the mail's: only letters and digits count.
    parts = [bare(part) for part in MERGE_FIELD.split(words)[::3]]
    shown = bare(checked.page.text_content()), bare(checked.document.text)
    forms = (_("the email"), _("the email's plain text"))
    for form, said, file in zip(forms, shown, _FOOTERS, strict=True):
        if any(part not in said for part in parts):
            yield found(message, _(_HINT), form=form, name=words, file=file)


@rule(Level.ERROR)
def unsubscribe_link(checked: Checked) -> Findings:
    """Readers can unsubscribe, from the email and from its plain text.

    The law requires a free and simple way in every email; people who cannot find it click "Spam", which
    harms the next issue for all. The settings say where the link leads, under `unsubscribe:`.
    Fails: `unsubscribe: {}` in newsletter.yaml, or a footer of your own without the link
    Passes: `unsubscribe: {url: "https://letters.example.org/unsubscribe/{token}"}`
    Source: PECR, regulation 22; CAN-SPAM, section 5; Gmail and Yahoo since 2024; RFC 8058.
    """
    unsubscribe = checked.settings.unsubscribe
    # What an address to unsubscribe holds: the recipient's own token, or a mailbox.
    token = unsubscribe.url and merge_field(UNSUBSCRIBE_FIELD).token
    ways = [way for way in (token, unsubscribe.mailto) if way]
    if not ways:
        hint = _("write url: or mailto: under unsubscribe: in {file}")
        message = _("the settings have no way to unsubscribe")
        yield found(message, hint, snippet="unsubscribe", file=SETTINGS_FILE)
        return
    links = "\n".join(each.get("href") or "" for _loc, each in checked.tags("a"))
    messages = (
        _("the email has no unsubscribe link"),
        _("the email's plain text has no unsubscribe address"),
    )
    for message, said, file in zip(messages, (links, checked.document.text), _FOOTERS, strict=True):
        if not any(way in said for way in ways):
            yield found(message, _(_HINT), file=file)
