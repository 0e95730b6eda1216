"""What mail programs support: a dated copy of caniemail.com's tests (their licence beside it)."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import tinycss2
from lxml import html
from lxml.etree import _Comment
from tinycss2.ast import Declaration

from newsletter.i18n import N_
from newsletter.settings.mail_clients import CLIENTS


class Feature(NamedTuple):
    """A feature of HTML or CSS: its name, the day of its last test, and who lacks it."""

    title: str
    tested: str
    lacking: frozenset[str]  # clients; of one with several apps, if one of these does


@cache
def features() -> Mapping[str, Feature]:
    """Return every feature that was tested by its name in the data, and those of `PARTLY`."""
    data = json.loads(Path(__file__).with_name("caniemail.json").read_text("utf-8"))
    found = {}
    for slug, each in data["features"].items():
        lost = {app for app, had in zip(data["apps"], each["support"], strict=True) if had == "n"}
        lacking = frozenset(client for client, apps in CLIENTS.items() if lost.intersection(apps))
        found[slug] = Feature(each["title"], each["tested"], lacking)
    for name, part in PARTLY.items():
        found[name] = found[name.partition(" ")[0]]._replace(lacking=part.clients)
    return found


@dataclass(frozen=True)
class Partial:
    """A use that some clients lose, by patterns; `on` is the tag, "a box" where it has a ground."""

    clients: frozenset[str]
    name: str
    on: str
    value: str
    instead: str


_WORD = frozenset({"Outlook classic"})
_TEXT = "a|ul|ol|li|blockquote"
_ALL_BUT_TEXT = rf"(?!(?:table|tr|td|th|tbody|body|{_TEXT})\n|t[dh] ).*"
_SOME = r"(.*\s)?[1-9]\d*(\.\d+)?(px|em|rem|pt)\b.*"
_SIDE = "(-top|-right|-bottom|-left)?"
_CELL = N_("put it on a table cell, <td>")
_WIDTH = N_('write width="…" on a table, a cell or a picture')
# Of the notes on what is supported in part, whose numbers these are, those on boxes, columns and
# margins of templates. Not on colours behind `p` and `div`: classic Outlook paints these.
PARTLY: Mapping[str, Partial] = {
    "css-padding box": Partial(_WORD, f"padding{_SIDE}", _ALL_BUT_TEXT, _SOME, _CELL),  # 1
    "css-padding text": Partial(_WORD, f"padding{_SIDE}", _TEXT, _SOME, _CELL),  # 1
    "css-border box": Partial(_WORD, f"border{_SIDE}", "(p|div)( box)?", _SOME, _CELL),  # 2
    "css-width box": Partial(_WORD, "width", "(p|div|span|img)( box)?", _SOME, _WIDTH),  # 1
    "css-max-width box": Partial(_WORD, "max-width", ".*", _SOME, _WIDTH),  # 1; before 2019 nowhere
    "css-display column": Partial(
        _WORD, "display", "(div|p|section|li|table|td)( box)?", "inline-block|table-cell",
        N_("write columns as cells of a table"),
    ),  # 5
    "css-margin auto": Partial(
        _WORD, f"margin{_SIDE}", ".*", r".*\bauto\b.*", N_('write align="center"')
    ),  # 4
    "css-margin negative": Partial(
        _WORD | {"Gmail", "Outlook", "Outlook for Mac", "Outlook mobile"},
        f"margin{_SIDE}", ".*", r"(.*\s)?-[1-9].*", N_("make the margin above it smaller"),
    ),  # 1
    "html-anchor-links id": Partial(
        _WORD | {"Gmail", "Yahoo"},
        "href", "a", "#.*", N_('put <a name="…"></a> where the link leads'),
    ),  # 7
}  # fmt: skip
_PATTERNS = {
    name: re.compile(f"(?:{each.on})\n(?:{each.name})\n(?:{each.value})")
    for name, each in PARTLY.items()
}


def partial_uses(element: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Yield the uses of an element by their names in `PARTLY`, and how each is written."""
    # What is written for Outlook beside it makes up for them: a cell, a table, a padding.
    style = element.get("style")
    found = _of_style(str(element.tag), style) if style else ()
    if found and not _is_made_up_for(element):
        has_width, is_aligned = "width" in element.attrib, "align" in element.attrib
        for name, shown in found:
            if not ((has_width and "width" in name) or (is_aligned and "auto" in name)):
                yield name, shown
    if element.tag == "a" and element.get("href", "").startswith("#"):
        yield "html-anchor-links id", "id="


@lru_cache(maxsize=1024)  # the same few stand in all elements of a mail
def _of_style(tag: str, style: str) -> tuple[tuple[str, str], ...]:
    said = {
        node.lower_name: tinycss2.serialize(node.value).strip()
        for node in tinycss2.parse_blocks_contents(style)
        if isinstance(node, Declaration)
    }
    if said.get("display") == "none":
        return ()
    painted = ("background", "border") if tag == "a" else ("background",)
    grounds = [said[name] for name in said if name.startswith(painted)]
    kind = f"{tag} box" if set(grounds) - {"transparent"} else tag
    return tuple(
        (name, f"{each}:{value} on <{tag}>")
        for name, pattern in _PATTERNS.items()
        for each, value in said.items()
        if pattern.fullmatch(f"{kind}\n{each}\n{value}")
    )


def _is_made_up_for(element: html.HtmlElement) -> bool:
    parent = element.getparent()
    if parent is None:
        return False
    if "mso-padding-alt" in parent.get("style", ""):
        return True
    beside = (element.getprevious(), parent.getprevious(), element.getnext())
    texts = [each.text or "" for each in beside if isinstance(each, _Comment)]
    return any(re.search("mso.*<t(able|d)", text, re.DOTALL) for text in texts)
