"""Which files of a folder are issues, and how one is read: every problem at its line, at once."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from newsletter.content.issue import Newsletter
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.problems.problem import Fault, Position, Problem, has_errors, in_order
from newsletter.settings.settings import Settings
from newsletter.source import Loc, Source, read_source
from newsletter.values.audiences import AudienceParts, audience_problems
from newsletter.values.dates import date_in, first_day
from newsletter.values.merge_syntax import MERGE_FIELD, merge_problems
from newsletter.values.model import Model
from newsletter.values.reading import ReadingContext
from newsletter.values.suggestions import did_you_mean
from newsletter.values.types import language_meant
from newsletter.values.validation import read_model, unknown_kind

ENDINGS = (".yaml", ".yml")  # where both are there, the first one is the issue
# Searched, not parsed.
_DATE = re.compile(r"^date:[ \t]*[\"']?(?P<date>[^\"'\n#]+)", re.MULTILINE)
_EMBARGO = re.compile(r"^embargo:(?P<embargo>.+)", re.MULTILINE)
_RELEASE = re.compile(r"^kind:[ \t]*[\"']?press-release\b", re.MULTILINE)
Issue = Newsletter | PressRelease
# What a press release says in the mail alone, and so can say to each reader.
MAIL_ONLY = ("note", "subject", "preheader")
KINDS: dict[str, type[Issue]] = {"newsletter": Newsletter, "press-release": PressRelease}


def issues_in(folder: Path) -> list[Path]:
    """Return the issue files in `folder`, by name; none where there is no such folder."""
    # The folder may be a link. A link in it that leads out of the folder and of the workspace
    # around it is no issue: it would show a file that nobody put here.
    around = folder.resolve(), folder.parent.resolve()

    def is_here(entry: os.DirEntry[str]) -> bool:
        if not entry.is_symlink():  # of three hundred files none is asked for more than its entry
            return entry.is_file()
        return os.path.isfile(entry) and any(map(Path(entry).resolve().is_relative_to, around))  # noqa: PTH113

    try:
        with os.scandir(folder) as entries:
            names = sorted(each.name for each in entries if _is_named(each.name) and is_here(each))
    except OSError:
        return []
    return [folder / name for name in names]


def issues_by_name(folder: Path) -> Mapping[str, Path]:
    """Return the file of each issue in `folder` by its stem, by which commands and pages ask."""
    # Of two with one name the last stays: by endings, `.yaml` before `.yml` backwards.
    return {path.stem: path for path in reversed(issues_in(folder))}


def twin_of(path: Path) -> Path | None:
    """Return the file of the same name with the other ending, which would be the same issue."""
    others = (path.with_suffix(ending) for ending in ENDINGS if ending != path.suffix)
    # Path.is_file would raise where a folder is closed to us.
    found = (each for each in others if _is_named(each.name) and os.path.isfile(each))  # noqa: PTH113
    return next(found, None) if path.suffix in ENDINGS else None


def _is_named(name: str) -> bool:
    """Tell whether it is no file that macOS, editors or Office leave, nor one that is hidden."""
    return name.endswith(ENDINGS) and not name.startswith((".", "~$"))


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


@dataclass(frozen=True)
class LoadedIssue:
    """What came of an issue file: the issue (None where a problem forbids it) and its problems."""

    path: Path
    issue: Issue | None
    problems: tuple[Problem, ...]
    source: Source
    readable: Issue | None = None  # as far as it can be read, for the checks alone
    stand_ins: frozenset[Loc] = frozenset()  # where `readable` is not what the file says


def load_issue(path: Path, settings: Settings) -> LoadedIssue:
    """Return the issue that `path` holds, with every problem and where each value stands."""
    return read_issue(read_source(path), settings)


def read_issue(source: Source, settings: Settings) -> LoadedIssue:
    """Return the issue that a file's values make, with every problem of the file."""
    path = source.path
    context = ReadingContext(
        workspace=settings.workspace,
        folder=path.parent.resolve(),
        timezone=settings.zone,
        language=settings.language,
        merge_fields=settings.merge_fields,
        audiences=settings.audiences,
        named=vars(settings),
    )
    kind = source.value.get("kind") if isinstance(source.value, dict) else None
    model = model_meant(source)
    issue, problems, stand_ins = read_model(model, source, context=context, given={"id": path.stem})
    if isinstance(kind, str) and kind not in KINDS:
        # In place of what is said of the kind that it was read as.
        wrong = unknown_kind(kind, list(KINDS)).at(path, source.position(("kind",)))
        told = (wrong.position, "unknown-value")
        problems = [*(each for each in problems if (each.position, each.rule) != told), wrong]
    problems += audience_problems(source)
    problems += merge_problems(source, settings.merge_fields)
    if model is PressRelease:
        problems += _said_to_some(issue, source)
    problems += _translation_problems(source, path, settings)
    if twin := twin_of(path):  # results and ledger know issues by their names
        message = _("{other} is beside this file: both would be the issue '{name}'")
        said = message.format(other=twin.name, name=path.stem)
        hint = _("delete one of the two, or give it another name")
        problems.append(Problem(path, Position(1, 1), said, hint, "issue-name"))
    found = tuple(in_order(problems))
    return LoadedIssue(path, None if has_errors(found) else issue, found, source, issue, stand_ins)


