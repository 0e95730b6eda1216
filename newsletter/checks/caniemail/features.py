"""What mail programs support: a dated copy of caniemail.com's tests, and what a mail uses."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import tinycss2
from lxml import html
from tinycss2 import ast

from newsletter.i18n import N_
from newsletter.settings.mail_clients import CLIENTS
from newsletter.source import Loc

# What has neither the name of its feature nor, in CSS, one that its title has.
ELEMENTS = {"map": "html-image-maps", "input": "html-input-text", "button": "html-button-submit"}
ELEMENTS |= dict.fromkeys(
    ("article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "mark",
     "nav", "section", "summary", "time"), "html-semantics",
)  # fmt: skip
ATTRIBUTES = {
    "srcset": "html-srcset", "sizes": "html-srcset", "loading": "html-loading-attribute",
    "inert": "css-inert-attribute",
}  # fmt: skip
IMAGES = {"heic": "heif", "tif": "tiff"}
_OF_ANY_PROPERTY = {"css-intrinsic-size", "css-sytem-ui", "css-unit-initial"}  # words of its value
# Selectors by what they look like; the classes and elements that begin with a colon go by name.
SELECTORS = {
    "css-selector-class": r"\.[\w-]", "css-selector-id": r"#[\w-]", "css-selector-universal": r"\*",
    "css-selector-attribute": r"\[", "css-selector-child": r">", "css-selector-grouping": r",",
    "css-selector-adjacent-sibling": r"\+", "css-selector-general-sibling": r"~",
    "css-selector-descendant": r"[\w\])*]\s+[\w.#\[*:]", "css-selector-chaining": r"\w[.#\[]\w",
    "css-selector-type": r"(?:^|[\s,>+~])[a-zA-Z]",
}  # fmt: skip
_PSEUDO = re.compile(r"::?([a-z-]+)")
_IMAGE = re.compile(r"\.(\w+)(?:[?#].*)?$")


class Feature(NamedTuple):
    """A feature of HTML or CSS: its name, the day of its last test, and who lacks it."""

    title: str
    tested: str
    lacking: frozenset[str]  # clients; of one with several apps, if one of these does


class Use(NamedTuple):
    """A feature, how the mail writes it, and those that it stands in, outermost first."""

    slug: str
    shown: str
    within: tuple[str, ...] = ()


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


class Partial(NamedTuple):
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


def uses_of(elements: Sequence[tuple[Loc, html.HtmlElement]]) -> dict[Use, Loc]:
    """Return every feature that the mail uses, with the place of the first item that does."""
    uses: dict[Use, Loc] = {}
    targets = {f"#{each.get('name')}" for _loc, each in elements if each.tag == "a"}
    for loc, element in elements:
        whole = (use for part in _parts(element) for use in _uses(*part))
        for use in (*whole, *_partial_uses(element, targets)):
            uses.setdefault(use, loc)
    return uses


def _partial_uses(element: html.HtmlElement, targets: Collection[str]) -> Iterator[Use]:
    """Yield the uses of an element that `PARTLY` names, unless something makes up for them."""
    found = _of_style(str(element.tag), element.get("style", ""))
    # What is written for Outlook beside it does: a cell, a table, a padding.
    if found and not _is_made_up_for(element):
        has_width, is_aligned = "width" in element.attrib, "align" in element.attrib
        for use in found:
            if not ((has_width and "width" in use.slug) or (is_aligned and "auto" in use.slug)):
                yield use
    address = element.get("href", "") if element.tag == "a" else ""
    if address.startswith("#") and address not in targets:
        yield Use("html-anchor-links id", "id=")


@lru_cache(maxsize=1024)  # the same few stand in all elements of a mail
def _of_style(tag: str, style: str) -> tuple[Use, ...]:
    said = {
        node.lower_name: tinycss2.serialize(node.value).strip()
        for node in tinycss2.parse_blocks_contents(style)
        if isinstance(node, ast.Declaration)
    }
    if said.get("display") == "none":
        return ()
    painted = ("background", "border") if tag == "a" else ("background",)
    grounds = [said[name] for name in said if name.startswith(painted)]
    kind = f"{tag} box" if set(grounds) - {"transparent"} else tag
    return tuple(
        Use(name, f"{each}:{value} on <{tag}>")
        for name, pattern in _PATTERNS.items()
        for each, value in said.items()
        if pattern.fullmatch(f"{kind}\n{each}\n{value}")
    )


def _is_made_up_for(element: html.HtmlElement) -> bool:
    if (parent := element.getparent()) is None:
        return False
    if "mso-padding-alt" in parent.get("style", ""):
        return True
    beside = (element.getprevious(), parent.getprevious(), element.getnext())
    texts = [each.text or "" for each in beside if isinstance(each, html.HtmlComment)]
    return any(re.search("mso.*<t(able|d)", text, re.DOTALL) for text in texts)


@cache
def _by_title() -> Mapping[str, str]:
    """Return features of CSS by what their titles name: "row-gap", "clamp()", "display:flex"."""
    of_css = {slug: each for slug, each in features().items() if slug.startswith("css-")}
    named = {slug.removeprefix("css-"): slug for slug in of_css}
    named |= {"var()": "css-variables", "columns": "css-column-layout-properties"}
    for slug, feature in of_css.items():
        for words in re.split(", | & | ", feature.title.replace(": ", ":")):
            named.setdefault(words.removesuffix("-*"), slug)
    return named


def _parts(element: html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    """Yield the element and each of its attributes: tag, name, and what of the value matters."""
    tag = str(element.tag)
    yield tag, "", (element.text or "") if tag == "style" else ""
    for name, value in element.items():
        matters = name in {"style", "src", "href", "type", "name"}
        yield (tag, name, value) if matters else ("", name, "")


@lru_cache(maxsize=2048)  # the same few stand in all elements of a mail, and in the next mail
def _uses(tag: str, name: str, value: str) -> tuple[Use, ...]:
    return tuple(use for use in _found(tag, name, value) if use.slug in features())


def _found(tag: str, name: str, value: str) -> Iterator[Use]:
    if name == "style":
        yield from _of_block(tinycss2.parse_blocks_contents(value), ())
    elif name in {"src", "href"}:
        yield from _of_address(tag, value)
    elif name == "type":
        yield Use(f"html-{tag}-{value.lower()}", f'<{tag} type="{value}">')
    elif name == "name" and (tag, value) == ("meta", "color-scheme"):
        yield Use("html-meta-color-scheme", '<meta name="color-scheme">')
    elif name:
        yield Use(ATTRIBUTES.get(name, f"html-{name}"), f"{name}=")
    else:
        yield Use(ELEMENTS.get(tag, f"html-{tag}"), f"<{tag}>")
        if "/*" in value:
            yield Use("css-comments", "/* */", ("html-style",))
        rules = tinycss2.parse_stylesheet(value, skip_comments=True, skip_whitespace=True)
        yield from _of_block(rules, ("html-style",))


def _of_address(tag: str, address: str) -> Iterator[Use]:
    if tag == "a" and address.startswith("#"):
        yield Use("html-anchor-links", 'href="#…"')
    elif tag == "a" and address.startswith("mailto:"):
        yield Use("html-mailto-links", "mailto:")
    elif tag == "img" and address.startswith("data:"):
        yield Use("image-base64", "data:")
    elif tag == "img" and (suffix := _IMAGE.search(address)):
        kind = suffix[1].lower()
        yield Use(f"image-{IMAGES.get(kind, kind)}", f".{kind}")


def _of_block(nodes: Iterable[ast.Node], within: tuple[str, ...]) -> Iterator[Use]:
    """Yield what declarations and rules use that stand in the features `within`."""
    for node in nodes:
        if isinstance(node, ast.Declaration):
            yield from uses_of_declaration(node, within)
        elif isinstance(node, ast.AtRule | ast.QualifiedRule):
            is_at_rule = isinstance(node, ast.AtRule)
            around = tuple((_of_at_rule if is_at_rule else _of_selector)(node, within))
            yield from around
            inside = (*within, *(use.slug for use in around if is_at_rule))
            yield from _of_block(tinycss2.parse_blocks_contents(node.content or ""), inside)


def _of_at_rule(rule: ast.AtRule, within: tuple[str, ...]) -> Iterator[Use]:
    prelude, keyword = tinycss2.serialize(rule.prelude), rule.lower_at_keyword
    yield Use(f"css-at-{keyword}", f"@{keyword}", within)
    for slug in features():
        feature = slug.removeprefix("css-at-media-")
        if keyword == "media" and feature != slug and feature in prelude:
            yield Use(slug, f"@media ({feature})", within)


def _of_selector(rule: ast.QualifiedRule, within: tuple[str, ...]) -> Iterator[Use]:
    selector = tinycss2.serialize(rule.prelude).strip()
    for slug, pattern in SELECTORS.items():
        if re.search(pattern, selector):
            yield Use(slug, selector, within)
    for pseudo in _PSEUDO.findall(selector):
        for kind in ("class", "element"):
            yield Use(f"css-pseudo-{kind}-{pseudo}", f":{pseudo}", within)


def uses_of_declaration(node: ast.Declaration, within: tuple[str, ...] = ()) -> Iterator[Use]:
    """Yield what a declaration uses, known to the data or not: its property, and its values."""
    name = node.lower_name
    if name.startswith("--"):
        yield Use("css-variables", name, within)
    known = name
    while known and known not in _by_title():  # "overflow-x" goes by "overflow"
        known = known.rpartition("-")[0]
    yield Use(_by_title().get(known, ""), name, within)
    if node.important:
        yield Use("css-important", "!important", within)
    for token in node.value:
        yield from _of_token(token, name, within)


def _of_token(token: ast.Node, name: str, within: tuple[str, ...]) -> Iterator[Use]:
    """Yield the features that a part of a property's value is, as they are written there."""
    match token:
        case ast.IdentToken():
            word = token.lower_value
            slug = _by_title().get(word, "")
            if slug not in _OF_ANY_PROPERTY:
                slug = _by_title().get(f"{name}:{word.removeprefix('inline-')}", "")
            yield Use(slug, f"{name}:{word}", within)
        case ast.DimensionToken():
            yield Use(f"css-unit-{token.lower_unit}", token.lower_unit, within)
        case ast.PercentageToken():
            yield Use("css-unit-percent", "%", within)
        case ast.FunctionBlock() if token.lower_name != "url":
            called = f"{token.lower_name}()"
            yield Use(_by_title().get(called, ""), called, within)
            for argument in token.arguments:
                yield from _of_token(argument, name, within)
        case ast.URLToken() | ast.FunctionBlock() if name == "background":
            yield Use("css-background-image", "background:url()", within)
