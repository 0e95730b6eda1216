"""The page behind a link exists.

Checked only with `--online`: no other rule uses the network.

If the page is gone, or the site has no valid certificate, the reader has clicked for nothing. When
a site turns programs away (403, 405, 429, 5xx, no answer in time), the page may still open for
readers: that is only a suggestion to try it by hand.

Fails: `https://example.org/actualites/2019/page-supprimee` (404)
Passes: a page that opens, even after a redirect or two

Source: RFC 9110, 15 (what the numbers mean). Each address is requested at most once a day.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, at_link
from newsletter.i18n import _
from newsletter.problems.problem import Level

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
            yield at_link(link, message, _("open it in a browser, and copy the new address"))
        else:
            message = _("'{url}' could not be tested: {reason}").format(url=link.url, reason=reason)
            yield at_link(link, message, _("open it in a browser"), level=Level.ADVICE)
