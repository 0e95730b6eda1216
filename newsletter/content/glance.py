"""What an issue's file says of itself at a glance: its text is searched, not parsed."""

import re
from datetime import date

from newsletter.values.dates import date_in, first_day

_DATE = re.compile(r"^date:[ \t]*[\"']?(?P<date>[^\"'\n#]+)", re.MULTILINE)
_EMBARGO = re.compile(r"^embargo:(?P<embargo>.+)", re.MULTILINE)
_RELEASE = re.compile(r"^kind:[ \t]*[\"']?press-release\b", re.MULTILINE)


def day_of(text: str) -> date | None:
    """Return the date of the issue, None where it has none that can be read."""
    written = _DATE.search(text)
    found = date_in(written["date"]) if written else None
    return found if isinstance(found, date) else None


def held_until(text: str) -> date | None:
    """Return the day on which the issue's embargo ends, None where it has none."""
    written = _EMBARGO.search(text)
    return first_day(written["embargo"]) if written else None


def is_release(text: str) -> bool:
    """Tell whether the issue is a press release."""
    return _RELEASE.search(text) is not None
