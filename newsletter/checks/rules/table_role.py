"""A table used for layout says that it is not a data table.

Otherwise a screen reader announces "table, one column, three rows" before every item. Tables in
comments, which only Outlook sees, count too.

Fails: `<table width="600">` around a text.
Passes: `<table width="600" role="presentation">`, or a data table with its `<thead>`.

Source: Email Markup Consortium 2026 (84 per cent of emails fail); WCAG 1.3.1; RGAA 5.3.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR

_TABLE = re.compile(r"<table\b[^>]*>")
_ROLE = re.compile(r"role=[\"'](?:presentation|none)[\"']")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each table of the layout without a role."""
    html = checked.document.html
    for table in _TABLE.finditer(html):
        end = html.find("</table", table.end())
        if not _ROLE.search(table[0]) and "<thead" not in html[table.end() : end]:
            message = _("a layout table is announced as a data table")
            hint = _("""write role="presentation" on it in the template""")
            yield Finding(message, hint, checked.loc_of(table.start()))
