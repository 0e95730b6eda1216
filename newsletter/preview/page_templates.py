"""The templates of our own pages: the live ones, and the file for approval."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsletter.i18n import _, counted, current_language, kilobytes
from newsletter.problems.problem import level_word
from newsletter.rendering.localised import format_day

FOLDER = Path(__file__).parent / "page"


def page(template: str, **context: object) -> str:
    """Return the page that a template makes, in the user's language."""
    return _environment().get_template(template).render(context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"_": _, "counted": counted, "language": current_language}
    environment.filters |= {"kilobytes": kilobytes, "level_word": level_word}
    environment.filters["day"] = lambda day: format_day(day, current_language())
    return environment
