"""What own templates of an earlier version ask for, and what stands in its place now."""

import re
from collections.abc import Mapping

from jinja2 import TemplateNotFound, UndefinedError

from newsletter.i18n import N_, _

# A macro ("heading"), a name of the context or a template ("email/old.mjml"), as it was called,
# and what to write instead; "" where that is nothing.
MOVED: Mapping[str, str] = {
    "open": "patterns.item(words, place)",
    "close": "",
    "section_title": "",
    "logo": 'frame.logo("surface")',
    "versions": "frame.versions()",
    "link": "parts.link_list([link])",
    "tile": "parts.figures(item.figures, place.width)",
    "button": "patterns.button(item.url, item.label | words)",
    "level": "place.level",
    "opening": "",
    "email/parts.mjml": "shared/parts.html",
    "press/parts.html": "shared/press.html",
    "email/contents.mjml": "frame.contents_box()",
}
# What own templates say through _() and the packaged ones no longer do: it keeps its French.
SAID = (N_("Cancels and replaces {what}"),)
# Macros that are still there and take other arguments.
CALLS = (
    "parts.story(item, place, lines, cards)",
    "parts.picture(item, place.width)",
    "parts.portrait(person, place.level, place.width)",
    "press.figures(width)",
    "press.media(width)",
)
_GONE = re.compile(
    r"(?:TemplateModule object' has no attribute|does not export the requested name) '(\w+)'"
    r"|^'(\w+)' is undefined"
)


def moved(error: Exception, line: str) -> str | None:
    """Return a hint what to write instead of what `line` of a template asked for in vain."""
    found = _GONE.search(str(error))
    macro, name = found.groups("") if found else ("", "")
    gone = str(error.name) if isinstance(error, TemplateNotFound) else macro
    if gone not in MOVED and isinstance(error, UndefinedError | TypeError):
        for call in CALLS:
            if call[: call.index("(") + 1] in line:
                return _("write: {new}").format(new=call)
        gone = name
    return instead_of(gone) if gone in MOVED else None


def instead_of(gone: str) -> str:
    """Return a hint what to write instead of a name that is gone."""
    hint = _("'{old}' is gone: use {new}") if MOVED[gone] else _("'{old}' is gone: leave it out")
    return hint.format(old=gone, new=MOVED[gone])
