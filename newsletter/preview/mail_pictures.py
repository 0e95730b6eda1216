"""The pictures of a mail in a preview: as boxes, held back, or from where they are at hand."""

import html as html_module
import re
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping
from functools import partial
from urllib.parse import quote, urlsplit

from lxml import etree
from lxml import html as lxml_html

from newsletter.preview.shown_issue import ShownMail

# What names a picture: attributes, and what CSS fetches.
_ATTRIBUTES = ("src", "background", "poster")
_DRAWN = ("href", "xlink:href")  # of an `image` inside an SVG
_URL = re.compile(r"url\(\s*([\"']?)([^)\"']+)\1\s*\)", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_][a-z0-9._-]*", re.IGNORECASE)
_UNKNOWN = "https://unknown.invalid"
_SQUARE_PX = 48  # of a picture that does not say its size
Change = Callable[[str, tuple[int, int]], str]


def boxed(root: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    """Put a box in place of each picture that shows its alternative, as mail programs do."""
    # Grounds lose their pictures. A picture with an empty alternative leaves an empty box.
    for image in list(root.iter("img")):
        box = etree.Element("span")
        box.set("class", "picture-off")
        width, height = _size(image)
        # Not width in pixels and max-width in percent: in a table's cell that would not shrink.
        box.set(
            "style",
            f"display:inline-block;box-sizing:border-box;width:100%;max-width:{width}px;"
            f"min-height:{height}px;padding:4px;border:1px solid #8a8a8a;vertical-align:top;"
            "font:14px/20px Arial,sans-serif",
        )
        box.text = image.get("alt", "")
        image.addprevious(box)
        image.drop_tree()
    return _changed(root, lambda _address, _size: "")


def held_back(root: lxml_html.HtmlElement, shown: Collection[str] = ()) -> lxml_html.HtmlElement:
    """Put a drawing that names the host in place of each picture of another machine."""
    # Pictures of `shown`, origins such as "https://images.example.org", stay. Nothing that a mail
    # program would fetch beside pictures is left: `link`, `script`, `base`, `iframe`, `object`.

    def held(address: str, size: tuple[int, int], shown: Collection[str] = shown) -> str:
        origin = _origin(address)
        return address if origin is None or origin in shown else _drawing(origin, size)

    for element in list(root.iter("link", "script", "base", "iframe", "object", "embed", "frame")):
        element.drop_tree()
    # In CSS none: Chromium asks for some of them with a Referer, whatever the policy says.
    return _changed(root, held, partial(held, shown=()))


def remote_origins(html: str) -> tuple[str, ...]:
    """Return whose pictures the mail shows, of other machines: "https://images.example.org"."""
    found: set[str] = set()

    def note(address: str, _size: tuple[int, int]) -> str:
        found.update(filter(None, [_origin(address)]))
        return address

    _changed(parsed(html), note)
    return tuple(sorted(found))


def standalone(mail: ShownMail) -> str:
    """Return the HTML that its reader gets, its own pictures in it, those of others held back."""
    addresses = {
        image.name: f"data:{image.media_type};base64,{b64encode(image.content).decode()}"
        for image in mail.document.images
    }
    return serialized(held_back(at_hand(parsed(mail.filled.html), addresses)))


def at_hand(root: lxml_html.HtmlElement, addresses: Mapping[str, str]) -> lxml_html.HtmlElement:
    """Give the mail's own pictures, by "images/0123456789abcdef.jpg", these addresses."""
    # They are found wherever the mail says that they lie: beside it, or where they are hosted.
    by_name = {name.rpartition("/")[2]: address for name, address in addresses.items()}
    return _changed(root, lambda address, _size: by_name.get(address.rpartition("/")[2], address))


def parsed(html: str) -> lxml_html.HtmlElement:
    """Return the mail as a tree; `serialized` turns it back."""
    return lxml_html.document_fromstring(html)


def _changed(
    root: lxml_html.HtmlElement, change: Change, in_css: Change | None = None
) -> lxml_html.HtmlElement:
    """Apply `change` to the address of every picture, with its size; "" takes the address away."""
    for element in root.iter(etree.Element):
        size = _size(element)
        element.attrib.pop("srcset", None)  # other sizes of what `src` has
        for name in _DRAWN if element.tag == "image" else _ATTRIBUTES:
            if value := element.get(name):
                element.set(name, change(value.strip(), size))
                if not element.get(name):
                    del element.attrib[name]
        if "url(" in element.get("style", "").lower():
            element.set("style", _changed_css(element.get("style", ""), size, in_css or change))
    for block in root.iter("style"):
        block.text = _changed_css(block.text or "", (_SQUARE_PX, _SQUARE_PX), in_css or change)
    return root


def _changed_css(css: str, size: tuple[int, int], change: Change) -> str:
    def changed(match: re.Match[str]) -> str:
        address = change(match[2].strip(), size)
        return f'url("{address}")' if address else "none"

    return _URL.sub(changed, css)


def _origin(address: str) -> str | None:
    """Return "https://host" of an address on another machine, None of one that is at hand."""
    if not _REMOTE.match(address):
        return None
    try:
        parts = urlsplit(address if ":" in address.partition("//")[0] else f"https:{address}")
        # As policies name a host: in ASCII.
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:  # a port that is no number, half a bracket, an empty label
        return _UNKNOWN
    if not _HOST.fullmatch(host):
        return _UNKNOWN  # it would be more than a name in the policy that lets it in
    return f"{parts.scheme}://{host}:{port}" if port else f"{parts.scheme}://{host}"


def _drawing(origin: str, size: tuple[int, int]) -> str:
    """Return a drawing of `size`, in pixels, with the host's name, as an address of its own."""
    width, height = size
    host = html_module.escape(origin.partition("//")[2])
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        '<rect width="100%" height="100%" fill="#e8e8e8" stroke="#767676" stroke-dasharray="6 4"/>'
        '<text x="50%" y="50%" fill="#333" font-family="sans-serif" font-size="14"'
        f' text-anchor="middle" dominant-baseline="middle">{host}</text></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"


def _size(element: etree._Element) -> tuple[int, int]:
    """Return the width and height that an element says, in pixels, else a small square."""
    said = (element.get("width", ""), element.get("height", ""))
    width, height = (int(each) if re.fullmatch(r"\d{1,4}", each) else 0 for each in said)
    return width or _SQUARE_PX, height or _SQUARE_PX


def serialized(root: lxml_html.HtmlElement) -> str:
    """Return a tree as HTML, its doctype too."""
    return str(etree.tostring(root.getroottree(), method="html", encoding="unicode"))
