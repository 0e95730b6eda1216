"""Pictures of a mail: on a phone and on a desktop, light, dark, and with pictures off."""

from collections.abc import Callable, Mapping
from pathlib import Path

from newsletter.preview.browser import chromium, still_page
from newsletter.preview.mail_pictures import with_own_pictures, with_placeholders, without_pictures
from newsletter.preview.shown_issue import ShownMail
from newsletter.preview.views import dark, light
from newsletter.workspace import write_whole

WIDTHS_PX = (375, 640)  # an iPhone, and the mail with its margins
APPEARANCES: Mapping[str, Callable[[str], str]] = {
    "light": light,
    "dark": dark,
    "no-pictures": lambda html: without_pictures(light(html)),
}


def take_screenshots(mail: ShownMail, folder: Path) -> list[Path]:
    """Write a PNG of the whole mail for each width and appearance into `folder`; return them.

    Pictures by address are drawn as boxes that name their host: nothing is fetched.

    Raises:
        NewsletterError: playwright or Chromium is missing.
    """
    html = with_placeholders(with_own_pictures(mail))
    written = []
    with chromium() as browser:
        for width in WIDTHS_PX:
            for appearance, change in APPEARANCES.items():
                path = folder / f"{mail.document.issue_id}-{width}-{appearance}.png"
                with still_page(browser, width=width, dark=appearance == "dark") as page:
                    page.set_content(change(html))
                    write_whole((path, page.screenshot(full_page=True)))
                written.append(path)
    return written
