"""HTML after its template: a mail's, from MJML, finished; a release's, for paper."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, cast

from lxml import etree, html
from mjml import mjml2html

from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.composition import ComposedIssue
from newsletter.rendering.inlining import inline_styles
from newsletter.source import Loc

_FLUID = {"fluid", "stretch"}  # classes of pictures as wide as their column
_MAX_WHOLE_COLUMNS = 5  # more may need to break words on a phone
_MAX_WHOLE_WORD = 16  # characters; a longer one, an address, would widen a table of two columns
# MRML's width of full columns from 480 pixels on, and for Thunderbird: they have it at any width.
_SAID_INLINE = re.compile(
    r"<style[^>]*>[^<{]*(?:\{\s*)?\.mj-column-per-100 \{[^}]*\}[\s}]*</style>"
)
_FULL_WIDTH = re.compile(r"(?<!-)width:100%")
_COLUMN = re.compile(
    r'(<div class="[^"]*mj-column-per-100\b[^>]*)display:inline-block;vertical-align:top;'
)
_MARK = re.compile(r"<!--(?P<end>/?)item:(?P<number>\d+)-->")
_BLOCKS = " or ".join(f"self::{name}" for name in ("p", "h1", "h2", "h3", "h4", "h5", "ul", "dl"))
# What MRML 6 reads on one tag or another of those below; docs: documentation.mjml.io.
_ATTRIBUTES = {
    *("align", "alt", "background-color", "border", "border-bottom", "border-color", "border-left"),
    *("border-radius", "border-right", "border-style", "border-top", "border-width", "color"),
    *("container-background-color", "css-class", "dir", "direction", "fluid-on-mobile"),
    *("font-family", "font-size", "font-style", "font-weight", "full-width", "height", "href"),
    *("inner-background-color", "inner-border", "inner-padding", "lang", "letter-spacing"),
    *("line-height", "mj-class", "name", "owa", "padding", "padding-bottom", "padding-left"),
    *("padding-right", "padding-top", "rel", "src", "srcset", "target", "text-align"),
    *("text-decoration", "text-transform", "title", "vertical-align", "width"),
}
_CONTENT = {"mj-text", "mj-image", "mj-button", "mj-divider", "mj-spacer", "mj-raw"}
_CHILDREN = {
    "mjml": {"mj-head", "mj-body"},
    "mj-head": {"mj-title", "mj-preview", "mj-style", "mj-raw", "mj-attributes", "mj-breakpoint"},
    "mj-body": {"mj-wrapper", "mj-section", "mj-raw"},
    "mj-wrapper": {"mj-section", "mj-raw"},
    "mj-section": {"mj-column", "mj-group", "mj-raw"},
    "mj-group": {"mj-column", "mj-raw"},
    "mj-column": _CONTENT,
    "mj-attributes": _CONTENT | {"mj-all", "mj-wrapper", "mj-section", "mj-group", "mj-column"},
}
_ATTRIBUTES_AND_TITLE = re.compile(r'="[^"]*"|<mj-title>.*?</mj-title>', re.DOTALL)
_SPOILT = re.compile(r"[^\x00-\x7f]|\\")


class ItemSpan(NamedTuple):
    """Where an item lies in a document's HTML, in characters, and in its issue file."""

    loc: Loc
    start: int
    end: int


def mjml_to_html(mjml: str) -> str:
    """Return the HTML of `mjml`; raise `NewsletterError` where a template goes wrong."""
    # MRML has trouble with CRLF (jdrouet/mrml#654). Attributes, the title too, it writes as Rust
    # prints strings for programmers: a zero-width joiner becomes `\u{200d}`, a backslash two
    # (measured 2026-11).
    mjml = mjml.replace("\r\n", "\n").replace("\r", "\n")
    _check(mjml)
    mjml = _ATTRIBUTES_AND_TITLE.sub(lambda words: _SPOILT.sub(_reference, words[0]), mjml)
    try:
        return str(mjml2html(mjml, fonts={}, disable_comments=False))
    except ValueError as error:
        raise _template_error(str(error)) from error


def _reference(sign: re.Match[str]) -> str:
    return f"&#{ord(sign[0])};"


