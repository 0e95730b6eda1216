"""A link leads to the public site, not to a test site.

A page that opens in the comms office may ask readers for a password, or not open at all. This rule
looks for addresses on the office's own network and on test sites (`preprod.`, `recette.`,
`staging.`).

Fails: `https://preprod.example.org/actualites`, `http://192.168.1.12/rapport.pdf`
Passes: `https://www.example.org/actualites`

Source: RFC 1918, 6761 and 6762: addresses and names that the public network does not know.
"""

import ipaddress
import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.reading.addresses import host_of, is_web
from newsletter.checks.rule import Finding, at_link
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR

INSIDE = ("localhost", "local", "lan", "home.arpa", "internal", "intranet", "test", "invalid")
_STAGING = re.compile(
    r"(?:.*-)?(?:staging|stage|preprod|pre-prod|preproduction|recette|rec7|uat|qualif|dev)(?:-.*|\d+)?"
)


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each address that readers cannot open, or should not."""
    for link in checked.addresses:
        host = host_of(link.url) if is_web(link.url) else ""
        if is_inside(host):
            message = _("'{url}' only opens on your own network").format(url=link.url)
            yield at_link(link, message, _("write the address of the public page"))
        elif _is_staging(host):
            message = _("'{host}' looks like a test site").format(host=host)
            hint = _("write the address of the public page")
            yield at_link(link, message, hint, level=Level.WARNING)


def is_inside(host: str) -> bool:
    """Tell whether `host` is no machine of the public network."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(host) and ("." not in host or host.rpartition(".")[2] in INSIDE)


def _is_staging(host: str) -> bool:
    # Not the registered name itself: dev.to and recette.fr are sites like others.
    return any(_STAGING.fullmatch(label) for label in host.split(".")[:-2])
