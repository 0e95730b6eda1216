"""What becomes of an issue on the site."""

import re
import secrets
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from newsletter.checks.reading.said import all_addresses
from newsletter.checks.rule import Checked, Findings, at_link, found, in_file, rule
from newsletter.content.loading import issues_by_name, load_issue
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.rendering.addresses import has_page, page_of, site_root
from newsletter.values.suggestions import did_you_mean
from newsletter.workspace import SETTINGS_FILE


@rule(Level.WARNING)
def unlisted_without_code(checked: Checked) -> Findings:
    """An unlisted issue has an address that nobody can guess.

    Whoever knows the address of the last issue can guess the next. Without a code of its own an
    unlisted issue gets no page, and its email no link to one.
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
        hint = _no_page(url, file, address, checked)
        if hint:
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


@rule(Level.ADVICE)
def files_elsewhere(checked: Checked) -> Findings:
    """Pictures and files of an email are where `newsletter site` puts them.

    With `images_url:` or `files_url:` on another site than `web_url:`, the site has the pictures, but
    your emails ask the other one: somebody must upload them there before each send.
    Fails: `images_url: https://cdn.example.org/letters`
    Passes: `images_url: https://letters.example.org/images`
    Source: `newsletter site`, which writes nothing outside its folder.
    """
    site = checked.settings.site
    root = site_root(site.web_url) if site and site.web and site.web_url else ""
    for name, where in (("images_url", "images"), ("files_url", "files")) if root else ():
        folder = getattr(site, name) or root
        if not f"{folder}/".startswith(root) and folder in checked.document.html:
            message = _("the emails point to '{url}', where newsletter site puts nothing")
            hint = _("write {name}: {root}{where}, or upload site/{where} there before each send")
            hint = hint.format(name=name, root=root, where=where)
            path = checked.settings.workspace / SETTINGS_FILE
            yield in_file(path, ("site", name), message.format(url=folder), hint)
