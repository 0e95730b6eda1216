"""HTML of a release for other pages than a mail: the MJML of its items turned into plain HTML."""

from lxml import etree

from newsletter.rendering.html import mark_long_words


def without_mjml(page: str) -> str:
    """Return well-formed HTML with HTML for the MJML that items are made of.

    Decorative pictures leave: they say nothing, and in a tagged PDF would be figures without words.
    """
    root = etree.fromstring(page.strip().encode())
    for element in list(root.iter("mj-image", "mj-button")):
        _replace_leaf(element)
    for element in root.iter("mj-section", "mj-column", "mj-text", "mj-raw"):
        element.tag = "section" if element.tag == "mj-section" else "div"
        element.attrib.clear()
    for table in root.iter("table"):
        mark_long_words(table)
    for image in root.iter("img"):
        if not image.get("alt"):
            image.tag = "span"
            image.attrib.clear()
        else:
            image.set("style", f"max-width:{image.get('width')}px")
    return etree.tostring(root, encoding="unicode", method="html")


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
