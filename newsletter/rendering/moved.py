"""What own templates of an earlier version ask for, and what stands in its place now."""

import re
from collections.abc import Mapping

from jinja2 import TemplateNotFound

# A macro ("heading"), a name of the context or a template ("email/old.mjml"), as it was called,
# and what to write instead.
MOVED: Mapping[str, str] = {}
_GONE = re.compile(
    r"(?:TemplateModule object' has no attribute|does not export the requested name) '(\w+)'"
    r"|^'(\w+)' is undefined"
)


def moved(error: Exception) -> tuple[str, str] | None:
    """Return what a template asked for in vain and what is there instead, None if nothing is."""
    found = _GONE.search(str(error))
    old = found[1] or found[2] if found else ""
    if isinstance(error, TemplateNotFound):
        old = error.name or ""
    return (old, MOVED[old]) if old in MOVED else None
