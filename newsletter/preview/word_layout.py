"""A mail roughly as classic Outlook for Windows shows it, which has Word lay it out.

Sources: caniemail's data, and its notes on Outlook for Windows where support is partial; for
`mso-` properties Microsoft's "Office HTML and XML Reference". Not imitated: Word's line heights,
the borders that it loses on `p` and `div`, VML, and the rules of a style block that it does read.
"""

import operator
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import tinycss2
from lxml import etree
from tinycss2.ast import Declaration, DimensionToken, Node
from tinycss2.color3 import parse_color

from newsletter.checks.caniemail.features import features, uses_of_declaration
from newsletter.preview.mail_pictures import parsed, serialized

# What Outlook alone reads, what all but Outlook read, and the latter without a comment's dashes.
_CONDITIONAL = re.compile(
    r"<!(?:--)?\[if\b([^\]]*)\]>(?:<!--\s*(?:--)?>|\s*-->)?"
    r"(.*?)(?:<!--\s*)?<!\[endif\]\s*(?:--)?>",
    re.DOTALL | re.IGNORECASE,
)
_MSO_VERSION = 16  # of every Outlook for Windows since 2016
_SUBJECT = re.compile(r"(!?)\s*(?:(lte?|gte?)\s+)?([a-z]+)(?:\s+(\d+)[\d.]*)?", re.IGNORECASE)
_COMPARE = {"lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge}
# Settings of Office: their values are no words of the mail.
_SETTINGS = re.compile(r"<xml\b.*?</xml>", re.DOTALL | re.IGNORECASE)
_LOST_ON: Mapping[str, tuple[str, ...]] = {
    "width": ("body", "span", "div", "p", "img"),  # css-width, note 1
    "height": ("body", "span", "div", "p"),  # css-height, note 2
    "margin": ("body", "span"),  # css-margin, note 2
    "display": ("img",),  # css-display, note 5
}
_THICKEST_PX = 8  # css-border, note 1
_ALTERNATIVE = re.compile(r"mso-(.+)-alt")


def laid_out_by_word(html: str) -> str:
    """Return the mail with those styles alone that Word takes, and what is written for Outlook."""
    root = parsed(html)
    for block in list(root.iter("style")):
        block.drop_tree()
    root = parsed(_CONDITIONAL.sub(_opened, serialized(root)))
    for element in root.iter(etree.Element):
        if element.tag != "body":  # html-background, note 2
            element.attrib.pop("background", None)
        if style := element.attrib.pop("style", ""):
            element.set("style", _as_in_word(str(element.tag), style))
    return serialized(root)


def _opened(comment: re.Match[str]) -> str:
    """Return what a conditional comment holds, if it does for Outlook."""
    condition, content = comment.groups()
    # "(gte mso 9)|(IE)": `&` binds before `|`. Brackets around several facts are not heeded.
    alternatives = re.sub(r"[()]", " ", condition).split("|")
    holds = any(all(map(_is_so, each.split("&"))) for each in alternatives)
    return _SETTINGS.sub("", content) if holds else ""


def _is_so(fact: str) -> bool:
    """Tell whether Outlook is what a fact says: "mso", "!mso", "gte mso 9"."""
    found = _SUBJECT.fullmatch(fact.strip())
    if found is None:
        return False
    negation, comparison, name, version = found.groups()
    compare = _COMPARE.get((comparison or "").lower(), operator.eq)
    is_outlook = name.lower() == "mso" and compare(_MSO_VERSION, int(version or _MSO_VERSION))
    return is_outlook != bool(negation)


@lru_cache(maxsize=1024)  # a mail says the same hundreds of times
def _as_in_word(tag: str, style: str) -> str:
    nodes = tinycss2.parse_blocks_contents(style)
    declarations = [node for node in nodes if isinstance(node, Declaration)]
    # Word prefers its own, wherever they stand.
    declarations.sort(key=lambda each: each.lower_name.startswith("mso-"))
    return ";".join(filter(None, (_taken(tag, each) for each in declarations)))


def _taken(tag: str, declaration: Declaration) -> str:
    """Return the declaration as it counts on an element `tag`; "" where it does not."""
    if declaration.lower_name == "mso-hide":
        return "display:none"
    alternative = _ALTERNATIVE.fullmatch(declaration.lower_name)
    name = alternative[1] if alternative else declaration.lower_name
    family = name.partition("-")[0] if name.startswith(("padding", "margin")) else name
    declaration.value = [part for each in declaration.value for part in _parts(name, each)]
    value = tinycss2.serialize(declaration.value).strip()
    is_lost = (
        not value
        or declaration.important  # css-important, note 5
        or (family == "padding" and tag not in ("td", "th"))  # css-padding, note 1
        or tag in _LOST_ON.get(family, ())
        or name == "max-width"  # before 2019; since then on tables alone: css-max-width, note 1
        or (name == "display" and value != "none")  # css-display, note 5
        or any(_is_lacking(use.slug) for use in uses_of_declaration(declaration))
    )
    return "" if is_lost else f"{name}:{value}"


def _parts(name: str, part: Node) -> Iterator[Node]:
    """Yield a part of a property's value as Word takes it."""
    is_px = isinstance(part, DimensionToken) and part.lower_unit == "px"
    if name == "background" and parse_color(part) is None:
        return  # css-background, note 3
    if name.startswith("border") and is_px and part.value > _THICKEST_PX:
        yield tinycss2.parse_one_component_value(f"{_THICKEST_PX}px")
    elif name.startswith("margin") and part.serialize().startswith(("auto", "-")):
        yield tinycss2.parse_one_component_value("0")  # css-margin, notes 1 and 4
    else:
        yield part


def _is_lacking(slug: str) -> bool:
    """Tell whether a feature is none of Outlook classic; of a list of fonts, it takes the next."""
    feature = features().get(slug)
    return feature is not None and "Outlook classic" in feature.lacking and slug != "css-sytem-ui"