def model_meant(source: Source) -> type[Issue]:
    """Return the model of the issue's kind; not said or misspelt, of what it looks like."""
    keys = source.value if isinstance(source.value, dict) else {}
    kind = str(keys.get("kind"))
    looks_like = "press-release" if {"headline", "embargo"} & keys.keys() else "newsletter"
    return KINDS[kind if kind in KINDS else did_you_mean(kind, KINDS) or looks_like]


def _said_to_some(value: object, source: Source, loc: Loc = ()) -> Iterator[Problem]:
    """Yield a problem for each part of a release that would not be the same for everyone."""
    message = _("a press release is the same for everyone: '{text}' cannot be used here")
    if isinstance(value, str) and loc[0] not in MAIL_ONLY and (field := MERGE_FIELD.search(value)):
        hint = _("a merge field can be used in: {fields}").format(fields=", ".join(MAIL_ONLY))
        fault = Fault("merge-field", message.format(text=field[0]), hint)
        yield fault.at(source.path, source.find(loc, field[0]))
    for key in ("for", "not_for") if isinstance(value, AudienceParts) else ():
        if source.names((*loc, key)):
            hint = _("remove it, or write two press releases")
            fault = Fault("audience", message.format(text=key), hint)
            yield fault.at(source.path, source.position((*loc, key), key=True))
    parts = enumerate(value) if isinstance(value, tuple) else ()
    for step, part in vars(value).items() if isinstance(value, Model) else parts:
        yield from _said_to_some(part, source, (*loc, step))


def _translation_problems(source: Source, path: Path, settings: Settings) -> Iterator[Problem]:
    """Yield what forbids a link to the issue that this one translates."""
    named = source.value.get("translation_of") if isinstance(source.value, dict) else None
    if not isinstance(named, str):
        return
    other = issues_by_name(path.parent).get(named)
    theirs = read_source(other) if other else source
    day, end = day_of(source.text), held_until(theirs.text)
    if other is None:
        message = _("there is no issue '{name}' in this folder")
        hint = _("write the name of its file without .yaml")
    elif other.stem == source.path.stem:
        message = _("an issue cannot be its own translation")
        hint = _("write the name of the file in the other language")
    elif _language(theirs, settings) == _language(source, settings):
        message = _("'{name}' is in the same language as this issue")
        hint = _("write language: en in one of them")
    elif day and end and day < end and not held_until(source.text):
        message = _("'{name}' is under embargo, and this issue would link to it")
        hint = _("write the same embargo: in both, or remove this line")
    else:
        return
    position = source.position(("translation_of",))
    yield Problem(path, position, message.format(name=named), hint, "translation")


def _language(source: Source, settings: Settings) -> object:
    says = source.value.get("language") if isinstance(source.value, dict) else None
    return str(language_meant(says or settings.language))[:2]
