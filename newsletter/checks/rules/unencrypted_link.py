"""A link uses https, not http.

Anyone on the same network can read and change what comes over `http:`, and browsers warn before
opening it. Nearly every site supports `https:`.

Fails: `http://www.example.org/rapport`
Passes: `https://www.example.org/rapport`

Source: ANSSI, "Recommandations de sécurité relatives à TLS"; Chrome asks before opening `http:`
pages.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.reading.addresses import host_of
from newsletter.checks.rule import Finding, at_link
from newsletter.checks.rules import staging_link
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each page opened without encryption."""
    for link in checked.addresses:
        host = host_of(link.url)
        if link.url.lower().startswith("http://") and not staging_link.is_inside(host):
            message = _("'{url}' is not encrypted").format(url=link.url)
            hint = _("write https://{rest}, and open it in a browser").format(
                rest=link.url[len("http://") :]
            )
            yield at_link(link, message, hint)
