"""A link to a mailbox is `mailto:` and one address, nothing else.

`mailto:https://…` opens an empty email to nobody; `https://contact@example.org` opens a website
and takes the part before the @ for a user name.

Fails: `mailto:https://example.org`, `https://contact@example.org`
Passes: `mailto:contact@example.org`

Source: RFC 6068; RFC 3986, 3.2.1 (what comes before an @).
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from newsletter.checks.checked import Checked
from newsletter.checks.reading.addresses import is_web
from newsletter.checks.rule import Finding, at_link
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR

_MAILBOX = re.compile(r"[^@\s/:<>\"(),;]+@[^@\s/:<>\"(),;]+\.[^@\s/:<>\"(),;.]+")
_PAGE = re.compile(r"/*(?:https?:)?//+(?P<host>[^/?@]+\.[^/?@]+)")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each link that mixes up a mailbox and a page."""
    for link in checked.addresses:
        scheme, _colon, rest = link.url.partition(":")
        mailboxes = unquote(rest.partition("?")[0])
        if scheme.lower() == "mailto" and not _are_mailboxes(mailboxes):
            message = _("'{url}' does not open an email").format(url=link.url)
            yield at_link(link, message, _hint(mailboxes))
        elif is_web(link.url) and "@" in _authority(link.url):
            message = _("'{url}' is a web address with a name and an @ in front")
            hint = _("write mailto:{address}").format(address=_authority(link.url))
            yield at_link(link, message.format(url=link.url), hint)


def _are_mailboxes(text: str) -> bool:
    return all(_MAILBOX.fullmatch(each.strip()) for each in text.split(","))


def _hint(mailboxes: str) -> str:
    page = _PAGE.match(mailboxes)
    if page and "@" not in mailboxes:
        return _("write https://{rest}").format(rest=mailboxes[page.start("host") :])
    found = _MAILBOX.search(mailboxes)
    if found and mailboxes.count("@") == 1:
        return _("write mailto:{address}").format(address=found[0])
    return _("write mailto: and one address: mailto:name@example.org")


def _authority(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:  # "https://[1": not an address
        return ""
