"""What webmails do to a mail, as their users reported it, and what is left to a reader.

Where from: hteumeuleu/email-bugs 48 (Orange), 51 (La Poste), 122, 123 and 151 (SFR); Roundcube
1.6's skin Elastic; KMail 5.22. SFR and La Poste drop every style block too.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import show
from tests.browser.test_mails import MEDIA_QUERIES

ADDED = {
    "SFR": "* { font: 100% Arial, sans-serif; margin: auto; padding: 0 }",
    "La Poste": "* { width: auto !important }",
    "Orange": "table { margin: 0 }",
    "Yahoo": "a { text-decoration: none }",
    "Roundcube": "a { text-decoration: none } blockquote { color: blue; background: #f6f6f6;"
    " border-left: 2px solid blue }",
    "KMail": "a { color: #2980b9 !important }",
}
DROP_STYLES = {"SFR", "La Poste"}
# Each finding is what somebody would see, in the words of the mail.
FAULTS = """() => {
  const faults = [];
  const look = (selector, fault, isFine) => {
    for (const each of document.querySelectorAll(selector))
      if (each.getClientRects().length && !isFine(each, getComputedStyle(each)))
        faults.push(`${fault}: ${each.textContent.trim()}`);
  };
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(each => each / 255)
      .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  look('td p > a[href], td li > a[href], td dd > a[href]', 'not told from text',
    (link, style) => style.textDecorationLine == 'underline');
  look('td strong, td th, td h1', 'not bold', (_words, style) => style.fontWeight >= 700);
  look('td em', 'not italic', (_words, style) => style.fontStyle == 'italic');
  const groundOf = each => {
    const ground = getComputedStyle(each).backgroundColor;
    return ground == 'rgba(0, 0, 0, 0)' ? groundOf(each.parentElement) : ground;
  };
  look('.button span', 'unreadable', (words, style) => {
    const ground = groundOf(words);
    const [low, high] = [light(style.color), light(ground)].sort((a, b) => a - b);
    return high / low >= 4.5;
  });
  look('blockquote', 'dressed as a reply', (quote, style) =>
    style.backgroundColor == 'rgba(0, 0, 0, 0)'
    && style.color == getComputedStyle(quote.parentElement).color
    && (!quote.className || style.borderLeftWidth == '0px'));
  return faults;
}"""


@pytest.mark.parametrize("width", [375, 640])
@pytest.mark.parametrize("webmail", ADDED)
@pytest.mark.parametrize(
    "mail", ["2023-05-coulisses", "2023-09-numeric-emploi", "look-institution", "short"]
)
def test_links_bold_buttons_and_quotes_outlive_what_a_webmail_adds(
    mail: str, webmail: str, width: int, page: Page, built: Path
) -> None:
    column = "document.querySelector('td.item, td.part').closest('table').clientWidth"
    show(page, built / mail / "email.html", width=width)
    words, wide = page.inner_text("body").split(), page.evaluate(column)
    if webmail in DROP_STYLES:
        page.evaluate(MEDIA_QUERIES)
    page.evaluate(
        "css => { const style = document.createElement('style'); style.textContent = css;"
        " document.head.prepend(style) }",
        ADDED[webmail],
    )

    assert page.evaluate(FAULTS) == []
    assert page.inner_text("body").split() == words
    assert page.evaluate(column) == wide
    assert page.evaluate("document.documentElement.scrollWidth") <= width
