"""Where links lead, and whether an issue's own address can be guessed."""

import ipaddress
import re
import secrets
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from newsletter.checks.reading import all_addresses, host_of, is_web
from newsletter.checks.rule import Checked, Findings, at_link, found, rule
from newsletter.content.loading import issues_by_name, load_issue
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.rendering.addresses import has_page, page_of
from newsletter.values.suggestions import did_you_mean

EMPTY = frozenset({"", "#", "https://", "http://", "mailto:", "tel:"})
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_MAILBOX = re.compile(r"[^@\s/:<>\"(),;]+@[^@\s/:<>\"(),;]+\.[^@\s/:<>\"(),;.]+")
_NAMED = re.compile(r"https?://([^/?#]*@[^/?#]*)", re.IGNORECASE)
INSIDE = ("localhost", "local", "lan", "home.arpa", "internal", "intranet", "test", "invalid")
_STAGING = re.compile(
    r"(?:.*-)?(?:staging|stage|preprod|pre-prod|preproduction|recette|rec7|uat|qualif|dev)(?:-.*|\d+)?"
)


@rule(Level.ERROR)
def empty_link(checked: Checked) -> Findings:
    """A link leads somewhere.

    It looks like a broken email, and is often left over from an address that was to be filled in later.
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

    `#agenda` leads to the item or section with `id: agenda`, if readers of the link can see it.
    Fails: `[What's on](#agenda)` when no item has `id: agenda`.
    Passes: `[What's on](#agenda)` with `id: agenda` in the agenda item.
    Source: HTML standard, "Navigating to a fragment": without a matching name, nothing happens.
    """
    there = {each.get("id", "") for _loc, each in checked.elements}
    opened = {each.get("href", "") for _loc, each in checked.tags("a")}
    ids = {part.id for part in (*getattr(checked.issue, "sections", ()), *checked.issue.all_items)}
    for link in checked.addresses:
        name = link.url[1:] if link.url.startswith("#") else ""
        if not name or link.url not in opened or name in there:
            continue
        if name in ids:
            message = _("'{url}' leads to something that some recipients of this link cannot see")
            hint = _("hide the link from them too: copy for: or not_for: from there")
        else:
            message = _("nothing in this issue has the id '{name}'")
            hint = _("write id: {name} in the item it leads to")
        yield at_link(link, message, hint, url=link.url, name=name)


@rule(Level.ERROR)
def mistyped_mailto(checked: Checked) -> Findings:
    """A link for writing to someone is `mailto:` and an email address.

    `mailto:https://…` opens an empty email to nobody, and `https://contact@example.org` a website.
    Fails: `mailto:https://example.org`, `https://contact@example.org`
    Passes: `mailto:contact@example.org`
    Source: RFC 6068; RFC 3986, 3.2.1 (what comes before an @).
    """
    for link in checked.addresses:
        scheme, _colon, rest = link.url.partition(":")
        mailboxes = unquote(rest.partition("?")[0])
        are_mailboxes = all(_MAILBOX.fullmatch(each.strip()) for each in mailboxes.split(","))
        if scheme.lower() == "mailto" and not are_mailboxes:
            hint = _("write mailto: and one address: mailto:name@example.org")
            yield at_link(link, _("'{url}' does not open an email"), hint, url=link.url)
        elif named := _NAMED.match(link.url):
            message = _("'{url}' is a web address with a name and an @ in front")
            hint = _("write mailto:{address}")
            yield at_link(link, message, hint, url=link.url, address=named[1])


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
            yield at_link(link, message, hint, level=Level.WARNING, host=host)


