"""The HTML part after MJML: the theme's styles inlined, the tree finished, the marks taken out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree, html

from newsletter.rendering.inlining import inline_styles
from newsletter.rendering.pictures.images import ShownImage
from newsletter.source import Loc

DOCTYPE = "<!DOCTYPE html>"
FLUID = {"fluid", "stretch"}  # classes of pictures as wide as their column
MAX_WHOLE_COLUMNS = 5  # more may need to break words on a phone
MAX_WHOLE_WORD = 16  # characters; a longer one, an address, would widen a table of two columns
# MRML's width of full columns from 480 pixels on, and for Thunderbird: they have it at any width.
_SAID_INLINE = re.compile(
    r"<style[^>]*>[^<{]*(?:\{\s*)?\.mj-column-per-100 \{[^}]*\}[\s}]*</style>"
)
_FULL_WIDTH = re.compile(r"(?<!-)width:100%")
_MARK = re.compile(r"<!--(/?)item:(\d+)-->")


@dataclass(frozen=True)
class ItemSpan:
    """Where an item lies in a document's HTML, in characters, and in its issue file."""

    loc: Loc
    start: int
    end: int


def finish_html(
    document: str,
    *,
    content_css: str,
    language: str,
    images: Mapping[tuple[str, str], ShownImage],
    anchors: Mapping[int, str],
) -> str:
    """Return MRML's HTML as a mail: content styled, languages, roles and sizes set.

    `images` are the shown pictures by src and width, `anchors` the ids of items by number. The
    comments that mark items are still in the result; `take_out_marks` follows.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_pis=True)
    root = html.document_fromstring(_printable(_lighter(document)).encode(), parser=parser)
    _set_roles(root)
    inline_styles(root, content_css)
    _set_language(root, language)
    _set_image_sizes(root, images)
    _set_anchors(root, anchors)
    _set_margins(root)
    _set_widths(root)
    text = etree.tostring(root, method="html", encoding="unicode")
    # premailer and lxml drop MRML's doctype; without it clients render in quirks mode (RGAA 8.1).
    return f"{DOCTYPE}\n{text}\n"


def _lighter(document: str) -> str:
    """Return MRML's HTML without what it says twice: some 200 bytes an item (measured 2026-11)."""
    once = re.sub(r"background:(#\w+);background-color:\1;", r"background:\1;", document)
    merged = once.replace("<![endif]--><!--[if mso | IE]>", "")
    return re.sub(r">\s+(?=<!--)", ">", merged)


def _printable(document: str) -> str:
    """Return MRML's HTML with columns of full width as blocks: a page can end inside one."""
    document = _SAID_INLINE.sub("", document)
    column = r'(<div class="[^"]*mj-column-per-100\b[^>]*)display:inline-block;vertical-align:top;'
    return re.sub(column, r"\1display:block;", document)


def _set_language(root: html.HtmlElement, language: str) -> None:
    """Name the language on every child of body: webmails drop html and body themselves."""
    for element in (root, *root.body.iterchildren(etree.Element)):
        element.set("lang", language)
        element.set("dir", "ltr")


def _set_roles(root: html.HtmlElement) -> None:
    """Tell layout tables, by their role, from Markdown's, which have headings.

    Markdown's get their space from an attribute: a style in each cell would weigh ten times more.
    """
    for table in root.iter("table"):
        head = table.find("thead")
        if head is None:
            table.set("role", "presentation")
            continue
        columns = len(head.findall(".//th"))
        table.set("class", "data" if columns <= MAX_WHOLE_COLUMNS else "data wide")
        mark_long_words(table)
        table.set("cellpadding", "4")
        table.set("cellspacing", "0")


def mark_long_words(table: etree._Element) -> None:
    """Let the cells break their words that have one too long for a column."""
    for cell in table.iter("th", "td"):
        words = "".join(str(text) for text in cell.itertext()).split()
        if max(map(len, words), default=0) > MAX_WHOLE_WORD:
            cell.set("class", "wide")


def _set_image_sizes(root: html.HtmlElement, images: Mapping[tuple[str, str], ShownImage]) -> None:
    """Say how high pictures are, but those that shrink with a phone: Yahoo keeps that height."""
    for image in root.iter("img"):
        shown = images.get((image.get("src", ""), image.get("width", "")))
        if shown is not None and image.get("class") not in FLUID:
            image.set("height", str(shown.height))


def _set_margins(root: html.HtmlElement) -> None:
    """Take the body's margins away: MRML does so in a style block, which SFR and LaPoste drop."""
    for body in root.iter("body"):
        body.set("style", f"margin:0;padding:0;{body.get('style', '')}")


def _set_widths(root: html.HtmlElement) -> None:
    """Say twice that a table fills its place: La Poste's phones take every width away."""
    for table in root.iter("table"):
        style = table.get("style", "")
        if table.get("width") == "100%" or _FULL_WIDTH.search(style):
            table.set("style", f"{style.rstrip(';')};min-width:100%".lstrip(";"))


def _set_anchors(root: html.HtmlElement, anchors: Mapping[int, str]) -> None:
    """Give each item's id to its outermost element, the first after the comment that marks it.

    A name stands inside: Gmail, Yahoo and classic Outlook go nowhere else (caniemail,
    html-anchor-links). Only templates of version 0.2, whose mails stay the same, begin by a div.
    """
    for comment in root.iter(etree.Comment):
        mark = re.fullmatch(r"item:(\d+)", str(comment.text))
        if mark is not None and int(mark[1]) in anchors:
            item = next(comment.itersiblings(etree.Element))
            item.set("id", anchors[int(mark[1])])
            if item.tag != "div":
                first = next(item.iter("td"), item)
                first.insert(0, html.Element("a", {"name": anchors[int(mark[1])]}))
                first[0].tail, first.text = first.text, None


def take_out_marks(document: str, locs: Mapping[int, Loc]) -> tuple[str, tuple[ItemSpan, ...]]:
    """Return the HTML without the comments that mark items, and where each item lies in it."""
    parts: list[str] = []
    spans: list[ItemSpan] = []
    length, last, start = 0, 0, 0
    for mark in _MARK.finditer(document):
        part = document[last : mark.start()]
        parts.append(part)
        length += len(part)
        last = mark.end()
        if mark[1]:
            spans.append(ItemSpan(locs[int(mark[2])], start, length))
        else:
            start = length
    parts.append(document[last:])
    return "".join(parts), tuple(spans)
