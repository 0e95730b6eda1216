"""What the law asks: who sends, why, the way out, and that nobody watches a reader."""

import re
from urllib.parse import urlsplit

from lxml import html

from newsletter.checks.reading import host_of, is_of, is_web
from newsletter.checks.rule import Checked, Findings, at_link, bare, found, rule
from newsletter.i18n import N_, _
from newsletter.problems.problem import Level
from newsletter.rendering.merge import UNSUBSCRIBE_FIELD, merge_field
from newsletter.values.merge_syntax import MERGE_FIELD
from newsletter.workspace import SETTINGS_FILE

_HINT = N_("the packaged template has it: compare yours, {file}")
_FOOTERS = ("templates/email/footer.mjml", "templates/text/footer.txt")
PERSONAL = frozenset({
    "__hsfp", "__hssc", "__hstc", "__s", "_bhlid", "_branch_match_id", "_ga", "_gl", "_hsenc",
    "_hsmi", "_kx", "_openstat", "at_recipient_id", "at_recipient_list", "bbeml", "bsft_clkid",
    "bsft_uid", "ck_subscriber_id", "dclid", "et_rid", "fbclid", "gbraid", "gclid",
    "guce_referrer", "guce_referrer_sig", "hsctatracking", "igsh", "igshid", "irclickid",
    "li_fat_id", "mc_eid", "mkt_tok", "ml_subscriber", "ml_subscriber_hash", "msclkid", "oft_c",
    "oft_ck", "oft_d", "oft_id", "oft_ids", "oft_k", "oft_lk", "oft_sk", "oly_anon_id",
    "oly_enc_id", "rb_clickid", "sc_customer", "sc_uid", "srsltid", "ss_email_id", "ttclid",
    "twclid", "vero_conv", "vero_id", "vgo_ee", "wbraid", "wickedid", "yclid", "ymclid",
    "ysclid",
})  # fmt: skip
# Machines that do nothing but send on.
DETOURS = (
    "safelinks.protection.outlook.com", "urldefense.com", "urldefense.proofpoint.com",
    "linkprotect.cudasvc.com", "protect-us.mimecast.com", "protect-eu.mimecast.com",
    "url.emailprotection.link", "urlsand.esvalabs.com", "secure-web.cisco.com",
    "list-manage.com", "mandrillapp.com", "sendibm1.com", "sendibm2.com", "sendibm3.com",
    "sendibt1.com", "sendibt2.com", "sendibt3.com", "r.mailin.fr", "mjt.lu", "hubspotlinks.com",
    "lnkd.in", "l.facebook.com", "lm.facebook.com",
)  # fmt: skip
_COUNTED = re.compile(r"https?://[^/]+/(?:ls/click\?upn=|track/click|url\?(?:.*&)?(?:q|url)=http)")
TRACKERS = (
    "acemlna.com", "acemlnb.com", "awstrack.me", "bmetrack.com", "cmail19.com", "cmail2.com",
    "cmail20.com", "ct.sendgrid.net", "customeriomail.com", "demdex.net", "doubleclick.net",
    "efeedbacktrk.com", "emltrk.com", "everestengagement.com", "facebook.com",
    "google-analytics.com", "hs-sales-engage.com", "informz.net", "intercom-mail.com",
    "inxmail-commerce.com", "inxserver.com", "klclick.com", "list-manage.com",
    "maillist-manage.com", "mjt.lu", "mkt2684.com", "mkt51.net", "pixel.mathtag.com", "pstmrk.it",
    "returnpath.net", "sendcloud.net", "sendibm1.com", "sendibt2.com", "sendibt3.com",
    "soundestlink.com", "sp1-brevo.net", "sparkpostmail.com", "sparkpostmail2.com",
    "spmailtechnol.com", "spmailtechnolo.com", "yesware.com",
)  # fmt: skip
_UNSEEN = re.compile(
    r"display:none|visibility:hidden|opacity:0(?:;|$)|(?:^|;)(?:max-)?(?:width|height):[01](?:px|;|$)"
)


@rule(Level.ERROR)
def sender_identity(checked: Checked) -> Findings:
    """The email gives the legal name and the postal address of its sender.

    The name in the inbox can be anybody's: readers have a right to know who holds their address, and
    where, and hiding it is illegal. Both are in the settings; a footer of your own has to show them.
    Fails: a `templates/email/footer.mjml` of your own without `{{ organisation.address | lines }}`
    Passes: the packaged footer
    Source: PECR, regulation 23; UK GDPR, articles 13 and 14; Electronic Commerce Regulations 2002,
    regulation 6; CAN-SPAM, section 5.
    """
    organisation = checked.settings.organisation
    name = organisation.legal_name or organisation.name
    yield from _missing(checked, name, _("{form} does not say who sent it: '{name}'"))
    message = _("{form} does not show the postal address from the settings")
    yield from _missing(checked, organisation.address, message)


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
    if not (ways := [way for way in (token, unsubscribe.mailto) if way]):
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


