"""What can be read of an issue with faults, for the checks alone: stand-ins keep the places."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from newsletter.content.loading import LoadedIssue, model_meant, read_issue
from newsletter.content.press_release import PressRelease
from newsletter.problems.problem import Level, Position, Problem
from newsletter.settings.settings import Settings
from newsletter.source import Loc, Source
from newsletter.source.tree import YamlText

_LISTS = {"sections", "items", "body"}  # whose entries are at fault one by one
_OF_THE_WHOLE = {"id", "items"}  # problems that show only where every part can be read
MAX_PARTS = 100  # at fault: more are mended first; a megabyte could hold 100,000
_ROUNDS = 5  # a section whose only item is left out is at fault itself, then perhaps the issue
_WORDS = YamlText("…")
_DATE = YamlText("2000-01-01")  # no other issue is earlier
_ITEM = {"kind": YamlText("text"), "body": _WORDS}
_CONTACT = {"name": _WORDS, "phone": YamlText("01 00 00 00 00")}
# What an issue cannot be without; a release's headline is its subject where the key is misspelt.
_NEWSLETTER = {"kind": YamlText("newsletter"), "date": _DATE}
_NEWSLETTER |= dict.fromkeys(("subject", "preheader", "title"), _WORDS)
_RELEASE: Mapping[str, Any] = {
    **dict.fromkeys(("headline", "place", "lead", "body", "subject", "preheader"), _WORDS),
    "kind": YamlText("press-release"),
    "date": _DATE,
    "embargo": YamlText("none"),
    "boilerplates": [{"title": _WORDS, "text": _WORDS}],
    "contacts": [_CONTACT],
}


def readable_part(loaded: LoadedIssue, settings: Settings) -> LoadedIssue:
    """Return the issue with stand-ins for its parts at fault, whose places are `stand_ins`.

    Its problems are the file's, and those that show only without these parts. The issue is None
    where the faults are too many, or leave nothing to read.
    """
    if not isinstance(loaded.source.value, dict):
        return loaded
    source, told = replace(loaded.source, problems=()), loaded.problems  # its values are as meant
    stand_ins: set[Loc] = set()
    needed = _RELEASE if model_meant(source) is PressRelease else _NEWSLETTER
    # A link that is none is shown as it is typed: it takes nothing from the text around it.
    issue, problems = read_issue(source, settings, takes_broken_markdown=True)
    parts = _parts_at_fault(problems, source)
    for _round in range(_ROUNDS):
        if issue is not None and not parts:
            return LoadedIssue(loaded.path, issue, told, source, frozenset(stand_ins))
        value: Any = source.value
        if len(parts) > MAX_PARTS:
            break
        for part in parts:
            value = _with_stand_in(value, part)
        absent = dict(needed)
        if needed is _NEWSLETTER and not value.keys() & {"items", "sections"}:
            absent["items"] = [_ITEM]
        stand_ins |= parts | {(key,) for key in absent.keys() - value.keys()}
        source = replace(source, value={**absent, **value})
        issue, problems = read_issue(source, settings, takes_broken_markdown=True)
        told = (*told, *(each for each in problems if each.rule in _OF_THE_WHOLE))
        parts = _parts_at_fault(problems, source) - stand_ins
    return loaded


def _parts_at_fault(problems: Sequence[Problem], source: Source) -> set[Loc]:
    empty = (loc for loc in source.empty_keys() if len(loc) == 1)
    # What may be at fault by itself: the issue, keys, sections, items.
    found = ((), *empty, *_parts_of(source.value, ()))
    starts = sorted((source.position(part, key=True), len(part), part) for part in found)
    parts = set()
    for problem in problems:
        if problem.level is Level.ERROR and problem.rule != "issue-name":
            index = bisect_right(starts, _in_this_file(problem, source), key=itemgetter(0)) - 1
            if problem.rule == "missing-key":  # of what begins there, not of its first key
                index = bisect_left(starts, starts[index][0], key=itemgetter(0))
            parts.add(("items",) if problem.rule == "items" else starts[max(index, 0)][2])
    return parts - {()}


def _in_this_file(problem: Problem, source: Source) -> Position:
    """Return where a problem is, or where the text file is named that it is in."""
    if problem.path == source.path:
        return problem.position
    folder = source.path.parent.resolve()
    named = (loc for loc, text in source.texts() if folder / text == problem.path.resolve())
    return source.position(next(named, ()))


def _parts_of(value: Any, loc: Loc) -> Iterator[Loc]:
    is_list = isinstance(value, list)
    for step, each in enumerate(value) if is_list else dict(value).items():
        yield (*loc, step)
        is_section = is_list and loc[-1] == "sections" and isinstance(each, dict | list)
        if is_section or (step in _LISTS and isinstance(each, list)):
            yield from _parts_of(each, (*loc, step))


def _with_stand_in(value: Any, loc: Loc, around: str | int = "") -> Any:
    """Return `value` with an item or section in place of that at `loc`; a key is left out."""
    if not loc:
        return {"items": [_ITEM]} if around == "sections" else _ITEM
    step, rest = loc[0], loc[1:]
    if isinstance(step, str):
        others = {key: each for key, each in value.items() if key != step}
        return {**value, step: _with_stand_in(value[step], rest, step)} if rest else others
    return [*value[:step], _with_stand_in(value[step], rest, around), *value[step + 1 :]]
