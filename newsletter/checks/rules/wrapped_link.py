"""A link goes straight to the page, not through another service.

A link copied from an email you received often goes first through the service that protects or
tracks that mailbox: Outlook's Safe Links, Proofpoint, Google search, another newsletter's click
tracking. It contains the address of the colleague who received it, it will stop working one day,
and readers see a name they do not know.

Fails: `https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org`
Passes: `https://example.org`

Source: our own list of services that rewrite links; please tell us if one is missing.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from newsletter.checks.checked import Checked
from newsletter.checks.reading.addresses import host_of, is_of, is_web
from newsletter.checks.rule import Finding, at_link
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING

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


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each address that leads over somebody else's machine."""
    for link in checked.addresses:
        if is_web(link.url) and is_detour(link.url):
            message = _("this link goes through '{host}' instead of straight to the page")
            target = _target(link.url)
            hint = _("open it, then copy the address of the page that appears")
            if target:
                hint = _("write {url}").format(url=target)
            yield at_link(link, message.format(host=host_of(link.url)), hint)


def is_detour(url: str) -> bool:
    """Tell whether `url` is that of a machine that only sends on."""
    return is_of(host_of(url), DETOURS) or bool(_COUNTED.match(url))


def _target(url: str) -> str:
    """Return the page's own address, where the detour's holds it; "" elsewhere."""
    proofpoint = _PROOFPOINT.search(url)
    if proofpoint:
        return proofpoint[1]
    parameters = parse_qs(urlsplit(url).query)
    values = [parameters.get(name, [""])[0] for name in ("url", "q", "u", "a")]
    return next((unquote(value) for value in values if is_web(value)), "")
