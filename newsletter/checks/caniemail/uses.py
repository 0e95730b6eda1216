"""Which features of HTML and CSS a mail uses, by their names in caniemail's data."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import tinycss2
from lxml import html
from tinycss2 import ast

from newsletter.checks.caniemail.data import features, partial_uses
from newsletter.source import Loc


def _by_word(slugs: dict[str, str]) -> dict[str, str]:
    return {word: slug for slug, words in slugs.items() for word in words.split()}


# What has not the name of its feature; of the margins, borders and fonts there is nothing to find.
# fmt: off
ELEMENTS = _by_word({
    "html-semantics": ("article aside details figcaption figure footer header main mark nav section"
                       " summary time"),
    "html-h1-h6": "h1 h2 h3 h4 h5 h6", "html-lists": "ul ol dl", "html-strong": "strong b",
    "html-strike": "strike s", "html-image-maps": "map", "html-input-text": "input",
    "html-button-submit": "button", "html-link": "link",
})
ATTRIBUTES = _by_word({
    "html-srcset": "srcset sizes", "html-loading-attribute": "loading",
    "css-inert-attribute": "inert",
})
PROPERTIES = _by_word({
    "css-block-inline-size": "block-size",
    "css-border-inline-block": "border-inline border-block",
    "css-border-radius": ("border-top-left-radius border-top-right-radius"
                          " border-bottom-left-radius border-bottom-right-radius"),
    "css-column-layout-properties": "columns column-fill column-rule column-span column-width",
    "css-gap": "column-gap row-gap",
    "css-grid-template": ("grid-template grid-template-columns grid-template-rows"
                          " grid-template-areas"),
    "css-left-right-top-bottom": "left right top bottom",
    "css-margin-block-start-end": "margin-block-start margin-block-end",
    "css-margin-inline-block": "margin-inline margin-block",
    "css-margin-inline-start-end": "margin-inline-start margin-inline-end",
    "css-overflow": "overflow-x overflow-y",
    "css-padding-block-start-end": "padding-block-start padding-block-end",
    "css-padding-inline-block": "padding-inline padding-block",
    "css-padding-inline-start-end": "padding-inline-start padding-inline-end",
    "css-scroll-snap": "scroll-snap-type scroll-snap-align",
})
VALUES = {
    ("display", "flex"): "css-display-flex", ("display", "inline-flex"): "css-display-flex",
    ("display", "grid"): "css-display-grid", ("display", "inline-grid"): "css-display-grid",
    ("display", "none"): "css-display-none", ("flex-direction", "column"): "css-flex-direction",
    ("flex-wrap", "wrap"): "css-flex-wrap",
}
FUNCTIONS = _by_word({
    "css-unit-calc": "calc", "css-variables": "var",
    "css-modern-color": "lch oklch lab oklab", "css-function-clamp": "clamp",
    "css-function-max": "max", "css-function-min": "min", "css-function-light-dark": "light-dark",
})
WORDS = _by_word({
    "css-intrinsic-size": "fit-content min-content max-content", "css-unit-initial": "initial",
    "css-sytem-ui": "system-ui ui-serif ui-sans-serif ui-rounded ui-monospace",
})
IMAGES = {"jpeg": "jpg", "heic": "heif", "tif": "tiff", "hdr": "hdr"}
MEDIA = (
    "prefers-color-scheme", "prefers-reduced-motion", "orientation", "hover", "device-pixel-ratio",
)
# Selectors by what they look like; the classes and elements that begin with a colon go by name.
SELECTORS = {
    "css-selector-class": r"\.[\w-]", "css-selector-id": r"#[\w-]", "css-selector-universal": r"\*",
    "css-selector-attribute": r"\[", "css-selector-child": r">", "css-selector-grouping": r",",
    "css-selector-adjacent-sibling": r"\+", "css-selector-general-sibling": r"~",
    "css-selector-descendant": r"[\w\])*]\s+[\w.#\[*:]", "css-selector-chaining": r"\w[.#\[]\w",
    "css-selector-type": r"(?:^|[\s,>+~])[a-zA-Z]",
}
# The rest of the data is found by its name.
_NOT_LOOKED_FOR = (
    "amp", "bimi", "css-border-inline-block-individual", "css-border-inline-block-longhand",
    "css-border-radius-logical", "css-nesting", "html-comments", "html-doctype",
)
# fmt: on
_PSEUDO = re.compile(r"::?([a-z-]+)")
_IMAGE = re.compile(r"\.(\w+)(?:[?#].*)?$")


@dataclass(frozen=True)
class Use:
    """A feature, how the mail writes it, and those that it stands in, outermost first."""

    slug: str
    shown: str
    within: tuple[str, ...] = ()


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
        inside: tuple[str, ...] = within
        if isinstance(node, ast.Declaration):
            yield from uses_of_declaration(node, within)
        elif isinstance(node, ast.AtRule):
            around = tuple(_of_at_rule(node, within))
            yield from around
            inside = (*within, *(use.slug for use in around))
        elif isinstance(node, ast.QualifiedRule):
            yield from _of_selector(tinycss2.serialize(node.prelude).strip(), within)
        if isinstance(node, ast.AtRule | ast.QualifiedRule) and node.content:
            contents = tinycss2.parse_blocks_contents(
                node.content, skip_comments=True, skip_whitespace=True
            )
            yield from _of_block(contents, inside)


def _of_at_rule(rule: ast.AtRule, within: tuple[str, ...]) -> Iterator[Use]:
    prelude = tinycss2.serialize(rule.prelude)
    keyword = rule.lower_at_keyword
    yield Use(f"css-at-{keyword}", f"@{keyword}", within)
    for feature in MEDIA:
        if keyword == "media" and feature in prelude:
            yield Use(f"css-at-media-{feature}", f"@media ({feature})", within)


def _of_selector(selector: str, within: tuple[str, ...]) -> Iterator[Use]:
    for slug, pattern in SELECTORS.items():
        if re.search(pattern, selector):
            yield Use(slug, selector, within)
    for pseudo in _PSEUDO.findall(selector):
        for kind in ("class", "element"):
            yield Use(f"css-pseudo-{kind}-{pseudo}", f":{pseudo}", within)


def uses_of_declaration(
    declaration: ast.Declaration, within: tuple[str, ...] = ()
) -> Iterator[Use]:
    """Yield what a declaration uses, known to the data or not: its property, and its values."""
    name = declaration.lower_name
    if name.startswith("--"):
        yield Use("css-variables", name, within)
    yield Use(PROPERTIES.get(name, f"css-{name}"), name, within)
    if declaration.important:
        yield Use("css-important", "!important", within)
    for token in declaration.value:
        yield from _of_token(token, name, within)


def _of_token(token: ast.Node, name: str, within: tuple[str, ...]) -> Iterator[Use]:
    slug, shown = _value(token, name)
    yield Use(slug, shown, within)
    is_url = isinstance(token, ast.URLToken)
    if isinstance(token, ast.FunctionBlock):
        is_url = token.lower_name == "url"
        for argument in token.arguments:
            yield from _of_token(argument, name, within)
    if name == "background" and is_url:
        yield Use("css-background-image", "background:url()", within)


def _value(token: ast.Node, name: str) -> tuple[str, str]:
    """Return the feature that a part of a property's value is, and how it is written there."""
    match token:
        case ast.IdentToken():
            word = token.lower_value
            return VALUES.get((name, word)) or WORDS.get(word, ""), f"{name}:{word}"
        case ast.DimensionToken():
            return f"css-unit-{token.lower_unit}", token.lower_unit
        case ast.PercentageToken():
            return "css-unit-percent", "%"
        case ast.FunctionBlock():
            called = token.lower_name
            return FUNCTIONS.get(called, f"css-{called}"), f"{called}()"
        case _:
            return "", ""


def not_looked_for() -> tuple[str, ...]:
    """Return the titles of the features that no finding will ever name."""
    return tuple(features()[slug].title for slug in _NOT_LOOKED_FOR)
