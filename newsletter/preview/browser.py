"""The system's own Chromium, kept from the network, and its pictures of a mail."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.i18n import _
from newsletter.preview.mail_pictures import boxed, parsed, serialized, standalone
from newsletter.preview.shown_issue import ShownMail
from newsletter.preview.views import dark, light
from newsletter.problems.errors import NewsletterError, needing
from newsletter.workspace import write_whole

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# It calls home for updates and accounts unless told not to; as root it needs --no-sandbox, and
# the mails that it opens here may run no script.
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
WIDTHS_PX = (375, 640)  # an iPhone, and the mail with its margins
APPEARANCES: Mapping[str, Callable[[str], str]] = {
    "light": light,
    "dark": dark,
    "no-pictures": lambda html: serialized(boxed(parsed(light(html)))),
}


@contextmanager
def chromium() -> "Iterator[Browser]":
    """Open the system's Chromium, or raise `NewsletterError`; close it at the end."""
    with needing(_("screenshots of emails need the package playwright"), "playwright"):
        from playwright.sync_api import Error, sync_playwright
    path = next(filter(None, map(shutil.which, (*NAMES, str(MACOS)))), None)
    if path is None:
        message = _("there is no Chromium on this machine for screenshots")
        raise NewsletterError(message, hint=_("install it (Debian: apt install chromium)"))
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        except Error as error:
            message = _("{path} does not start").format(path=path)
            raise NewsletterError(message, hint=_("open it yourself, then try again")) from error
        yield browser
        browser.close()


@contextmanager
def still_page(browser: "Browser", *, width: int, dark: bool = False) -> "Iterator[Page]":
    """Open a page of `width` pixels that runs no script and asks the network for nothing."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=False,
        color_scheme="dark" if dark else "light",
        offline=True,
    )
    page = context.new_page()
    page.route("**/*", lambda route: route.abort())
    yield page
    context.close()


def take_screenshots(mail: ShownMail, folder: Path) -> list[Path]:
    """Write a PNG of the mail for each width and appearance into `folder`; nothing is fetched."""
    html, written = standalone(mail), []
    with chromium() as browser:
        for width in WIDTHS_PX:
            for appearance, change in APPEARANCES.items():
                path = folder / f"{mail.document.issue_id}-{width}-{appearance}.png"
                with still_page(browser, width=width, dark=appearance == "dark") as page:
                    page.set_content(change(html))
                    write_whole((path, page.screenshot(full_page=True)))
                written.append(path)
    return written
