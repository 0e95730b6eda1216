"""The styles of what Markdown and our templates wrote, put into the elements by premailer."""

import importlib
import logging
import sys
import urllib
from importlib.util import find_spec
from types import ModuleType
from typing import ClassVar

from lxml import html


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


class _Inliner(Premailer):  # type: ignore[misc]  # premailer has no types
    """premailer, reading a theme's rules once and not again for every mail.

    cssutils takes 5 of the 20 ms of a mail for it (measured 2026-11).
    """

    _MAX_THEMES = 8
    _known_rules: ClassVar[dict[tuple[str, int], tuple[list[object], list[object]]]] = {}

    def _parse_css_string(self, css_body: str, *, validate: bool = True) -> CSSStyleSheet:
        # Of an own template, `@import` would have cssutils fetch any address, or read any file.
        parser = CSSParser(fetcher=lambda _address: None)
        return parser.parseString(css_body, validate=validate)

    def _parse_style_rules(
        self, css_body: str, ruleset_index: int
    ) -> tuple[list[object], list[object]]:
        known, key = self._known_rules, (css_body, ruleset_index)
        if key not in known:
            if len(known) >= self._MAX_THEMES:
                known.clear()
            known[key] = super()._parse_style_rules(css_body, ruleset_index)
        return known[key]


def inline_styles(root: html.HtmlElement, content_css: str) -> None:
    """Write the rules of `content_css` into the elements that they match.

    Only what Markdown and our templates wrote: MRML has styled its own. Over all styles premailer
    takes ten times as long and the mail grows by 23 % (measured 2026-11).
    """
    for style in root.iter("style"):
        style.set("data-premailer", "ignore")
    _Inliner(
        root,
        css_text=[content_css],
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
