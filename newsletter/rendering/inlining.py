"""The styles of what Markdown and our templates wrote, put into the elements by premailer."""

import functools
import importlib
import re
import sys
import urllib
from importlib.util import find_spec
from types import ModuleType

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

_ZERO = re.compile(r"(?<![\w.])0px")
_LEFT_OUT = re.compile(r"^:|\*|:(?!(?:first|last)-child$)")  # as premailer does
_NAME = re.compile(r"\.?[A-Za-z][\w-]*")  # of an element, or of a class with its dot
_OTHER = re.compile(r"[\[#(]")  # what a selector may ask beside names
_Rule = tuple[tuple[int, ...], str, str]  # how specific it is, its selector, its style


@functools.cache
def _pairs(css: str, **_options: bool) -> list[tuple[str, str]]:
    """Return each property of a style with its value, under the name that premailer asks for."""
    pairs = []
    for each in tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True):
        if each.type == "declaration":
            value = "".join(", " if part == "," else part.serialize() for part in each.value)
            value = _ZERO.sub("0", " ".join(value.split()))
            pairs.append((each.name, f"{value} !important" if each.important else value))
    return pairs


premailer.csstext_to_pairs = merge_style.csstext_to_pairs = _pairs


@functools.lru_cache(maxsize=16)
def _rules_in(css: str) -> list[tuple[frozenset[str], _Rule]]:
    """Return the rules of a style sheet, each with the names without which it matches nothing."""
    rules: list[tuple[frozenset[str], _Rule]] = []
    parsed = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    for rule in (each for each in parsed if each.type == "qualified-rule"):
        pairs = _pairs(tinycss2.serialize(rule.content))
        for is_important in (False, True):
            some = [pair for pair in pairs if pair[1].endswith("!important") == is_important]
            style = ";".join(map(":".join, some))
            # A } or ; too many stands before the next rule: what is written there still counts.
            prelude = tinycss2.serialize(rule.prelude).lstrip("}; \n")
            for selector in map(str.strip, prelude.split(",")):
                if style and selector and not _LEFT_OUT.search(selector):
                    elements = len(re.findall(r"(?:^|\s)\w", selector))
                    weight = is_important, selector.count("#"), selector.count("."), elements
                    asked = _NAME.findall(selector.partition(":")[0])
                    names = frozenset(() if _OTHER.search(selector) else asked)
                    rules.append((names, (weight, selector, style)))
    return rules


class _Inliner(Premailer):  # type: ignore[misc]  # premailer has no types
    """premailer, reading by tinycss2 the rules that it was given, and none of the mail's own."""

    # Only what Markdown and our templates wrote: MRML has styled its own. Over all styles premailer
    # takes ten times as long and the mail grows by 23 % (measured 2026-11).

    def _parse_style_rules(self, css: str, _place: int) -> tuple[list[_Rule], list[object]]:
        if css not in self.css_text:
            return [], []
        elements = list(self.html.iter(etree.Element))
        names = {f".{name}" for element in elements for name in element.get("class", "").split()}
        names |= {str(element.tag) for element in elements}
        return [rule for asked, rule in _rules_in(css) if asked <= names], []


def inline_styles(root: html.HtmlElement, content_css: str) -> None:
    """Write the rules of `content_css` into the elements that they match."""
    _Inliner(
        root,
        css_text=content_css,
        keep_style_tags=True,
        strip_important=False,
        disable_leftover_css=True,
        align_floating_images=False,
        allow_network=False,
        # premailer would rewrite width="560" as "100%": huge pictures in Outlook.
        disable_basic_attributes=["width", "height", "bgcolor", "align", "valign"],
    ).transform()
    for element in root.iter(etree.Element):
        if "; " in element.get("style", ""):  # as premailer joins them: 2 % of a mail
            element.set("style", element.get("style", "").replace("; ", ";"))
