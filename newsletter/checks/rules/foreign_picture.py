"""Pictures come with the email, or from the organisation's own site.

Whoever hosts a picture learns who opened the email and when, and can change or remove it after it
is sent. And a picture on another site usually belongs to somebody else.

Fails: `url: https://cdn.example.net/photo.jpg`
Passes: `file: photo.jpg`, with the file in `assets/images/`

Source: CNIL, délibération 2026-042 of 12 March 2026 on tracking pictures.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.reading.addresses import host_of, is_of, is_web
from newsletter.checks.rule import Finding
from newsletter.checks.rules.tracking_pixel import TRACKERS
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.settings.settings import Settings

LEVEL = Level.WARNING


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each picture that another house serves."""
    own = own_hosts(checked.settings)
    for loc, element in checked.elements:
        src = (element.get("src") or "") if element.tag == "img" else ""
        host = host_of(src)
        if is_web(src) and not is_of(host, own) and not is_of(host, TRACKERS):
            message = _("this picture is loaded from '{host}', which learns who opens the email")
            hint = _("put the file in assets/images/ and name it with file:")
            yield Finding(message.format(host=host), hint, loc, snippet=src)


def own_hosts(settings: Settings) -> frozenset[str]:
    """Return the machines that the settings call the organisation's."""
    site = settings.site
    addresses = [settings.organisation.website]
    if site is not None:
        addresses += [site.images_url, site.files_url, site.web_url]
    hosts = (host_of(address).removeprefix("www.") for address in addresses if address)
    return frozenset(host for host in hosts if host)
