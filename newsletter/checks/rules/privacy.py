"""What tells somebody who a reader is, and what they read."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from lxml import html

from newsletter.checks.reading.said import host_of, is_of, is_web
from newsletter.checks.rule import Checked, Findings, at_link, found, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level

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
# Machines that do nothing but send on, with what their addresses hold the page's own in.
DETOURS = (
    "safelinks.protection.outlook.com", "urldefense.com", "urldefense.proofpoint.com",
    "linkprotect.cudasvc.com", "protect-us.mimecast.com", "protect-eu.mimecast.com",
    "url.emailprotection.link", "urlsand.esvalabs.com", "secure-web.cisco.com",
    "list-manage.com", "mandrillapp.com", "sendibm1.com", "sendibm2.com", "sendibm3.com",
    "sendibt1.com", "sendibt2.com", "sendibt3.com", "r.mailin.fr", "mjt.lu", "hubspotlinks.com",
    "lnkd.in", "l.facebook.com", "lm.facebook.com",
)  # fmt: skip
_COUNTED = re.compile(
    r"https?://[^/]+/(?:ls/click\?upn=|track/click\b|url\?(?:.*&)?(?:q|url)=http)"
)
_PROOFPOINT = re.compile(r"/v3/__(.+?)__;")
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


@rule(Level.WARNING)
def tracking_id(checked: Checked) -> Findings:
    """No address is used to track a reader.

    An address copied from a social network or a newsletter often ends with a number that identifies *you*,
    who clicked: `fbclid`, `mc_eid`, `_hsenc`. Sent to ten thousand readers, it takes them all for you, and
    gives your habits away. `utm_…` says where visits come from, not from whom: it can stay.
    Fails: `https://example.org/study?fbclid=IwAR0x`
    Passes: `https://example.org/study?utm_source=newsletter`
    Source: Brave's list (query_filter/utils.cc, read 2026-11) without what names campaigns, and some more.
    """
    for link in checked.addresses:
        has_query = "?" in link.url and "=" in link.url
        parts = urlsplit(link.url).query.split("&") if has_query else []
        personal = [part for part in parts if part.partition("=")[0].lower() in PERSONAL]
        if personal:
            message = _(
                "'{parameter}' in this address identifies one person: whoever copied the link"
            )
            kept = "&".join(part for part in parts if part not in personal)
            url = urlsplit(link.url)._replace(query=kept).geturl()
            name = personal[0].partition("=")[0]
            yield at_link(link, message, _("write {url}"), parameter=name, url=url)


@rule(Level.WARNING)
def wrapped_link(checked: Checked) -> Findings:
    """A link goes straight to the page, not through another service.

    A link copied from an email often goes through a service that protects that mailbox or counts clicks:
    Outlook's Safe Links, Proofpoint, another newsletter's. It may have your colleague's address in it,
    will stop working one day, and shows readers a name they do not know.
    Fails: `https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org`
    Passes: `https://example.org`
    Source: our own list of services that rewrite links; please tell us if one is missing.
    """
    for link in checked.addresses:
        host = host_of(link.url)
        if is_web(link.url) and (is_of(host, DETOURS) or _COUNTED.match(link.url)):
            message = _("this link goes through '{host}' instead of straight to the page")
            target = _target(link.url)
            hint = _("open it, then copy the address of the page that appears")
            if target:
                hint = _("write {url}")
            yield at_link(link, message, hint, host=host, url=target)


def _target(url: str) -> str:
    """Return the page's own address, where the detour's holds it; "" elsewhere."""
    if proofpoint := _PROOFPOINT.search(url):
        return proofpoint[1]
    parameters = parse_qs(urlsplit(url).query)
    values = [parameters.get(name, [""])[0] for name in ("url", "q", "u", "a")]
    return next((unquote(value) for value in values if is_web(value)), "")


@rule(Level.ERROR)
def tracking_pixel(checked: Checked) -> Findings:
    """No picture reports who opened the email, and when.

    A one-pixel picture, or one from a tracking service, records each opening with its time, place and
    device. In the UK and the EU that needs consent, from members and journalists too; many email programs
    block it, so the figures are wrong as well.
    Fails: `<img src="https://track.example.org/o.gif?id=42" width="1" height="1">` in a template
    Passes: no such picture; visits to your pages are counted on the website
    Source: PECR, regulation 6, and the ICO's guidance; hosts: EasyPrivacy's email trackers, read 2026-11.
    """
    site = checked.settings.site
    own = f"{site.images_url}/" if site and site.images_url else None
    for loc, image in checked.tags("img"):
        src = image.get("src") or ""
        host = host_of(src)
        if not host:
            continue
        # A picture of ours that is not seen is a logo for dark screens alone.
        is_own = own is not None and src.startswith(own)
        if is_of(host, TRACKERS):
            message = _("this picture comes from '{host}', which tracks who opens emails")
        elif not is_own and _is_unseen(image):
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

    Whoever hosts a picture learns who opened the email and when, and can change or remove it after it
    is sent. And a picture on another site usually belongs to somebody else.
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