def is_inside(host: str) -> bool:
    """Tell whether `host` is no machine of the public network."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(host) and ("." not in host or host.rpartition(".")[2] in INSIDE)


@rule(Level.WARNING)
def unencrypted_link(checked: Checked) -> Findings:
    """A link uses https, not http.

    Others on the network can read and change what comes over `http:`; browsers warn before opening it.
    Fails: `http://www.example.org/report`
    Passes: `https://www.example.org/report`
    Source: NCSC, "Using TLS to protect data"; Chrome asks before opening `http:` pages.
    """
    for link in checked.addresses:
        if link.url.lower().startswith("http://") and not is_inside(host_of(link.url)):
            message = _("'{url}' is not encrypted")
            hint = _("write https://{rest}, and open it in a browser")
            yield at_link(link, message, hint, url=link.url, rest=link.url[len("http://") :])


@rule(Level.WARNING)
def missing_page(checked: Checked) -> Findings:
    """A link to an issue on your site leads to a page that the site has.

    An address copied from a draft, or of an issue that nobody may read online, opens the page "This
    page is not here". This rule knows the issues of this workspace; `--online` asks the site itself.
    Fails: `https://letters.example.org/2024-03-fiar` when the issue is `2024-03-fair.yaml`
    Passes: `https://letters.example.org/2024-03-fair`
    Source: RFC 9110, 15.5.5: what a server answers where it has no page.
    """
    site = checked.settings.site
    address = (site and site.web and site.web_url) or ""
    before, sign, after = address.partition("{issue}")
    # What the templates add is right, or was told as a problem of translation_of:.
    for link in all_addresses(checked.links, ()) if sign else ():
        url = re.split("[?#]", link.url)[0]
        name = unquote(url.removeprefix(before).removesuffix(after))
        if page_of(address, name) != url:
            continue
        files = issues_by_name(checked.source.path.parent)
        stem = name if name in files else re.sub("-[a-z0-9]{20,64}$", "", name)
        file = files.get(stem) or files.get(did_you_mean(name, files))
        if hint := _no_page(url, file, address, checked):
            message = _("the site will not have the page '{url}'").format(url=link.url)
            yield at_link(link, message, hint)


def _no_page(url: str, file: Path | None, address: str, checked: Checked) -> str:
    """Return what to do where the site will not have a page, of the issue in `file`; else ""."""
    issue = load_issue(file, checked.settings).issue if file else None
    if file is None or issue is None:
        return ""
    if not has_page(issue, checked.settings):
        return _("see web: in {file}, or remove the link").format(file=file.name)
    embargo = getattr(issue, "embargo", None)
    if embargo and embargo.date() > checked.issue.date:
        return _("its embargo ends later than this issue's date: remove the link")
    right = page_of(address, issue.web_name)
    return "" if right == url else _("write {address}").format(address=right)


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
        if (answer := checked.answers.get(link.url)) is None:
            continue
        reason = _(answer.reason).format(status=answer.status)
        message, hint = _("'{url}' could not be tested: {reason}"), _("open it in a browser")
        level: Level | None = Level.ADVICE
        if answer.is_dead:
            message, level = _("'{url}' does not open: {reason}"), None
            hint = _("open it in a browser, and copy the new address")
        yield at_link(link, message, hint, level=level, url=link.url, reason=reason)


@rule(Level.WARNING)
def unlisted_without_code(checked: Checked) -> Findings:
    """An unlisted issue has an address that nobody can guess.

    Whoever knows the address of the last issue can guess the next: without a code, it gets no page.
    Fails: `web: unlisted`
    Passes: `web: {access: unlisted, code: 7f3kq0x9m2v5c8r1t6w4}`
    Source: W3C, Good Practices for Capability URLs.
    """
    web, site = checked.issue.web, checked.settings.site
    if (web.access or (site and site.web)) == "unlisted" and web.code is None:
        message = _("this issue is unlisted, and anyone could guess its address: it gets no page")
        value = f"{{access: unlisted, code: {_code_for(checked.source.path)}}}"
        yield found(message, _("write: web: {value}"), ("web",) if web.access else (), value=value)


@cache  # all mails of an issue are told the same
def _code_for(_issue: Path) -> str:
    return secrets.token_hex(16)
