"""Where each address of the site lies in its folder."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.addresses import site_root
from newsletter.rendering.web.page import WebPlaces
from newsletter.settings.settings import Settings, Site


@dataclass(frozen=True)
class SitePlaces(WebPlaces):
    """The addresses of a site, and the files behind them."""

    def file_of(self, address: str) -> str | None:
        """Return the file that answers at an address, from the site's folder; None elsewhere.

        As web servers find it without sending the reader on: x is x.html, x/ is x/index.html.
        """
        if not address.startswith(self.root):
            return None
        path = unquote(urlsplit(address).path.removeprefix(urlsplit(self.root).path))
        return f"{path}index.html" if path == "" or path.endswith("/") else path

    def page_file(self, address: str) -> str:
        """Return the file of a page."""
        file = self.file_of(address) or ""
        return file if file.endswith((".html", ".htm")) else f"{file}.html"


def places_of(settings: Settings) -> SitePlaces:
    """Return the addresses of the site.

    Raises:
        NewsletterError: the settings do not say where it is, or that nobody is to have one.
    """
    site = settings.site or Site()
    if site.web is None or site.web == "none":
        hint = _("write in newsletter.yaml, under site: web: public, or web: unlisted")
        raise NewsletterError(_("the settings say nothing of who may read issues online"), hint)
    hint = _("write in newsletter.yaml, under site: {example}")
    hint = hint.format(example="web_url: https://example.org/{issue}")
    if site.web_url is None:
        raise NewsletterError(_("the settings do not say where the site will be"), hint)
    root = site_root(site.web_url)
    parts = urlsplit(site.web_url)
    if "{issue}" not in parts.path or parts.query or parts.fragment or root.count("/") < 3:
        message = _("'{url}' is not the address of a page in a folder").format(url=site.web_url)
        raise NewsletterError(message, hint)
    return SitePlaces(root)


def with_own_folders(settings: Settings, places: SitePlaces) -> Settings:
    """Return the settings with the folders of pictures and files on the site itself."""
    site = settings.site or Site()
    own = {"images_url": "images", "files_url": "files"}
    update = {
        name: f"{places.root}{folder}"
        for name, folder in own.items()
        if places.file_of(getattr(site, name) or "") is None
    }
    return settings.model_copy(update={"site": site.model_copy(update=update)})
