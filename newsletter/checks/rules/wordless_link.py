"""A link has text.

A screen reader announces an empty link as "link", or reads out its address. It is nearly always a
picture with an empty `alt`.

Fails: `<a href="https://example.org"><img src="logo.png" alt=""></a>`
Passes: `<a href="https://example.org"><img src="logo.png" alt="Numeum"></a>`

Source: Email Markup Consortium 2026 (71 per cent of emails fail); WCAG 2.4.4 and 4.1.2; RGAA
6.2.1.
"""

from collections.abc import Iterator

from lxml import html

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each link of the mail without words."""
    for loc, part in checked.all_parts:
        for link in part.iter("a"):
            if link.get("href") and not _words(link):
                message = _("the link to '{url}' has no words").format(url=link.get("href"))
                yield Finding(message, _("say what readers will find"), loc)


def _words(link: html.HtmlElement) -> str:
    words = str(link.text_content()) + (link.get("aria-label") or "")
    return (words + "".join(image.get("alt", "") for image in link.iter("img"))).strip()
