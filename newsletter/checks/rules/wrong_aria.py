"""Screen readers know the roles and attributes (ARIA) that the email uses.

A misspelt role or attribute is worse than none: the screen reader announces something that is not
there, or falls silent.

Fails: `<div role="heading1" aria-labl="Agenda">`
Passes: `<div role="article" aria-label="Agenda">`

Source: WAI-ARIA 1.2; WCAG 4.1.2; Email Markup Consortium 2026 (critical).
"""

import re
from collections.abc import Iterator

from lxml import html

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.suggestions import did_you_mean

LEVEL = Level.ERROR

# What makes sense in a mail, where no script runs: no menu, slider or tab.
ROLES = frozenset({
    "alert", "article", "banner", "blockquote", "button", "caption", "cell", "code",
    "columnheader", "complementary", "contentinfo", "definition", "document", "emphasis", "figure",
    "group", "heading", "img", "link", "list", "listitem", "main", "mark", "meter", "navigation",
    "none", "note", "paragraph", "presentation", "region", "row", "rowgroup", "rowheader",
    "separator", "strong", "subscript", "superscript", "table", "term", "time",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "aria-colcount", "aria-colindex", "aria-colspan", "aria-current", "aria-describedby",
    "aria-description", "aria-details", "aria-hidden", "aria-label", "aria-labelledby",
    "aria-level", "aria-owns", "aria-posinset", "aria-roledescription", "aria-rowcount",
    "aria-rowindex", "aria-rowspan", "aria-setsize", "aria-sort", "aria-valuenow",
    "aria-valuetext",
})  # fmt: skip
_ROLE = re.compile(r' role="([^"]*)"')
_ATTRIBUTE = re.compile(r" (aria-[\w-]+)=")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each role or attribute that screen readers do not know."""
    html_text = checked.document.html
    said = {*_ROLE.findall(html_text), *_ATTRIBUTE.findall(html_text)}
    # A quick look: the tree is walked only where there is something to find.
    if said <= ROLES | ATTRIBUTES:
        return
    for loc, part in checked.all_parts:
        for element in part.iter("*"):
            for unknown, known in _unknown(element):
                message = _("screen readers do not know '{name}'").format(name=unknown)
                meant = did_you_mean(unknown, known)
                hint = _("did you mean '{word}'?").format(word=meant) if meant else ""
                yield Finding(message, hint or _("remove it from the template"), loc)


def _unknown(element: html.HtmlElement) -> Iterator[tuple[str, frozenset[str]]]:
    for name, value in element.attrib.items():
        if name == "role" and value not in ROLES:
            yield value, ROLES
        elif name.startswith("aria-") and name not in ATTRIBUTES:
            yield name, ATTRIBUTES
