"""The templates of our own pages: the live ones, and the file for approval."""

from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsletter.i18n import _, counted, current_language, kilobytes
from newsletter.problems.problem import level_word
from newsletter.rendering.localised import format_day

FOLDER = Path(__file__).parent / "page"


@cache
def page_environment() -> Environment:
    """Return their environment; they speak the user's language."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"_": _, "counted": counted, "language": current_language}
    environment.filters |= {
        "kilobytes": kilobytes,
        "day": _day,
        "level_word": level_word,
    }
    return environment


def _day(day: date) -> str:
    return format_day(day, current_language())
