"""A link has a complete address, starting with `https://`.

A web page knows which site it is on; an email does not. In an inbox, `/agenda` leads to the
inbox's own site, or nowhere. Issue files do not accept such addresses; this rule checks the links
that a template of yours adds.

Fails: `<a href="/agenda">` in a template.
Passes: `<a href="https://example.org/agenda">`

Source: RFC 3986, 4.2: a relative address needs a base, and an email has none.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, at_link
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each address that only a website could complete."""
    for link in checked.addresses:
        url = link.url.strip()
        if url and not url.startswith("#") and not _SCHEME.match(url):
            message = _("'{url}' is not a complete address").format(url=link.url)
            yield at_link(
                link, message, _("write it in full, starting with https://, in the template")
            )
