"""A link's page exists.

Looked at with `--online` alone: no other rule asks the network.

A page that is gone, a site without a valid certificate: the reader has clicked for nothing, and it
was the sender who did not try. What a site does not let a program look at (403, 405, 429, 5xx, no
answer in time) may be all right for readers: that is an advice, to try it by hand.

Fails: `https://example.org/actualites/2019/page-supprimee` (404)
Passes: a page that opens, also after a redirection or two

Source: RFC 9110, 15 (what the numbers mean). Each address is asked once a day at most.
"""

from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding, at_link
from newsletter.diagnostics import Level
from newsletter.i18n import _

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each address that did not open when it was tried."""
    for link in checked.addresses:
        answer = checked.answers.get(link.url)
        if answer is None:
            continue
        reason = _(answer.reason).format(status=answer.status)
        if answer.is_dead:
            message = _("'{url}' does not open: {reason}").format(url=link.url, reason=reason)
            yield at_link(link, message, _("open it in a browser, and write the new address"))
        else:
            message = _("'{url}' could not be tried: {reason}").format(url=link.url, reason=reason)
            yield at_link(link, message, _("try it in a browser"), level=Level.ADVICE)
