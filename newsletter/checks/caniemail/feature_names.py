"""What to look for in a mail, by the names of features in caniemail's data."""


def _by_word(slugs: dict[str, str]) -> dict[str, str]:
    """Return the feature of each word: `slugs` have their words."""
    return {word: slug for slug, words in slugs.items() for word in words.split()}


# fmt: off
_OF_ONE_NAME = """
    abbr acronym address audio base bdi blockquote body code del dfn dialog div form hr img marquee
    meter object p picture pre progress rp rt ruby select small span style svg table textarea video
    wbr
"""
_ATTRIBUTES = """
    align aria-describedby aria-hidden aria-label aria-labelledby aria-live background cellpadding
    cellspacing dir height hidden lang popover required role target valign width
"""
ELEMENTS = _by_word({
    "html-semantics": ("article aside details figcaption figure footer header main mark nav section"
                       " summary time"),
    "html-h1-h6": "h1 h2 h3 h4 h5 h6", "html-lists": "ul ol dl", "html-strong": "strong b",
    "html-strike": "strike s", "html-image-maps": "map", "html-input-text": "input",
    "html-button-submit": "button", "html-link": "link",
    **{f"html-{tag}": tag for tag in _OF_ONE_NAME.split()},
})
ATTRIBUTES = _by_word({
    "html-srcset": "srcset sizes", "html-loading-attribute": "loading",
    "css-inert-attribute": "inert",
    **{f"html-{name}": name for name in _ATTRIBUTES.split()},
})
PROPERTIES = _by_word({
    "css-background": "background-attachment",
    "css-block-inline-size": "block-size",
    "css-border": ("border-top border-right border-bottom border-left border-width border-style"
                   " border-color border-top-width border-right-width border-bottom-width"
                   " border-left-width border-top-style border-right-style border-bottom-style"
                   " border-left-style border-top-color border-right-color border-bottom-color"
                   " border-left-color"),
    "css-border-inline-block": "border-inline border-block",
    "css-border-radius": ("border-top-left-radius border-top-right-radius"
                          " border-bottom-left-radius border-bottom-right-radius"),
    "css-column-layout-properties": "columns column-fill column-rule column-span column-width",
    "css-font": "font-family font-style font-variant",
    "css-gap": "column-gap row-gap",
    "css-grid-template": ("grid-template grid-template-columns grid-template-rows"
                          " grid-template-areas"),
    "css-left-right-top-bottom": "left right top bottom",
    "css-margin": "margin-top margin-right margin-bottom margin-left",
    "css-margin-block-start-end": "margin-block-start margin-block-end",
    "css-margin-inline-block": "margin-inline margin-block",
    "css-margin-inline-start-end": "margin-inline-start margin-inline-end",
    "css-overflow": "overflow-x overflow-y",
    "css-padding": "padding-top padding-right padding-bottom padding-left",
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
    "css-unit-calc": "calc", "css-variables": "var", "css-rgb": "rgb", "css-rgba": "rgba",
    "css-modern-color": "lch oklch lab oklab", "css-function-clamp": "clamp",
    "css-function-max": "max", "css-function-min": "min", "css-function-light-dark": "light-dark",
    "css-linear-gradient": "linear-gradient", "css-radial-gradient": "radial-gradient",
    "css-conic-gradient": "conic-gradient",
})
WORDS = _by_word({
    "css-intrinsic-size": "fit-content min-content max-content", "css-unit-initial": "initial",
    "css-sytem-ui": "system-ui ui-serif ui-sans-serif ui-rounded ui-monospace",
})
_UNITS = ["ch", "cm", "em", "ex", "in", "mm", "pc", "pt", "px", "rem", "vh", "vmax", "vmin", "vw"]
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
_OTHERS = {
    "css-important", "css-comments", "css-background-image", "html-anchor-links",
    "html-mailto-links", "html-meta-color-scheme", "css-unit-percent",
}
# All that can be found in a mail, and the beginnings of others.
SLUGS = {
    *ELEMENTS.values(), *ATTRIBUTES.values(), *PROPERTIES.values(), *FUNCTIONS.values(),
    *WORDS.values(), *SELECTORS, *VALUES.values(), *(f"css-unit-{unit}" for unit in _UNITS),
    *_OTHERS,
}
FAMILIES = ("css-at-", "css-pseudo-", "image-", "html-input-", "html-button-")
# fmt: on
