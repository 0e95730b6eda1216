"""Where links lead."""

import ipaddress
import re
from urllib.parse import unquote

from newsletter.checks.reading.said import host_of, is_web
from newsletter.checks.rule import Checked, Findings, at_link, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.suggestions import did_you_mean, meant_or_choice

EMPTY = frozenset({"", "#", "https://", "http://", "mailto:", "tel:"})
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_MAILBOX = re.compile(r"[^@\s/:<>\"(),;]+@[^@\s/:<>\"(),;]+\.[^@\s/:<>\"(),;.]+")
_PAGE = re.compile(r"/*(?:https?:)?//+(?P<host>[^/?@]+\.[^/?@]+)")
_NAMED = re.compile(r"https?://([^/?#]*@[^/?#]*)", re.IGNORECASE)
INSIDE = ("localhost", "local", "lan", "home.arpa", "internal", "intranet", "test", "invalid")
_STAGING = re.compile(
    r"(?:.*-)?(?:staging|stage|preprod|pre-prod|preproduction|recette|rec7|uat|qualif|dev)(?:-.*|\d+)?"
)


@rule(Level.ERROR)
def empty_link(checked: Checked) -> Findings:
    """A link leads somewhere.

    A link that does nothing looks like a broken email, and screen readers still announce it. It is
    often left over from an address that was to be filled in later.
    Fails: `[The programme](#)`
    Passes: `[The programme](https://example.org/programme)`
    Source: WCAG 2.4.4.
    """
    for link in checked.addresses:
        if link.url.strip() in EMPTY:
            message = _("the link '{words}' does not lead anywhere")
            hint = _("write its address, or remove the link")
            yield at_link(link, message, hint, words=link.words or link.url)


@rule(Level.ERROR)
def relative_link(checked: Checked) -> Findings:
    """A link has a complete address, starting with `https://`.

    A web page knows which site it is on; an email is in an inbox, where `/agenda` leads to the webmail's
    own site, or nowhere. Issue files accept no such address; this rule checks what your templates add.
    Fails: `<a href="/agenda">` in a template.
    Passes: `<a href="https://example.org/agenda">`
    Source: RFC 3986, 4.2: a relative address needs a base, and an email has none.
    """
    for link in checked.addresses:
        url = link.url.strip()
        if url and not url.startswith("#") and not _SCHEME.match(url):
            hint = _("write it in full, starting with https://, in the template")
            yield at_link(link, _("'{url}' is not a complete address"), hint, url=link.url)


@rule(Level.ERROR)
def missing_anchor(checked: Checked) -> Findings:
    """A link inside the email finds its target.

    `#agenda` leads to the item or section with `id: agenda`. If nothing has that id, or if
    some readers of the link cannot see it, the link does nothing.
    Fails: `[What's on](#agenda)` when no item has `id: agenda`.
    Passes: `[What's on](#agenda)` with `id: agenda` in the agenda item.
    Source: HTML standard, "Navigating to a fragment": without a matching name, nothing happens.
    """
    there = {each.get("id", "") for _loc, each in checked.elements}
    opened = {each.get("href", "") for _loc, each in checked.tags("a")}
    parts = (*getattr(checked.issue, "sections", ()), *checked.issue.all_items)
    ids = [part.id for part in parts if part.id]
    for link in checked.addresses:
        name = link.url[1:] if link.url.startswith("#") else ""
        if not name or link.url not in opened or name in there:
            continue
        if name in ids:
            message = _("'{url}' leads to something that some recipients of this link cannot see")
            hint = _("hide the link from them too: copy for: or not_for: from there")
        else:
            message = _("nothing in this issue has the id '{name}'")
            hint = _("write id: {name} in the item it leads to").format(name=name)
            shown = [each for each in ids if each in there]
            if meant := did_you_mean(name, shown):
                hint = meant_or_choice(meant, shown)
        yield at_link(link, message.format(url=link.url, name=name), hint)


