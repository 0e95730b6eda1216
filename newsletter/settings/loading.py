"""How `newsletter.yaml` and the theme's file become settings, and what is told of both."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from newsletter.i18n import _
from newsletter.packaged import packaged_or_own
from newsletter.problems.problem import Problem, has_errors, in_order
from newsletter.settings.settings import Settings
from newsletter.settings.theme import load_theme, themed
from newsletter.source import Source, read_source
from newsletter.values.merge_syntax import merge_problems
from newsletter.values.model import replaced
from newsletter.values.reading import ReadingContext, empty
from newsletter.values.validation import read_model
from newsletter.workspace import SETTINGS_FILE, THEME_FILE

# What holds names of the team's own.
_NAMED = {"audiences", "boilerplates", "contacts", "organisations", "reviewers", "senders"}


@dataclass(frozen=True)
class LoadedSettings:
    """The settings, None where a problem forbids them; `readable`, for checks, without those."""

    settings: Settings | None
    problems: tuple[Problem, ...]
    readable: Settings | None


def load_settings(workspace: Path) -> LoadedSettings:
    """Return the settings and theme of `workspace`, and the problems of both files."""
    root = workspace.resolve()
    context = ReadingContext(root, root, ZoneInfo("Europe/Paris"))
    theme, theme_problems = load_theme(root, context)
    source = read_source(root / SETTINGS_FILE)
    given = {"workspace": root, "theme": theme}
    readable, problems, _stand_ins = read_model(Settings, source, context=context, given=given)
    problems += theme_problems
    problems += _empty_entries(source)
    if readable is not None and not has_errors(problems):
        problems += merge_problems(source, readable.merge_fields)
    found = tuple(in_order(map(_with_own_hint, problems)))
    return LoadedSettings(None if has_errors(found) else readable, found, readable)


def with_look(settings: Settings, look: str) -> Settings:
    """Return the settings as they would be if the theme's file said `look:` with this name.

    All else that the file says stays: brand, logo, colours, fonts. A theme that cannot be read
    leaves the settings as they are.
    """
    source = read_source(packaged_or_own(settings.workspace, THEME_FILE))
    context = ReadingContext(settings.workspace, settings.workspace, ZoneInfo(settings.timezone))
    theme, _problems = themed(source, context, look_name=look)
    return replaced(settings, theme=theme) if theme else settings


def _with_own_hint(problem: Problem) -> Problem:
    """Return the problem; where a file says nothing, its hint is not how issues begin."""
    if problem.rule not in {"empty-file", "no-fields"}:
        return problem
    hint = _("restore its last version, or copy the one that 'newsletter init DIR' creates")
    return replace(problem, hint=hint)


def _empty_entries(source: Source) -> Iterator[Problem]:
    for loc in source.empty_keys():
        if len(loc) == 2 and loc[0] in _NAMED:
            fault = empty(str(loc[1]), _("write its values on the lines below, or remove the line"))
            yield fault.at(source.path, source.position(loc, key=True))
