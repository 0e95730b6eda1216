"""The styles of what Markdown and our templates wrote, put into the elements by premailer."""

import functools
import importlib
import re
import sys
import urllib
from collections.abc import Iterator
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace
from typing import ClassVar

import tinycss2
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


# premailer imports these to fetch remote styles, which we forbid it, and to read styles, which is
# done below by what the checks use anyway: 50, 20 and 45 of the 500 ms of a cold build (measured
# 2026-11). importlib's LazyLoader does not help: `import` itself looks inside.
for _name in ("requests", "urllib.request", "cssutils"):
    if _name not in sys.modules:
        sys.modules[_name] = _LoadedWhenUsed(_name)
setattr(urllib, "request", sys.modules["urllib.request"])  # noqa: B010 - a submodule's place
from premailer import Premailer, merge_style, premailer  # noqa: E402 - after what it imports

_MAX_RULES = 1000  # of some ten looks
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{[^{}]*\}")
_ZERO = re.compile(r"(?<![\w.])0px")
_PSEUDO_CLASS = re.compile(r":[\w-]+")
_NAME = re.compile(r"\.?[A-Za-z][\w-]*")  # of an element, or of a class with its dot
_OTHER = re.compile(r"[\[#*(]")  # what a selector may ask beside names
Rules = list[tuple[tuple[int, ...], str, str]]


def _declarations(css: str | list[tinycss2.ast.Node]) -> Iterator[SimpleNamespace]:
    """Yield each property and its value, under the names that premailer asks for."""
    for each in tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True):
        if each.type == "declaration":
            value = "".join(", " if part == "," else part.serialize() for part in each.value)
            value = _ZERO.sub("0", " ".join(value.split()))
            priority = "important" if each.important else ""
            yield SimpleNamespace(name=each.name, value=value, priority=priority)


def _pairs(style: str, **_options: bool) -> list[tuple[str, str]]:
    return [
        (each.name, f"{each.value} !important" if each.priority else each.value)
        for each in _declarations(style)
    ]


premailer.csstext_to_pairs = merge_style.csstext_to_pairs = functools.cache(_pairs)


class _Inliner(Premailer):  # type: ignore[misc]  # premailer has no types
    """premailer, reading a rule once and not again for every mail, and by tinycss2."""

    _known: ClassVar[dict[str, Rules]] = {}

    def _parse_css_string(self, css_body: str, **_options: bool) -> Iterator[SimpleNamespace]:
        known = {"type": 1, "STYLE_RULE": 1, "MEDIA_RULE": 4}
        for rule in tinycss2.parse_stylesheet(css_body, skip_comments=True, skip_whitespace=True):
            if rule.type == "qualified-rule":
                selector = tinycss2.serialize(rule.prelude).strip()
                style = SimpleNamespace(getProperties=list(_declarations(rule.content)).copy)
                yield SimpleNamespace(selectorText=selector, style=style, **known)

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

    def may_match(selector: str) -> bool:
        asked = _NAME.findall(_PSEUDO_CLASS.sub("", selector))
        return _OTHER.search(selector) is not None or names.issuperset(asked)

    rules = _RULE.finditer(_COMMENT.sub("", content_css))
    return [rule[0] for rule in rules if any(map(may_match, rule[1].split(",")))]


def inline_styles(root: html.HtmlElement, content_css: str) -> None:
    """Write the rules of `content_css` into the elements that they match."""
    # Only what Markdown and our templates wrote: MRML has styled its own. Over all styles premailer
    # takes ten times as long and the mail grows by 23 % (measured 2026-11).
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
    ).transform()
    for style in root.iter("style"):
        style.attrib.pop("data-premailer", None)
    for element in root.iter(etree.Element):
        if "; " in element.get("style", ""):  # as premailer joins them: 2 % of a mail
            element.set("style", element.get("style", "").replace("; ", ";"))
