"""Links with the same words lead to the same page.

People who jump from link to link hear "L'étude" twice, and cannot tell the March study from the
June one; people who have opened one think they have read the other.

Fails: `[L'étude](https://example.org/mars)`, further on `[L'étude](https://example.org/juin)`
Passes: `[L'étude de mars](https://example.org/mars)`, `[L'étude de juin](https://example.org/juin)`

Source: WCAG 2.4.4, failure F63; RGAA 6.1; axe rule identical-links-same-purpose.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.suggestions import fold

LEVEL = Level.WARNING


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each link with the words of an earlier one that leads elsewhere."""
    targets: dict[str, str] = {}
    for link in checked.links:
        words = fold(link.words)
        first = targets.setdefault(words, link.url)
        if words and first.rstrip("/") != link.url.rstrip("/"):
            message = _("'{words}' leads to {url} here, and to {other} further up")
            hint = _("say in each link what readers will find")
            yield Finding(
                message.format(words=link.words, url=link.url, other=first),
                hint,
                link.loc,
                snippet=link.words,
            )
