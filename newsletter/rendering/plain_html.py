"""HTML of a release for other pages than a mail: what mails lay out in cells, as blocks."""

from typing import cast

from lxml import etree

from newsletter.rendering.html import mark_long_words

_BLOCKS = " or ".join(f"self::{name}" for name in ("p", "h1", "h2", "h3", "h4", "h5", "ul", "dl"))


def without_mjml(page: str, *, own_pictures: bool = True) -> str:
    """Return well-formed HTML without layout tables, Outlook's comments and what is left of MJML.

    A cell becomes a block of its class: read aloud, a table of layout would be one of data.
    What is for the eye alone leaves: decorative pictures, which in a tagged PDF would be figures
    without words, and what `aria-hidden` says not to read. So do the issue's own pictures where
    `own_pictures` are not to be had. A picture takes its caption and credit with it.
    """
    root = etree.fromstring(page.strip().encode())
    etree.strip_tags(root, etree.Comment)
    _take_out_hidden(root)
    for element in list(root.iter("mj-image", "mj-button")):
        _replace_leaf(element)
    for image in root.iter("img"):
        if not image.get("alt") or not (own_pictures or image.get("src", "").find("images/")):
            _take_out_caption(image)
            image.tag = "span"
            image.attrib.clear()
        else:
            image.set("style", f"max-width:{image.get('width')}px")
    for table in [each for each in root.iter("table") if each.find("thead") is None]:
        _lay_out_in_blocks(table)
    for element in root.iter("mj-section", "mj-column", "mj-text", "mj-raw"):
        element.tag = "section" if element.tag == "mj-section" else "div"
        element.attrib.clear()
    for table in root.iter("table"):
        mark_long_words(table)
    return etree.tostring(root, encoding="unicode", method="html")


def _take_out_caption(image: etree._Element) -> None:
    for block in cast(list[etree._Element], image.xpath(f"following::*[{_BLOCKS}][1]")):
        parent = block.getparent()
        if parent is not None and (block.tag, block.get("class")) == ("p", "note"):
            parent.remove(block)


def _take_out_hidden(root: etree._Element) -> None:
    for element in list(root.iter(etree.Element)):
        parent = element.getparent()
        if element.get("aria-hidden") == "true" and parent is not None:
            parent.remove(element)


def _lay_out_in_blocks(table: etree._Element) -> None:
    """Turn a table that only lays out into a block of blocks; its empty cells are mere space."""
    for row in table.findall("tr"):
        for cell in row.findall("td"):
            if cell.find(".//img") is None and not "".join(map(str, cell.itertext())).strip():
                row.remove(cell)
            cell.tag = "div"
            for name in set(cell.keys()) - {"class", "style"}:
                del cell.attrib[name]
        row.tag = "layout"  # a table of data inside keeps its rows
    etree.strip_tags(table, "layout")
    table.tag = "div"
    for name in set(table.keys()) - {"class"}:
        del table.attrib[name]


def _replace_leaf(element: etree._Element) -> None:
    """Turn a picture or a button of MJML into a paragraph that holds it."""
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    is_picture = element.tag == "mj-image"
    element.attrib.clear()
    element.tag = "p"
    inside = element
    if "href" in attributes:
        inside = etree.Element("a", {"href": attributes["href"]})
        inside.text, element.text = element.text, None
        inside.extend(list(element))
        element.append(inside)
    if is_picture:
        width = attributes["width"].removesuffix("px")
        shown = {"src": attributes["src"], "alt": attributes["alt"], "width": width}
        etree.SubElement(inside, "img", shown)
