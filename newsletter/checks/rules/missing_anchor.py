"""A link inside the email finds its target.

`#agenda` leads to the item or section with `id: agenda`. If nothing has that id, or if the
recipient shown cannot see it, the link does nothing.

Fails: `[L'agenda](#agenda)` when no item has `id: agenda`.
Passes: `[L'agenda](#agenda)` with `id: agenda` in the agenda item.

Source: HTML standard, "Navigating to a fragment": without a matching name, nothing happens.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.reading.said import LinkedAddress
from newsletter.checks.rule import Finding, at_link
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.suggestions import did_you_mean
from newsletter.values.validation import meant_or_choice

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each link to a place that this variant of the mail does not have."""
    there = {each.get("id", "") for _loc, each in checked.elements} - {""}
    opened = {each.get("href", "") for _loc, each in checked.elements if each.tag == "a"}
    for link in checked.addresses:
        name = link.url[1:] if link.url.startswith("#") else ""
        if name and link.url in opened and name not in there:
            yield _finding(link, name, there, checked)


def _finding(link: LinkedAddress, name: str, there: set[str], checked: Checked) -> Finding:
    if name in _names(checked):
        message = _("'{url}' leads to something that some recipients of this link cannot see")
        hint = _("hide the link from them too: copy for: or not_for: from there")
    else:
        message = _("nothing in this issue has the id '{name}'").format(name=name)
        ids = [each for each in _names(checked) if each in there]
        hint = _("write id: {name} in the item it leads to").format(name=name)
        if did_you_mean(name, ids):
            hint = meant_or_choice(did_you_mean(name, ids), ids)
    return at_link(link, message.format(url=link.url, name=name), hint)


def _names(checked: Checked) -> list[str]:
    issue = checked.issue
    return [part.id for part in (*getattr(issue, "sections", ()), *issue.all_items) if part.id]
