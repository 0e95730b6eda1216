"""`newsletter new`: an issue file; `schema`: what may stand in it."""

import json
import re
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from math import ceil, floor
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.content.schema import issue_schema
from newsletter.i18n import _
from newsletter.packaged import PACKAGE
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.problems.terminal import Surroundings
from newsletter.source import Source, parse_source, read_source
from newsletter.values.suggestions import without_accents
from newsletter.workspace import write_whole

STARTER = PACKAGE / "starter"
STARTER_DAY = date(2025, 1, 6)  # the date of the starter files' issues
# What an issue says of its own page, with the lines under it.
_OWN = re.compile(r"^(?:web|correction|replaces_issue):.*\n(?:[ \t].*\n|\n(?=[ \t]))*", re.M)
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def new(
    here: Surroundings, kind: str, *, title: str | None, day: date | None, from_issue: Path | None
) -> int:
    """Write a new issue file of `kind` and tell where; raise where it exists already."""
    settings, day = open_workspace(here.start), day or here.now.date()
    stem = _undated(from_issue.stem) if from_issue else ""
    name = f"{day:%Y-%m}-{_slug(title or stem or kind)}"
    path = settings.workspace / "issues" / f"{name}.yaml"
    if from_issue:
        text = _next_issue(from_issue, kind, title=title, day=day)
    else:
        text = first_issue(kind, settings.language[:2], title=title, day=day)
    if settings.site and settings.site.web == "unlisted":
        code = secrets.token_hex(16)  # ends an address that nobody guesses
        text = f"{text.rstrip()}\n\nweb: {{code: {code}}}\n"
    copies = _copies_of_texts(from_issue, path) if from_issue else {}
    for file, copy in copies.items():
        text = re.sub(rf"(\bfile:[ \t]*[\"']?){re.escape(file)}\b", rf"\g<1>{copy}", text)
    old = (from_issue or path).parent
    texts = [(path.parent / copy, (old / file).read_bytes()) for file, copy in copies.items()]
    try:
        write_whole((path, text.encode()), *texts, below=settings.workspace, is_new=True)
    except FileExistsError as error:
        message = _("{path} already exists").format(path=shown_path(path))
        raise NewsletterError(message, hint=_("choose another title with --title")) from error
    message = _("Created {path}. To see it: newsletter preview {path}")
    here.tell(message.format(path=shown_path(path)))
    return 0


def first_issue(kind: str, language: str, *, title: str | None, day: date) -> str:
    """Return the starter file of `kind`, with its title, and its dates around `day`."""
    source = read_source(STARTER / f"{kind}.{language}.yaml")
    text = _DATE.sub(lambda found: _moved(date.fromisoformat(found[0]), day), source.text)
    return _rewritten(parse_source(text, source.path), _named(kind, title))


def _moved(typed: date, day: date) -> str:
    """Return a date of the starter files as near to `day` as it is to theirs, on the same side."""
    # By whole weeks, so that it keeps its day of the week.
    away = typed - STARTER_DAY
    weeks = (day - STARTER_DAY).days / 7
    moved = typed + timedelta(weeks=ceil(weeks) if away > timedelta(0) else floor(weeks))
    return (moved if away else day).isoformat()


def _next_issue(path: Path, kind: str, *, title: str | None, day: date) -> str:
    """Return the text of `path` with its number plus one and a new date; comments stay."""
    source = read_source(path)
    if not isinstance(source.value, dict) or source.value.get("kind") != kind:
        message = _("{path} is not an issue of kind '{kind}'")
        hint = _("see why with: newsletter check {path}").format(path=shown_path(path))
        raise NewsletterError(message.format(path=shown_path(path), kind=kind), hint=hint)
    values = {"date": day.isoformat(), **_named(kind, title)}
    if kind == "press-release":
        # What is true of one release alone has to be said anew.
        values |= {"embargo": "", "replaces": "", "translation_of": ""}
    number = source.value.get("number")
    if isinstance(number, str) and number.isascii() and number.isdecimal():
        values["number"] = f'"{str(int(number) + 1).zfill(len(number))}"'
    return _rewritten(parse_source(_OWN.sub("", source.text), source.path), values)


def _copies_of_texts(old: Path, new: Path) -> dict[str, str]:
    """Return the text files that the issue `old` names, each with its name in the issue `new`."""
    # As the same file, who corrects January's text would change what December sent.
    copies: dict[str, str] = {}
    for file in dict.fromkeys(_text_files(read_source(old))):
        path = old.parent / file
        if not path.is_file() or not path.resolve().is_relative_to(new.parent.parent.resolve()):
            continue
        words = _undated(Path(file).stem.removeprefix(f"{old.stem}-"))
        stem = f"{new.stem}-{_slug(words)}" if words and words != old.stem else new.stem
        number, copy = 1, Path(file).with_name(f"{stem}{Path(file).suffix}")
        while copy.as_posix() in copies.values() or (new.parent / copy).exists():
            number += 1
            copy = copy.with_name(f"{stem}-{number}{copy.suffix}")
        copies[file] = copy.as_posix()
    return copies


def _text_files(source: Source) -> Iterator[str]:
    for _loc, value in source.walk():
        name = value.get("file") if isinstance(value, dict) and len(value) == 1 else None
        if isinstance(name, str) and name.endswith((".md", ".txt")):
            yield str(name)


def _named(kind: str, title: str | None) -> dict[str, str]:
    """Return what `title` names: last month's subject must not go out under a new title."""
    keys = ("headline", "subject") if kind == "press-release" else ("title", "subject")
    return {} if title is None else dict.fromkeys(keys, json.dumps(title, ensure_ascii=False))


def _rewritten(source: Source, values: Mapping[str, str]) -> str:
    for key, typed in values.items():
        source = parse_source(source.rewritten((key,), typed), source.path)
    return source.text


def _undated(stem: str) -> str:
    return re.sub(r"^\d{4}-\d{2}(-\d{2})?-?", "", stem)


def _slug(text: str) -> str:
    plain = without_accents(unicodedata.normalize("NFKC", text))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "issue"


def schema(here: Surroundings) -> int:
    """Tell the schema of issue files, described in the workspace's language."""
    here.tell(schema_text(open_workspace(here.start).language))
    return 0


def schema_text(language: str) -> str:
    """Return the schema as JSON, as it lies in `issues/.schema.json`."""
    return json.dumps(issue_schema(language), indent=2, ensure_ascii=False)
