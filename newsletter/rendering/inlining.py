"""The styles of what Markdown and our templates wrote, put into the elements by premailer."""

import importlib
import logging
import re
import sys
import urllib
from importlib.util import find_spec
from types import ModuleType
from typing import ClassVar

from lxml import etree, html


class _LoadedWhenUsed(ModuleType):
    """A module that is imported at the first use of something in it, not before."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__spec__ = find_spec(name)  # whoever looks whether it is installed is told the truth

    def __getattr__(self, name: str) -> object:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


# premailer and its cssutils import these to fetch remote styles, which we forbid them: 50 and 20 of
# the 500 ms of a cold build (measured 2026-11). importlib's LazyLoader does not help: `import`
# itself looks inside.
if "requests" not in sys.modules:
    sys.modules["requests"] = _LoadedWhenUsed("requests")
if "urllib.request" not in sys.modules:
    sys.modules["urllib.request"] = _LoadedWhenUsed("urllib.request")
    setattr(urllib, "request", sys.modules["urllib.request"])  # noqa: B010 - a submodule's place
from cssutils import CSSParser  # noqa: E402 - after what they import
from cssutils.css import CSSStyleSheet  # noqa: E402
from premailer import Premailer  # noqa: E402

_MAX_RULES = 1000  # of some ten looks
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{[^{}]*\}")
_PSEUDO_CLASS = re.compile(r":[\w-]+")
_NAME = re.compile(r"\.?[A-Za-z][\w-]*")  # of an element, or of a class with its dot
_OTHER = re.compile(r"[\[#*(]")  # what a selector may ask beside names
Rules = list[tuple[tuple[int, ...], str, str]]


class _Inliner(Premailer):  # type: ignore[misc]  # premailer has no types
    """premailer, reading a rule once and not again for every mail.

    cssutils takes 30 of the 50 ms of a first mail for all of a look (measured 2026-11).
    """

    _known: ClassVar[dict[str, Rules]] = {}

    def _parse_css_string(self, css_body: str, *, validate: bool = True) -> CSSStyleSheet:
        # Of an own template, `@import` would have cssutils fetch any address, or read any file.
        parser = CSSParser(fetcher=lambda _address: None)
        return parser.parseString(css_body, validate=validate)

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[Rules, list[object]]:
        if css_body not in self._known:
            if len(self._known) >= _MAX_RULES:
                self._known.clear()
            self._known[css_body] = super()._parse_style_rules(css_body, 0)[0]
        # Before the last number, its place within the rule, stands the rule's place.
        return [
            ((*specificity[:-2], ruleset_index, specificity[-1]), selector, style)
            for specificity, selector, style in self._known[css_body]
        ], []


def _rules_for(root: html.HtmlElement, content_css: str) -> list[str]:
    """Return the rules that may match something in `root`; with `@` among them, all as one text."""
    if "@" in content_css:
        return [content_css]
    elements = list(root.iter(etree.Element))
    names = {f".{name}" for element in elements for name in element.get("class", "").split()}
    names |= {str(element.tag) for element in elements}
    return [
        rule[0]
        for rule in _RULE.finditer(_COMMENT.sub("", content_css))
        if any(_may_match(selector, names) for selector in rule[1].split(","))
    ]


def _may_match(selector: str, names: set[str]) -> bool:
    asked = _NAME.findall(_PSEUDO_CLASS.sub("", selector))
    return _OTHER.search(selector) is not None or names.issuperset(asked)


def inline_styles(root: html.HtmlElement, content_css: str) -> None:
    """Write the rules of `content_css` into the elements that they match.

    Only what Markdown and our templates wrote: MRML has styled its own. Over all styles premailer
    takes ten times as long and the mail grows by 23 % (measured 2026-11).
    """
    for style in root.iter("style"):
        style.set("data-premailer", "ignore")
    _Inliner(
        root,
        css_text=_rules_for(root, content_css),
        keep_style_tags=True,
        strip_important=False,
        disable_leftover_css=True,
        disable_validation=True,
        align_floating_images=False,
        allow_network=False,
        # premailer would rewrite width="560" as "100%": huge pictures in Outlook.
        disable_basic_attributes=["width", "height", "bgcolor", "align", "valign"],
        cssutils_logging_level=logging.CRITICAL,
    ).transform()
    for style in root.iter("style"):
        style.attrib.pop("data-premailer", None)
    for element in root.iter(etree.Element):
        if "; " in element.get("style", ""):  # as premailer joins them: 2 % of a mail
            element.set("style", element.get("style", "").replace("; ", ";"))
