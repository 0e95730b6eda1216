"""MJML to HTML, held first against what we use of the language.

mjml-python 1.4 (MRML) validates nothing: it copies an unknown tag into the mail, ignores a misspelt
attribute, and dies of 20,000 nested tags (measured 2026-11).
"""

import re

from lxml import etree
from mjml import mjml2html

from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError

_PADDING = {"padding", "padding-top", "padding-bottom", "padding-left", "padding-right"}
_BOX = _PADDING | {"css-class", "background-color", "border-radius", "border", "mj-class"}
_BOX |= {"border-top", "border-bottom", "border-left", "border-right"}
_FONT = {"font-family", "font-size", "font-weight", "font-style", "line-height", "color"}
_FONT |= {"letter-spacing", "text-decoration", "text-transform"}
_SHOWN = _PADDING | {"css-class", "align", "container-background-color", "mj-class"}
# Tag -> the attributes that MRML 6 reads; docs: documentation.mjml.io.
ATTRIBUTES = {
    "mjml": {"lang", "dir", "owa"},
    **{f"mj-{tag}": set[str]() for tag in ("head", "title", "preview", "style", "raw")},
    "mj-attributes": set[str](),
    "mj-breakpoint": {"width"},
    "mj-body": {"width", "background-color", "css-class"},
    "mj-wrapper": _BOX | {"full-width", "text-align"},
    "mj-section": _BOX | {"full-width", "direction", "text-align"},
    "mj-column": _BOX | {"width", "vertical-align", "inner-background-color", "inner-border"},
    "mj-group": {"css-class", "width", "vertical-align", "background-color", "direction"},
    "mj-text": _SHOWN | _FONT | {"height"},
    "mj-image": _SHOWN
    | {"src", "alt", "href", "width", "height", "title", "rel", "target", "name"}
    | {"border", "border-radius", "fluid-on-mobile", "srcset", "font-size"},
    "mj-button": _SHOWN
    | _FONT
    | {"href", "background-color", "border", "border-radius", "inner-padding", "width", "height"}
    | {"rel", "target", "name", "text-align", "vertical-align"},
    "mj-divider": _SHOWN | {"border-color", "border-style", "border-width", "width"},
    "mj-spacer": _SHOWN | {"height"},
}
ATTRIBUTES["mj-all"] = set().union(*ATTRIBUTES.values())
_CONTENT = {"mj-text", "mj-image", "mj-button", "mj-divider", "mj-spacer", "mj-raw"}
CHILDREN = {
    "mjml": {"mj-head", "mj-body"},
    "mj-head": {"mj-title", "mj-preview", "mj-style", "mj-raw", "mj-attributes", "mj-breakpoint"},
    "mj-body": {"mj-wrapper", "mj-section", "mj-raw"},
    "mj-wrapper": {"mj-section", "mj-raw"},
    "mj-section": {"mj-column", "mj-group", "mj-raw"},
    "mj-group": {"mj-column", "mj-raw"},
    "mj-column": _CONTENT,
    "mj-attributes": {*ATTRIBUTES},
}
_HOLD_HTML = {"mj-text", "mj-button", "mj-raw"}
_ATTRIBUTES_AND_TITLE = re.compile(r'="[^"]*"|<mj-title>.*?</mj-title>', re.DOTALL)
_SPOILT = re.compile(r"[^\x00-\x7f]|\\")


def mjml_to_html(mjml: str) -> str:
    """Return the HTML of `mjml`; raise `NewsletterError` where a template goes wrong."""
    # MRML has trouble with CRLF (jdrouet/mrml#654).
    mjml = mjml.replace("\r\n", "\n").replace("\r", "\n")
    _check(mjml)
    try:
        return str(mjml2html(_with_ascii_attributes(mjml), fonts={}, disable_comments=False))
    except ValueError as error:
        raise _template_error(str(error)) from error


def _with_ascii_attributes(mjml: str) -> str:
    r"""Return `mjml` with character references for what MRML would spoil in attributes."""

    # It writes them as Rust prints strings for programmers: a zero-width joiner becomes
    # `\u{200d}`, a backslash two. The title becomes an attribute too (measured 2026-11).
    def referred(words: re.Match[str]) -> str:
        return _SPOILT.sub(lambda sign: f"&#{ord(sign[0])};", words[0])

    return _ATTRIBUTES_AND_TITLE.sub(referred, mjml)


def _check(mjml: str) -> None:
    """Raise `NewsletterError` at the first tag, attribute or nesting that is not MJML."""
    try:  # libxml2 refuses more than 256 levels; MRML still renders 3,000
        root = etree.fromstring(mjml.encode(), etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError as error:
        raise _template_error(str(error)) from error
    if root.tag != "mjml":
        raise _template_error(_("<{tag}> is where <mjml> should be").format(tag=root.tag))
    for element in root.iter(etree.Element):
        if (parent := element.getparent()) is not None:
            _check_place(element, parent)
        tag = str(element.tag)
        if not tag.startswith("mj"):
            continue
        for name in set(element.keys()) - ATTRIBUTES[tag]:
            message = _("<{tag}> has no attribute '{name}' (line {line} of the MJML)")
            raise _template_error(message.format(tag=tag, name=name, line=element.sourceline))


def _check_place(element: etree._Element, parent: etree._Element) -> None:
    if str(element.tag).startswith("mj"):
        allowed = element.tag in CHILDREN.get(str(parent.tag), ())
    else:
        allowed = parent.tag in _HOLD_HTML or not str(parent.tag).startswith("mj")
    if not allowed:
        message = _("<{tag}> is not allowed inside <{parent}> (line {line} of the MJML)").format(
            tag=element.tag, parent=parent.tag, line=element.sourceline
        )
        raise _template_error(message)


def _template_error(what: str) -> NewsletterError:
    message = _("a template produces MJML that cannot be rendered: {what}").format(what=what)
    return NewsletterError(message, hint=_("compare templates/email with the packaged templates"))