@rule(Level.ERROR)
def mistyped_mailto(checked: Checked) -> Findings:
    """A link for writing to someone is `mailto:` and an email address.

    `mailto:https://…` opens an empty email to nobody; `https://contact@example.org` opens a website
    and takes the part before the @ for a user name.
    Fails: `mailto:https://example.org`, `https://contact@example.org`
    Passes: `mailto:contact@example.org`
    Source: RFC 6068; RFC 3986, 3.2.1 (what comes before an @).
    """
    for link in checked.addresses:
        scheme, _colon, rest = link.url.partition(":")
        mailboxes = unquote(rest.partition("?")[0])
        are_mailboxes = all(_MAILBOX.fullmatch(each.strip()) for each in mailboxes.split(","))
        if scheme.lower() == "mailto" and not are_mailboxes:
            message = _("'{url}' does not open an email").format(url=link.url)
            yield at_link(link, message, _mailto_hint(mailboxes))
        elif named := _NAMED.match(link.url):
            message = _("'{url}' is a web address with a name and an @ in front")
            hint = _("write mailto:{address}")
            yield at_link(link, message, hint, url=link.url, address=named[1])


def _mailto_hint(mailboxes: str) -> str:
    page = _PAGE.match(mailboxes)
    if page and "@" not in mailboxes:
        return _("write https://{rest}").format(rest=mailboxes[page.start("host") :])
    found = _MAILBOX.search(mailboxes)
    if found and mailboxes.count("@") == 1:
        return _("write mailto:{address}").format(address=found[0])
    return _("write mailto: and one address: mailto:name@example.org")


@rule(Level.ERROR)
def staging_link(checked: Checked) -> Findings:
    """A link leads to the public site, not to a test site.

    What opens in the comms office, on its own network or a test site (`staging.`, `uat.`), may ask readers
    for a password, or not open at all. A test site may be meant, and is a warning.
    Fails: `https://staging.example.org/news`, `http://192.168.1.12/report.pdf`
    Passes: `https://www.example.org/news`
    Source: RFC 1918, 6761 and 6762: addresses and names that the public network does not know.
    """
    for link in checked.addresses:
        host = host_of(link.url) if is_web(link.url) else ""
        hint = _("write the address of the public page")
        if is_inside(host):
            yield at_link(link, _("'{url}' only opens on your own network"), hint, url=link.url)
        # Not the registered name itself: dev.to and recette.fr are sites like others.
        elif any(_STAGING.fullmatch(label) for label in host.split(".")[:-2]):
            message = _("'{host}' looks like a test site")
            yield at_link(link, message, hint, Level.WARNING, host=host)


def is_inside(host: str) -> bool:
    """Tell whether `host` is no machine of the public network."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(host) and ("." not in host or host.rpartition(".")[2] in INSIDE)


@rule(Level.WARNING)
def unencrypted_link(checked: Checked) -> Findings:
    """A link uses https, not http.

    Anyone on the same network can read and change what comes over `http:`, and browsers warn before
    opening it. Nearly every site supports `https:`.
    Fails: `http://www.example.org/report`
    Passes: `https://www.example.org/report`
    Source: NCSC, "Using TLS to protect data"; Chrome asks before opening `http:` pages.
    """
    for link in checked.addresses:
        if link.url.lower().startswith("http://") and not is_inside(host_of(link.url)):
            message = _("'{url}' is not encrypted")
            hint = _("write https://{rest}, and open it in a browser")
            yield at_link(link, message, hint, url=link.url, rest=link.url[len("http://") :])


@rule(Level.ERROR)
def dead_link(checked: Checked) -> Findings:
    """The page behind a link exists.

    Checked only with `--online`: no other rule uses the network. If the page is gone, or the site has no
    valid certificate, the reader has clicked for nothing. A site that turns programs away (403, 405, 429,
    5xx, no answer in time) may still open for readers: that is a suggestion to try it by hand.
    Fails: `https://example.org/news/2019/deleted-page` (404)
    Passes: a page that opens, even after a redirect or two
    Source: RFC 9110, 15 (what the codes mean). Each address is requested at most once a day.
    """
    for link in checked.addresses:
        answer = checked.answers.get(link.url)
        if answer is None:
            continue
        reason = _(answer.reason).format(status=answer.status)
        message, hint = _("'{url}' could not be tested: {reason}"), _("open it in a browser")
        level: Level | None = Level.ADVICE
        if answer.is_dead:
            message, level = _("'{url}' does not open: {reason}"), None
            hint = _("open it in a browser, and copy the new address")
        yield at_link(link, message, hint, level, url=link.url, reason=reason)