def _check(mjml: str) -> None:
    """Raise `NewsletterError` at the first tag, attribute or nesting that is not MJML."""
    # mjml-python 1.4 (MRML) validates nothing: it copies an unknown tag into the mail, ignores a
    # misspelt attribute, and dies of 20,000 nested tags (measured 2026-11).
    try:  # libxml2 refuses more than 256 levels; MRML still renders 3,000
        root = etree.fromstring(mjml.encode(), etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError as error:
        raise _template_error(str(error)) from error
    if root.tag != "mjml":
        raise _template_error(_("<{tag}> is where <mjml> should be").format(tag=root.tag))
    for element in root.iter(etree.Element):
        tag, line, parent = str(element.tag), element.sourceline, element.getparent()
        if parent is not None and not _is_allowed(tag, str(parent.tag)):
            message = _("<{tag}> is not allowed inside <{parent}> (line {line} of the MJML)")
            raise _template_error(message.format(tag=tag, parent=parent.tag, line=line))
        for name in set(element.keys()) - _ATTRIBUTES if tag.startswith("mj") else ():
            message = _("<{tag}> has no attribute '{name}' (line {line} of the MJML)")
            raise _template_error(message.format(tag=tag, name=name, line=line))


def _is_allowed(tag: str, parent: str) -> bool:
    if tag.startswith("mj"):
        return tag in _CHILDREN.get(parent, ())
    return parent in {"mj-text", "mj-button", "mj-raw"} or not parent.startswith("mj")


def _template_error(what: str) -> NewsletterError:
    message = _("a template produces MJML that cannot be rendered: {what}").format(what=what)
    return NewsletterError(message, hint=_("compare templates/email with the packaged templates"))


def finish_html(document: str, composed: ComposedIssue) -> str:
    """Return MRML's HTML as a mail: styled, languages, roles and sizes set; its marks stay."""
    parser = html.HTMLParser(encoding="utf-8", remove_pis=True)
    root = html.document_fromstring(_lighter(document).encode(), parser=parser)
    _set_roles(root)
    inline_styles(root, composed.rendered("email/content.css"))
    body = next(root.iter("body"))
    # Webmails drop html and body themselves.
    for element in (root, *body.iterchildren(etree.Element)):
        element.set("lang", composed.language)
        element.set("dir", "ltr")
    # Not how high those are that shrink with a phone: Yahoo keeps that height.
    for image in root.iter("img"):
        shown = composed.pictures.by_source.get((image.get("src", ""), image.get("width", "")))
        if shown is not None and image.get("class") not in _FLUID:
            image.set("height", str(shown.height))
    _set_anchors(root, composed.anchors)
    # MRML takes margins away in a style block, which SFR and LaPoste drop.
    body.set("style", f"margin:0;padding:0;{body.get('style', '')}")
    # Twice that a table fills its place: La Poste's phones take every width away.
    for table in root.iter("table"):
        style = table.get("style", "")
        if table.get("width") == "100%" or _FULL_WIDTH.search(style):
            table.set("style", f"{style.rstrip(';')};min-width:100%".lstrip(";"))
    # premailer and lxml drop MRML's doctype; without it clients render in quirks mode (RGAA 8.1).
    return f"<!DOCTYPE html>\n{etree.tostring(root, method='html', encoding='unicode')}\n"


def _lighter(document: str) -> str:
    """Return MRML's HTML without what it says twice: some 200 bytes an item (measured 2026-11)."""
    # Columns of full width are blocks: a printed page can end inside one.
    document = re.sub(r"background:(#\w+);background-color:\1;", r"background:\1;", document)
    document = document.replace("<![endif]--><!--[if mso | IE]>", "")
    document = _SAID_INLINE.sub("", re.sub(r">\s+(?=<!--)", ">", document))
    return _COLUMN.sub(r"\1display:block;", document)


def _set_roles(root: html.HtmlElement) -> None:
    """Tell layout tables, by their role, from Markdown's, which have headings."""
    # Markdown's get their space from an attribute: a style in each cell would weigh ten times more.
    for table in root.iter("table"):
        head = table.find("thead")
        if head is None:
            table.set("role", "presentation")
            continue
        columns = len(head.findall(".//th"))
        table.set("class", "data" if columns <= _MAX_WHOLE_COLUMNS else "data wide")
        _mark_long_words(table)
        table.set("cellpadding", "4")
        table.set("cellspacing", "0")


def _mark_long_words(table: etree._Element) -> None:
    for cell in table.iter("th", "td"):
        words = "".join(str(text) for text in cell.itertext()).split()
        if max(map(len, words), default=0) > _MAX_WHOLE_WORD:
            cell.set("class", "wide")


def _set_anchors(root: html.HtmlElement, anchors: Mapping[int, str]) -> None:
    """Give each item's id to its outermost element, the first after the comment that marks it."""
    # A name stands inside: Gmail, Yahoo and classic Outlook go nowhere else (caniemail,
    # html-anchor-links). Only templates of version 0.2, whose mails stay the same, begin by a div.
    for comment in root.iter(etree.Comment):
        mark = re.fullmatch(r"item:(\d+)", str(comment.text))
        if mark is not None and (name := anchors.get(int(mark[1]))):
            item = next(comment.itersiblings(etree.Element))
            item.set("id", name)
            if item.tag != "div":
                first = next(item.iter("td"), item)
                first.insert(0, html.Element("a", {"name": name}))
                first[0].tail, first.text = first.text, None


def take_out_marks(document: str, locs: Mapping[int, Loc]) -> tuple[str, tuple[ItemSpan, ...]]:
    """Return the HTML without the comments that mark items, and where each item lies in it."""
    spans: list[ItemSpan] = []
    start = taken_out = 0
    for mark in _MARK.finditer(document):
        end = mark.start() - taken_out
        taken_out += len(mark[0])
        if mark["end"]:
            spans.append(ItemSpan(locs[int(mark["number"])], start, end))
        else:
            start = end
    return _MARK.sub("", document), tuple(spans)


def without_decoration(page: str, *, own_pictures: bool = True) -> str:
    """Return well-formed HTML, for paper or for newsrooms, without what is for the eye alone."""
    # In a tagged PDF a decorative picture would be a figure without words. What `aria-hidden` says
    # not to read leaves too, and so do the issue's own pictures where `own_pictures` are not to be
    # had. A picture takes its caption and credit with it, and the box that it leaves empty.
    root = etree.fromstring(page.strip().encode())
    etree.strip_tags(root, etree.Comment)
    _turn_mjml_into_html(root)
    _take_out(root.iterfind('.//*[@aria-hidden="true"]'))
    for image in list(root.iter("img")):
        is_own = image.get("src", "").startswith("images/")
        if image.get("alt") and (own_pictures or not is_own):
            image.set("style", f"max-width:{image.get('width')}px")
        else:
            caption = image.xpath(f"following::*[{_BLOCKS}][1][self::p][@class='note']")
            _take_out([*cast(list[etree._Element], caption), image])
    for table in root.iter("table"):
        _mark_long_words(table)
    return etree.tostring(root, encoding="unicode", method="html")


def _turn_mjml_into_html(root: etree._Element) -> None:
    """Give MJML's tags names of HTML: templates of version 0.2 lay paper out in them too."""
    for leaf in list(root.iter("mj-image", "mj-button")):
        if leaf.tag == "mj-image":
            picture = {name: leaf.get(name, "") for name in ("src", "alt", "width")}
            etree.SubElement(leaf, "img", picture | {"width": picture["width"].removesuffix("px")})
        if "href" in leaf.attrib:
            link = etree.Element("a", href=leaf.get("href", ""))
            link.text, leaf.text = leaf.text, None
            link.extend(list(leaf))
            leaf.append(link)
        leaf.tag = "p"
        leaf.attrib.clear()
    for block in root.iter("mj-section", "mj-column", "mj-text"):
        block.tag = "div"
        block.attrib.clear()


def _take_out(elements: Iterable[etree._Element]) -> None:
    """Remove elements, and each one around them that they leave empty."""
    for each in list(elements):
        parent = each.getparent()
        if parent is not None:
            parent.remove(each)
            if not len(parent) and not (parent.text or "").strip():
                _take_out([parent])
