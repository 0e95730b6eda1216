"""The words of links, and how one sees that they are links."""

import re

from lxml import html

from newsletter.checks.rule import Checked, Findings, bare, found, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.suggestions import fold

VAGUE = frozenset({
    "cliquez ici", "cliquer ici", "clic", "ici", "la", "par ici", "ce lien", "lien", "le lien",
    "lire", "lire la suite", "la suite", "lire plus", "en savoir plus", "savoir plus", "plus",
    "plus d infos", "plus d informations", "voir", "voir plus", "decouvrir", "decouvrez",
    "click here", "here", "this link", "link", "read more", "more", "learn more", "see more",
    "find out more", "details",
})  # fmt: skip
_BLOCKS = {"p", "li", "td", "th", "dt", "dd", "div", "blockquote", "body"}
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6"}
_LINE = re.compile(r"text-decoration(?:-line)?\s*:\s*([^;}]+)")
_RULE_FOR_LINKS = re.compile(r"(?:^|[},])\s*(?:[^{},@]*\s)?a(?::link)?\s*(?:,[^{}]*)?\{([^}]*)\}")
MAX_SHOWN = 40  # what one line of a telephone shows at 16 pixels
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


@rule(Level.WARNING)
def vague_link(checked: Checked) -> Findings:
    """The words of a link say where it leads.

    People who listen to a page jump from link to link: "read more", five times, tells them nothing.
    Fails: `Our study is out, [click here](https://example.org/study).`
    Passes: `[Our study on jobs](https://example.org/study) is out.`
    Source: WCAG 2.4.4; Email Markup Consortium 2026 (16 per cent of emails fail, on English words alone).
    """
    places = [(each.loc, each.words, each.words) for each in checked.links if _is_vague(each.words)]
    typed = {fold(words) for _loc, words, _snippet in places}
    for loc, element in checked.tags("a"):
        words = _shown_words(element)
        if element.get("href") and _is_vague(words) and fold(words) not in typed:
            places.append((loc, words, ""))
    for loc, words, snippet in places:
        message = _("'{words}' does not say where the link leads")
        hint = _("say what readers will find: the title of the page")
        yield found(message, hint, loc, snippet=snippet, words=words)


def _shown_words(element: html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _is_vague(words: str) -> bool:
    return " ".join(re.sub(r"[^\w ]+", " ", fold(words)).split()) in VAGUE


@rule(Level.ERROR)
def wordless_link(checked: Checked) -> Findings:
    """A link has text.

    An empty link is announced as "link", or by its address; it is mostly a picture with an empty `alt`.
    Fails: `<a href="https://example.org"><img src="logo.png" alt=""></a>`
    Passes: `<a href="https://example.org"><img src="logo.png" alt="Our charity"></a>`
    Source: Email Markup Consortium 2026 (71 per cent of emails fail); WCAG 2.4.4 and 4.1.2.
    """
    for loc, link in checked.tags("a"):
        images = "".join(image.get("alt", "") for image in link.iter("img"))
        words = f"{link.text_content()}{link.get('aria-label') or ''}{images}".strip()
        if link.get("href") and not words:
            message, hint = _("the link to '{url}' has no text"), _("say what readers will find")
            yield found(message, hint, loc, url=link.get("href"))


@rule(Level.WARNING)
def twin_links(checked: Checked) -> Findings:
    """Links with the same words lead to the same page.

    People who jump from link to link hear "The study" twice, and cannot tell March's from June's.
    Fails: `[The study](https://example.org/march)`, further on `[The study](https://example.org/june)`
    Passes: `[The March study](https://example.org/march)`, `[The June study](https://example.org/june)`
    Source: WCAG 2.4.4, failure F63; axe rule identical-links-same-purpose.
    """
    targets: dict[str, str] = {}
    for link in checked.links:
        key, words = fold(link.words), link.words
        first = targets.setdefault(key, link.url)
        if key and first.rstrip("/") != link.url.rstrip("/"):
            message = _("'{words}' leads to {url} here, and to {other} further up")
            message = message.format(words=words, url=link.url, other=first)
            hint = _("say in each link what readers will find")
            yield found(message, hint, link.loc, snippet=words)


@rule(Level.ERROR)
def link_without_underline(checked: Checked) -> Findings:
    """A link inside a text is marked by more than its colour.

    One reader in twelve sees colours differently. A link on its own is recognised by its position.
    Fails: `Read <a href="…" style="text-decoration: none">the report</a> by Tuesday.`
    Passes: `Read <a href="…">the report</a> by Tuesday.`
    Source: WCAG 1.4.1; Email Markup Consortium 2025 (17 per cent of emails fail).
    """
    styles = "".join(checked.page.xpath("//style/text()"))
    usual = any(_takes_line_away(rule) for rule in _RULE_FOR_LINKS.findall(styles))
    for loc, link in checked.tags("a"):
        style = link.get("style", "")
        own = _takes_line_away(style)
        is_plain = (usual if own is None else own) and "border-bottom" not in style
        if link.get("href") and is_plain and _stands_among_words(link):
            message = _("only its colour shows that '{words}' is a link")
            hint = _("remove text-decoration: none from the template")
            yield found(message, hint, loc, words=_shown_words(link))


def _takes_line_away(style: str) -> bool | None:
    """Tell whether `style` takes the underline away; None where it does not speak of it."""
    values = _LINE.findall(style)
    return "underline" not in values[-1] if values else None


def _stands_among_words(link: html.HtmlElement) -> bool:
    block = next(each for each in link.iterancestors() if each.tag in _BLOCKS)
    linked = sum(len(bare(each.text_content())) for each in block.iter("a"))
    return len(bare(block.text_content())) > linked


@rule(Level.WARNING)
def bare_address(checked: Checked) -> Findings:
    """A long address is not shown in full: use a link with words.

    A screen reader reads it character by character, a phone breaks it over three lines, and nobody can
    tell where it leads. A short address, as on a poster, is fine; so is an email address.
    Fails: `The programme: https://www.example.org/events/2025/fair?utm_source=newsletter`
    Passes: `[The programme of the fair](https://www.example.org/events/2025/fair)`
    Source: WCAG 2.4.4.
    """
    for link in checked.links:
        if len(link.words) > MAX_SHOWN and _ADDRESS.fullmatch(link.words):
            message = _("readers see the full address '{url}'")
            hint = _("write [the words of the link](address)")
            yield found(message, hint, link.loc, snippet=link.words, url=link.words)
