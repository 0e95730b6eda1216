"""The email gives its language on each of its outermost elements.

A French voice reads French; an English voice turns it into nonsense. Webmail services drop
`<html>` and `<body>` with their attributes, so each child of `body` repeats the language and the
writing direction.

Fails: `<body><div>…</div></body>`
Passes: `<html lang="fr" dir="ltr">…<body><div lang="fr" dir="ltr">…</div></body>`

Source: Email Markup Consortium 2026 (97 per cent of emails fail); WCAG 3.1.1; RGAA 8.3.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each outermost element without its language or direction."""
    root = checked.page
    for element in (root, *root.body.iterchildren("*")):
        if element.get("lang") != checked.language or element.get("dir") not in ("ltr", "rtl"):
            message = _("<{tag}> does not say that the email is in '{language}'")
            hint = _("""write lang="{language}" dir="ltr" on it in the template""")
            yield Finding(
                message.format(tag=element.tag, language=checked.language),
                hint.format(language=checked.language),
            )
