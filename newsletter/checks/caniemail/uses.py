"""Which features of HTML and CSS a mail uses, by their names in caniemail's data."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

import tinycss2
from lxml import html
from tinycss2 import ast

from newsletter.checks.caniemail.data import features, partial_uses
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
_NOT_LOOKED_FOR = (
    "amp", "bimi", "css-border-inline-block-individual", "css-border-inline-block-longhand",
    "css-border-radius-logical", "css-nesting", "html-comments", "html-doctype",
)  # fmt: skip
_PSEUDO = re.compile(r"::?([a-z-]+)")
_IMAGE = re.compile(r"\.(\w+)(?:[?#].*)?$")


@dataclass(frozen=True)
class Use:
    """A feature, how the mail writes it, and those that it stands in, outermost first."""

    slug: str
    shown: str
    within: tuple[str, ...] = ()


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


def uses_of(elements: Sequence[tuple[Loc, html.HtmlElement]]) -> dict[Use, Loc]:
    """Return every feature that the mail uses, with the place of the first item that does."""
    uses: dict[Use, Loc] = {}
    targets = {f"#{each.get('name')}" for _loc, each in elements if each.tag == "a"}
    for loc, element in elements:
        for use in chain.from_iterable(_uses(*part) for part in _parts(element)):
            uses.setdefault(use, loc)
        for part, shown in partial_uses(element):
            if shown != "id=" or element.get("href") not in targets:
                uses.setdefault(Use(part, shown), loc)
    return uses


def _parts(element: html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    """Yield the element and each of its attributes: tag, name, and what of the value matters."""
    tag = str(element.tag)
    yield tag, "", (element.text or "") if tag == "style" else ""
    for name, value in element.items():
        if name in {"style", "src", "href", "type", "name"}:
            yield tag, name, value
        else:
            yield "", name, ""


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


def not_looked_for() -> tuple[str, ...]:
    """Return the titles of the features that no finding will ever name."""
    return tuple(features()[slug].title for slug in _NOT_LOOKED_FOR)
