"""The ways in which readers will see a mail: each a function from its HTML to other HTML.

They take the finished mail of one recipient, whole, and return a whole mail again, so that they
can follow one another; where the order matters, `view` has it. Nothing is fetched.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from newsletter.i18n import N_
from newsletter.preview.inversion import inverted
from newsletter.preview.word_layout import laid_out_by_word

# Media features that always, and never, hold on a screen.
_ALWAYS, _NEVER = "(min-width:0)", "(max-width:0)"
_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.DOTALL | re.IGNORECASE)
_MEDIA_ATTRIBUTE = re.compile(r"\bmedia\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_SCHEME_META = re.compile(
    r"(<meta\s+name=[\"']?(?:supported-)?color-schemes?[\"']?\s+content=)(\"[^\"]*\"|'[^']*')",
    re.IGNORECASE,
)
_SCHEME_QUERY = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(\w+)\s*\)", re.IGNORECASE)
_CONDITION = re.compile(r"@media\b[^{]*", re.IGNORECASE)
_WIDTH_QUERY = re.compile(r"\(\s*(min|max)-width\s*:\s*(\d+(?:\.\d+)?)px\s*\)", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"\b(?:only\s+)?(screen|print)\b", re.IGNORECASE)
_MEDIA_TYPES = {"screen": "all", "print": "not all"}
_SCHEME_PROPERTY = re.compile(r"(?<![\w-])color-scheme\s*:\s*[^;}]+", re.IGNORECASE)


def light(html: str) -> str:
    """Return the mail as in a light mail program, whatever the viewer's own screen prefers."""
    return _in_scheme(html, "light")


def dark(html: str) -> str:
    """Return the mail with its own dark styles: as in Apple Mail, which leaves the rest alone."""
    return _in_scheme(html, "dark")


def on_screen(html: str, width: int) -> str:
    """Return the mail as on a screen of `width` pixels, whatever it is shown in: paper too."""

    def settled(query: re.Match[str]) -> str:
        holds = float(query[2]) <= width if query[1].lower() == "min" else width <= float(query[2])
        return _ALWAYS if holds else _NEVER

    def in_condition(condition: re.Match[str]) -> str:
        asked = _MEDIA_TYPE.sub(lambda kind: _MEDIA_TYPES[kind[1].lower()], condition[0])
        return _WIDTH_QUERY.sub(settled, asked)

    html = _in_styles(html, lambda css: _CONDITION.sub(in_condition, css))
    return _MEDIA_ATTRIBUTE.sub(in_condition, html)


def _in_scheme(html: str, scheme: str) -> str:
    """Return the mail as if the reader's screen preferred `scheme`, "light" or "dark"."""

    def settled(query: re.Match[str]) -> str:
        return _ALWAYS if query[1].lower() == scheme else _NEVER

    def in_css(css: str) -> str:
        rules = _SCHEME_QUERY.sub(settled, css)
        return _SCHEME_PROPERTY.sub(f"color-scheme:{scheme}", rules)

    named = _SCHEME_META.sub(rf'\1"{scheme}"', _in_styles(html, in_css))
    return _MEDIA_ATTRIBUTE.sub(lambda each: _SCHEME_QUERY.sub(settled, each[0]), named)


def _in_styles(html: str, change: Callable[[str], str]) -> str:
    return _STYLE.sub(lambda style: style[1] + change(style[2]) + style[3], html)


@dataclass(frozen=True)
class Appearance:
    """A way to show a mail, to be translated; `is_layout` where it changes more than colours."""

    title: str
    explanation: str
    apply: Callable[[str], str]
    is_layout: bool = False


# Sources: hteumeuleu/email-bugs, and caniemail, css-at-media-prefers-color-scheme. What Outlook.com
# changes it marks `data-ogsc` or `data-ogsb`, so a mail's own `[data-ogsc]` rules apply (note 3).
APPEARANCES: Mapping[str, Appearance] = {
    "light": Appearance(N_("Light"), N_("As most email programs show it."), light),
    "dark": Appearance(
        N_("Dark"), N_("The email's own dark colours, as shown by Apple Mail in dark mode."), dark
    ),
    "gmail": Appearance(
        N_("Dark, Gmail"),
        N_("Approximation: Gmail on iPhone ignores dark styles and inverts every colour."),
        lambda html: inverted(light(html)),
    ),
    "outlook": Appearance(
        N_("Dark, Outlook"),
        N_(
            "Approximation: Outlook darkens light backgrounds, lightens dark text and leaves "
            "the rest alone."
        ),
        lambda html: inverted(light(html), is_partial=True),
    ),
    "outlook-classic": Appearance(
        N_("Outlook classic"),
        N_(
            "Approximation: Outlook classic for Windows has Word lay out the email. Only tables "
            "have padding, columns and fixed widths; corners are square; styles for phones are "
            "ignored."
        ),
        lambda html: laid_out_by_word(light(html)),
        is_layout=True,
    ),
}