@rule(Level.WARNING)
def tracking_id(checked: Checked) -> Findings:
    """No address is used to track a reader.

    An address copied from a social network or another newsletter often ends with a number for *you*:
    `fbclid`, `mc_eid`. Ten thousand readers are then taken for you. `utm_…` names nobody: it can stay. A
    link copied from an email may go through a service, such as Outlook's Safe Links, that knows you.
    Fails: `https://example.org/study?fbclid=IwAR0x`; `https://eur03.safelinks.protection.outlook.com/?url=…`
    Passes: `https://example.org/study?utm_source=newsletter`
    Source: Brave's list (query_filter/utils.cc, read 2026-11) without what names campaigns, and some more.
    """
    for link in checked.addresses:
        host = host_of(link.url)
        has_query = "?" in link.url and "=" in link.url
        parts = urlsplit(link.url).query.split("&") if has_query else []
        personal = [part for part in parts if part.partition("=")[0].lower() in PERSONAL]
        if is_web(link.url) and (is_of(host, DETOURS) or _COUNTED.match(link.url)):
            message = _("this link goes through '{host}' instead of straight to the page")
            hint = _("open it, then copy the address of the page that appears")
            yield at_link(link, message, hint, host=host)
        elif personal:
            message = _("'{parameter}' in this address identifies whoever copied the link")
            kept = "&".join(part for part in parts if part not in personal)
            url = urlsplit(link.url)._replace(query=kept).geturl()
            name = personal[0].partition("=")[0]
            yield at_link(link, message, _("write {url}"), parameter=name, url=url)


@rule(Level.ERROR)
def tracking_pixel(checked: Checked) -> Findings:
    """No picture reports who opened the email, and when.

    A one-pixel picture, or one from a tracking service, records each opening with its time, place and
    device. In the UK and the EU that needs consent, from members and journalists too.
    Fails: `<img src="https://track.example.org/o.gif?id=42" width="1" height="1">` in a template
    Passes: no such picture; visits to your pages are counted on the website
    Source: PECR, regulation 6, and the ICO's guidance; hosts: EasyPrivacy's email trackers, read 2026-11.
    """
    site = checked.settings.site
    own = f"{site.images_url}/" if site and site.images_url else None
    for loc, image in checked.tags("img"):
        src = image.get("src") or ""
        host = host_of(src)
        # A picture of ours that is not seen is a logo for dark screens alone.
        is_own = own is not None and src.startswith(own)
        if is_of(host, TRACKERS):
            message = _("this picture comes from '{host}', which tracks who opens emails")
        elif host and not is_own and _is_unseen(image):
            message = _("this picture from '{host}' is there to track readers, not to be seen")
        else:
            continue
        yield found(message, _("delete it"), loc, snippet=src, host=host)


def _is_unseen(image: html.HtmlElement) -> bool:
    sizes = {(image.get(side) or "").removesuffix("px") for side in ("width", "height")}
    style = re.sub(r"\s", "", image.get("style") or "").lower()
    return bool(sizes & {"0", "1"}) or bool(_UNSEEN.search(style))


@rule(Level.WARNING)
def foreign_picture(checked: Checked) -> Findings:
    """Pictures come with the email, or from the organisation's own site.

    Whoever hosts a picture learns who opened the email and when, and can change it after it is sent.
    Fails: `url: https://cdn.example.net/photo.jpg`
    Passes: `file: photo.jpg`, with the file in `assets/images/`
    Source: PECR, regulation 6, and the ICO's guidance on it.
    """
    site, website = checked.settings.site, checked.settings.organisation.website
    addresses = [website, *((site.images_url, site.files_url, site.web_url) if site else ())]
    hosts = (host_of(address).removeprefix("www.") for address in addresses if address)
    own = [host for host in hosts if host]
    for loc, image in checked.tags("img"):
        src = image.get("src") or ""
        host = host_of(src)
        if is_web(src) and not is_of(host, own) and not is_of(host, TRACKERS):
            message = _("this picture is loaded from '{host}', which learns who opens the email")
            hint = _("put the file in assets/images/ and name it with file:")
            yield found(message, hint, loc, snippet=src, host=host)
