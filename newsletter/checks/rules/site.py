"""The other issues: what earlier ones had already, and what the site has of all."""

import re
import secrets
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from newsletter.checks.checked import Checked
from newsletter.checks.reading.earlier import BODY_LENGTH, FIELDS, addresses_in, plain_address
from newsletter.checks.reading.said import all_addresses, host_of, is_web
from newsletter.checks.rule import Findings, at_link, found, in_file, rule
from newsletter.checks.rules.leftover import is_of_example
from newsletter.content.folder import issues_by_name
from newsletter.content.loading import load_issue
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.rendering.addresses import has_page, page_of, site_root
from newsletter.values.suggestions import did_you_mean
from newsletter.workspace import SETTINGS_FILE

_THE_SAME = {"boilerplates"}  # who we are is said in the same words every time
# In so many issues an address is no story: a page to register, a form, a network.
STANDING = 3


@rule(Level.WARNING)
def recycled_text(checked: Checked) -> Findings:
    """Each issue has its own words.

    `newsletter new --from` starts from last month's issue. If its introduction or preheader goes out
    again, or a long text of its items, readers think that there is nothing new inside.
    Fails: May's `introduction:`, word for word, in June; an item's `body:` too.
    Passes: a new introduction; a short goodbye may be the same every month.
    Source: the fields that `newsletter new --from` leaves for you to rewrite.
    """
    for text in checked.texts:
        field = str(text.loc[0])  # of a signed text, its words are one step below
        is_own = text.loc[1:] in ((), ("text",)) and field in FIELDS
        is_short = len(text.text) < (FIELDS[field] if is_own else BODY_LENGTH)
        if is_short or field in _THE_SAME or is_of_example(text.text, checked):
            continue
        words = " ".join(text.text.split())
        for earlier in checked.earlier:
            own = earlier.texts.get(field, "") if is_own else ""
            if words in earlier.bodies or words == " ".join(own.split()):
                message = _("this text is already used in {file}")
                yield found(message, _("rewrite it"), text.loc, file=earlier.path.name)
                break


@rule(Level.ADVICE)
def already_sent(checked: Checked) -> Findings:
    """A story is sent once: no earlier issue links to its page.

    When an issue starts from last month's file, or two colleagues have the same idea, readers get what
    they have read. If it is meant as a reminder, say so in the text and skip this check with `ignore:`.
    Fails: `https://example.org/study-2025` in May, when April's issue had it
    Passes: a separate page for what is new since then
    Source: our own; addresses in the settings, and those that many issues share, do not count.
    """
    earlier = sorted(checked.earlier, key=lambda each: (each.date, str(each.path)))
    times = Counter(address for issue in earlier for address in issue.addresses)
    settings = checked.settings.workspace / SETTINGS_FILE
    known = addresses_in(settings.read_text(encoding="utf-8-sig")) if earlier else frozenset()
    for link in checked.links:
        url, address = link.url, plain_address(link.url)
        if not 0 < times[address] < STANDING or address in known:
            continue
        is_first = len(urlsplit(url).path) <= len("/fr")  # of a site, no story
        if is_web(url) and host_of(url) and not is_first and not is_of_example(url, checked):
            last = next(each for each in reversed(earlier) if address in each.addresses)
            message = _("'{url}' was already in {file}")
            hint = _("link to what is new, or say that it is a reminder")
            yield at_link(link, message, hint, url=url, file=last.path.name)


@rule(Level.WARNING)
def unlisted_without_code(checked: Checked) -> Findings:
    """An unlisted issue has an address that nobody can guess.

    Whoever knows the address of the last issue tries that of the next. Without a code of its own an
    unlisted issue gets no page, and its email no link to one.
    Fails: `web: unlisted`
    Passes: `web: {access: unlisted, code: 7f3kq0x9m2v5c8r1t6w4}`
    Source: W3C, Good Practices for Capability URLs.
    """
    web, site = checked.issue.web, checked.settings.site
    if (web.access or (site and site.web)) == "unlisted" and web.code is None:
        message = _("this issue is unlisted, and anyone could guess its address: it gets no page")
        value = f"{{access: unlisted, code: {_code_for(checked.source.path)}}}"
        hint = _("write: web: {value}")
        yield found(message, hint, ("web",) if web.access else (), value=value)


@cache  # all mails of an issue are told the same
def _code_for(_issue: Path) -> str:
    return secrets.token_hex(16)


@rule(Level.WARNING)
def missing_page(checked: Checked) -> Findings:
    """A link to an issue on your site leads to a page that the site has.

    An address copied from a draft, or of an issue that nobody may read online, opens on "This page is
    not here". This rule knows the issues of this workspace; `--online` asks the site itself.
    Fails: `https://letters.example.org/2024-03-fiar` when the issue is `2024-03-fair.yaml`
    Passes: `https://letters.example.org/2024-03-fair`
    Source: RFC 9110, 15.5.5: what a server answers where it has no page.
    """
    site = checked.settings.site
    address = (site and site.web and site.web_url) or ""
    before, sign, after = address.partition("{issue}")
    files = issues_by_name(checked.source.path.parent) if sign else {}
    # What the templates add is right, or was told as a problem of translation_of:.
    for link in all_addresses(checked.links, ()) if files else ():
        url = re.split("[?#]", link.url)[0]
        name = unquote(url.removeprefix(before).removesuffix(after))
        if page_of(address, name) != url:
            continue
        stem = name if name in files else re.sub("-[a-z0-9]{20,64}$", "", name)
        hint = _no_page(url, files.get(stem) or files.get(did_you_mean(name, files)), checked)
        if hint:
            message = _("the site will not have the page '{url}'").format(url=link.url)
            yield at_link(link, message, hint)


def _no_page(url: str, file: Path | None, checked: Checked) -> str:
    """Return what to do where the site will not have a page, of the issue in `file`; else ""."""
    issue = load_issue(file, checked.settings).issue if file else None
    if file is None or issue is None:
        return ""
    if not has_page(issue, checked.settings):
        return _("see web: in {file}, or remove the link").format(file=file.name)
    embargo = getattr(issue, "embargo", None)
    if embargo and embargo.date() > checked.issue.date:
        return _("its embargo ends later than this issue's date: remove the link")
    site = checked.settings.site
    address = page_of((site and site.web_url) or "", issue.web_name)
    return "" if address == url else _("write {address}").format(address=address)


@rule(Level.ADVICE)
def files_elsewhere(checked: Checked) -> Findings:
    """Pictures and files of an email are where `newsletter site` puts them.

    With `images_url:` or `files_url:` on another site than `web_url:`, the site has the pictures, but
    your emails ask the other one: somebody must bring them there before each send.
    Fails: `images_url: https://cdn.example.org/letters`
    Passes: `images_url: https://letters.example.org/images`
    Source: `newsletter site`, which writes nothing outside of its folder.
    """
    site = checked.settings.site
    root = site_root(site.web_url) if site and site.web and site.web_url else ""
    for name, where in (("images_url", "images"), ("files_url", "files")) if root else ():
        folder = getattr(site, name) or root
        if not f"{folder}/".startswith(root) and folder in checked.document.html:
            message = _("the emails ask '{url}', where newsletter site puts nothing")
            hint = _("write {name}: {root}{where}, or bring site/{where} there before each send")
            hint = hint.format(name=name, root=root, where=where)
            path = checked.settings.workspace / SETTINGS_FILE
            yield in_file(path, ("site", name), message.format(url=folder), hint)
