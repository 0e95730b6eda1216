"""A link's address is whole: it begins with `https://`.

A page of a website knows where it lies; a mail lies in an inbox. There `/agenda` leads to the
inbox's own site, or nowhere. Issue files refuse such an address; this rule looks at what a template
of the workspace adds.

Fails: `<a href="/agenda">` in a template.
Passes: `<a href="https://example.org/agenda">`

Source: RFC 3986, 4.2: a relative address needs a base, and a mail has none.
"""

import re
from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding, at_link
from newsletter.diagnostics import Level
from newsletter.i18n import _

LEVEL = Level.ERROR

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each address that only a website could complete."""
    for link in checked.addresses:
        url = link.url.strip()
        if url and not url.startswith("#") and not _SCHEME.match(url):
            message = _("'{url}' is not a whole address").format(url=link.url)
            yield at_link(link, message, _("write it from https:// on, in the template"))
