"""No picture reports who opened the email, and when.

A one-pixel picture, or one from a tracking service, records each opening with its time, place and
device. Since 2026 the CNIL has required separate consent for this, from members and journalists
too. Many email programs also block it, so the figures are wrong as well.

Fails: `<img src="https://suivi.example.org/o.gif?id=42" width="1" height="1">` in a template
Passes: no such picture; visits to your pages are counted on the website

Source: CNIL, délibération 2026-042 of 12 March 2026; hosts: those on EasyPrivacy's list of email
trackers (easyprivacy_general_emailtrackers.txt, read 2026-11) that many senders use.
"""

import re
from collections.abc import Iterator

from lxml import html

from newsletter.checks.checked import Checked
from newsletter.checks.reading.addresses import host_of, is_of
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.settings.settings import Settings

LEVEL = Level.ERROR

TRACKERS = (
    "acemlna.com", "acemlnb.com", "awstrack.me", "bmetrack.com", "cmail19.com", "cmail2.com",
    "cmail20.com", "ct.sendgrid.net", "customeriomail.com", "demdex.net", "doubleclick.net",
    "efeedbacktrk.com", "emltrk.com", "everestengagement.com", "facebook.com",
    "google-analytics.com", "hs-sales-engage.com", "informz.net", "intercom-mail.com",
    "inxmail-commerce.com", "inxserver.com", "klclick.com", "list-manage.com",
    "maillist-manage.com",
    "mjt.lu", "mkt2684.com", "mkt51.net", "pixel.mathtag.com", "pstmrk.it", "returnpath.net",
    "sendcloud.net", "sendibm1.com", "sendibt2.com", "sendibt3.com", "soundestlink.com",
    "sp1-brevo.net", "sparkpostmail.com", "sparkpostmail2.com", "spmailtechnol.com",
    "spmailtechnolo.com", "yesware.com",
)  # fmt: skip
_UNSEEN = re.compile(
    r"display:none|visibility:hidden|opacity:0(?:;|$)|(?:^|;)(?:max-)?(?:width|height):[01](?:px|;|$)"
)


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each picture that no reader is meant to see, or that counts them."""
    for loc, element in checked.elements:
        src = (element.get("src") or "") if element.tag == "img" else ""
        host = host_of(src)
        if host and is_of(host, TRACKERS):
            message = _("this picture comes from '{host}', which tracks who opens emails")
        elif host and not _is_own(src, checked.settings) and _is_unseen(element):
            message = _("this picture from '{host}' is there to track readers, not to be seen")
        else:
            continue
        yield Finding(message.format(host=host), _("delete it"), loc, snippet=src)


def _is_own(src: str, settings: Settings) -> bool:
    """Tell whether it is a picture of ours, such as a logo for dark screens alone."""
    folder = settings.site.images_url if settings.site else None
    return folder is not None and src.startswith(f"{folder}/")


def _is_unseen(image: html.HtmlElement) -> bool:
    sizes = {(image.get(side) or "").removesuffix("px") for side in ("width", "height")}
    style = re.sub(r"\s", "", image.get("style") or "").lower()
    return bool(sizes & {"0", "1"}) or bool(_UNSEEN.search(style))
