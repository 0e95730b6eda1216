"""Addresses on the team's own site, made from names of files, whatever signs these have."""

from urllib.parse import quote

from newsletter.content.loading import Issue
from newsletter.content.press_release import PressRelease
from newsletter.settings.settings import Settings
from newsletter.values.structures import Medium

NINJS_NAME = "release.json"
PDF_NAME = "release.pdf"


def address_in(folder: str, *names: str) -> str:
    """Return the address of `names` in `folder`, its spaces, accents and # encoded."""
    # As typed they would end the address, or not arrive: « photo été #1.png ».
    return "/".join([folder.rstrip("/"), *(quote(name) for name in names)])


def page_of(web_url: str, name: str) -> str:
    """Return the address of an issue's page, where `web_url` has {issue} in its place."""
    return web_url.replace("{issue}", quote(name, safe=""))


def site_root(web_url: str) -> str:
    """Return the address of the site whose pages are at `web_url`, with a slash at its end."""
    return web_url.partition("{issue}")[0].rpartition("/")[0] + "/"


def page_address(issue: Issue, settings: Settings) -> str | None:
    """Return where the issue is online; None where it has no page that may be named."""
    web_url = settings.site and settings.site.web_url
    if not web_url or getattr(issue, "embargo", None) or not has_page(issue, settings):
        return None
    return page_of(web_url, issue.web_name)


def has_page(issue: Issue, settings: Settings) -> bool:
    """Tell whether the site is to have a page of the issue: not of one that is for some alone."""
    web = settings.site and settings.site.web
    access = issue.web.access or web
    is_for_some = web is not None and issue.for_ is not None and issue.web.parts != "all"
    has_no_address = access == "unlisted" and issue.web.code is None
    return not (access == "none" or is_for_some or has_no_address)


def files_address(issue: Issue, settings: Settings) -> str | None:
    """Return the folder of the issue's files online; None where it may not be named."""
    site = settings.site
    if site is None or site.files_url is None:
        return None
    # A team without `web:` puts its files online by hand.
    is_online = site.web is None or page_address(issue, settings) is not None
    return address_in(site.files_url, issue.web_name) if is_online else None


def media_address(medium: Medium, release: PressRelease, settings: Settings) -> str | None:
    """Return where the press fetches a picture; None where it is not online."""
    folder = files_address(release, settings)
    if medium.file is None:
        return medium.url
    return address_in(folder, media_name(medium.file)) if folder else None


def media_name(file: str) -> str:
    """Return the name beside the release of "assets/images/a/b.jpg": "media/a/b.jpg"."""
    return f"media/{file.removeprefix('assets/images/')}"
