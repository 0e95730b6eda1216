"""MJML to HTML, held first against what we use of the language.

mjml-python 1.4 (MRML) validates nothing: it copies an unknown tag into the mail, ignores a misspelt
attribute, and dies of 20,000 nested tags (measured 2026-11).
"""

import re

from lxml import etree
from mjml import mjml2html

from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError

# What MRML 6 reads on one tag or another of those below; docs: documentation.mjml.io.
ATTRIBUTES = {
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
CHILDREN = {
    "mjml": {"mj-head", "mj-body"},
    "mj-head": {"mj-title", "mj-preview", "mj-style", "mj-raw", "mj-attributes", "mj-breakpoint"},
    "mj-body": {"mj-wrapper", "mj-section", "mj-raw"},
    "mj-wrapper": {"mj-section", "mj-raw"},
    "mj-section": {"mj-column", "mj-group", "mj-raw"},
    "mj-group": {"mj-column", "mj-raw"},
    "mj-column": _CONTENT,
    "mj-attributes": _CONTENT | {"mj-all", "mj-wrapper", "mj-section", "mj-group", "mj-column"},
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
        tag, line, parent = str(element.tag), element.sourceline, element.getparent()
        if parent is not None and not _is_allowed(tag, str(parent.tag)):
            message = _("<{tag}> is not allowed inside <{parent}> (line {line} of the MJML)")
            raise _template_error(message.format(tag=tag, parent=parent.tag, line=line))
        for name in set(element.keys()) - ATTRIBUTES if tag.startswith("mj") else ():
            message = _("<{tag}> has no attribute '{name}' (line {line} of the MJML)")
            raise _template_error(message.format(tag=tag, name=name, line=line))


def _is_allowed(tag: str, parent: str) -> bool:
    if tag.startswith("mj"):
        return tag in CHILDREN.get(parent, ())
    return parent in _HOLD_HTML or not parent.startswith("mj")


def _template_error(what: str) -> NewsletterError:
    message = _("a template produces MJML that cannot be rendered: {what}").format(what=what)
    return NewsletterError(message, hint=_("compare templates/email with the packaged templates"))
