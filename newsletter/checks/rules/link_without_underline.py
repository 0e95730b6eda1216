"""A link inside a text is marked by more than its colour.

One reader in twelve sees colours differently, and on a screen in the sun they all look alike. A
link on its own, such as a button or a separate line, is recognised by its position.

Fails: `Lire <a href="…" style="text-decoration: none">le rapport</a> avant mardi.`
Passes: `Lire <a href="…">le rapport</a> avant mardi.`

Source: WCAG 1.4.1; RGAA 10.6.1; Email Markup Consortium 2025 (17 per cent of emails fail).
"""

import re
from collections.abc import Iterator

from lxml import html

from newsletter.checks.checked import Checked, bare
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR

_BLOCKS = {"p", "li", "td", "th", "dt", "dd", "div", "blockquote", "body"}
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6"}
_LINE = re.compile(r"text-decoration(?:-line)?\s*:\s*([^;}]+)")
_RULE_FOR_LINKS = re.compile(r"(?:^|[},])\s*(?:[^{},@]*\s)?a(?::link)?\s*(?:,[^{}]*)?\{([^}]*)\}")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each link among words whose underline is taken away."""
    styles = "".join(checked.page.xpath("//style/text()"))
    usual = any(_takes_line_away(rule) for rule in _RULE_FOR_LINKS.findall(styles))
    for loc, part in checked.all_parts:
        for link in part.iter("a"):
            if link.get("href") and _is_plain(link, usual=usual) and _stands_among_words(link):
                message = _("only its colour shows that '{words}' is a link")
                words = " ".join(str(link.text_content()).split())
                hint = _("remove text-decoration: none from the template")
                yield Finding(message.format(words=words), hint, loc)


def _is_plain(link: html.HtmlElement, *, usual: bool) -> bool:
    style = link.get("style", "")
    own = _takes_line_away(style)
    return (usual if own is None else own) and "border-bottom" not in style


def _takes_line_away(style: str) -> bool | None:
    """Tell whether `style` takes the underline away; None where it does not speak of it."""
    values = _LINE.findall(style)
    return "underline" not in values[-1] if values else None


def _stands_among_words(link: html.HtmlElement) -> bool:
    """Tell whether the link's block has words outside of links."""
    block = next((each for each in link.iterancestors() if each.tag in _BLOCKS), None)
    if block is None:
        return False
    linked = sum(len(bare(each.text_content())) for each in block.iter("a"))
    return len(bare(block.text_content())) > linked
