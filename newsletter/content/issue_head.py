"""What an issue's file says of itself at a glance: its text is searched, not parsed."""

import re
from datetime import date

from pydantic_core import PydanticCustomError

from newsletter.dates import read_date

_DATE = re.compile(r"^date:[ \t]*[\"']?(?P<date>[^\"'\n#]+)", re.MULTILINE)
_RELEASE = re.compile(r"^kind:[ \t]*[\"']?press-release\b", re.MULTILINE)


def day_of(text: str) -> date | None:
    """Return the date of the issue, None where it has none that can be read."""
    written = _DATE.search(text)
    try:
        return read_date(written["date"]) if written else None
    except PydanticCustomError:
        return None


def is_release(text: str) -> bool:
    """Tell whether the issue is a press release."""
    return _RELEASE.search(text) is not None
