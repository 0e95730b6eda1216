"""The mail says which language it speaks, on each of its outermost elements.

A French voice reads French, an English voice makes nonsense of it. Webmails drop `<html>` and
`<body>` with what they say, so each child of `body` repeats it, with the direction of the writing.

Fails: `<body><div>…</div></body>`
Passes: `<html lang="fr" dir="ltr">…<body><div lang="fr" dir="ltr">…</div></body>`

Source: Email Markup Consortium 2026 (97 percent of mails fail); WCAG 3.1.1; RGAA 8.3.
"""

from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding
from newsletter.diagnostics import Level
from newsletter.i18n import _

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each outermost element without its language or direction."""
    root = checked.page
    for element in (root, *root.body.iterchildren("*")):
        if element.get("lang") != checked.language or element.get("dir") not in ("ltr", "rtl"):
            message = _("<{tag}> does not say that the mail is in '{language}'")
            hint = _("""write lang="{language}" dir="ltr" on it in the template""")
            yield Finding(
                message.format(tag=element.tag, language=checked.language),
                hint.format(language=checked.language),
            )
