"""What was to be replaced: notes to oneself, and the example of `init` and `new`."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, at_link, finding_at, rule
from newsletter.i18n import N_, _, counted, translator
from newsletter.packaged import PACKAGE, packaged_or_own
from newsletter.problems.problem import Level, Problem, shown_path
from newsletter.settings.settings import Settings
from newsletter.source import Loc, Source, read_source
from newsletter.values.merge_syntax import MERGE_FIELD
from newsletter.workspace import SETTINGS_FILE, THEME_FILE

_UNWRITTEN = "définir|compléter|rédiger|ajouter|vérifier|valider"
# Readers may be told that a programme is still to come; in square brackets it is a note.
_UNKNOWN = f"{_UNWRITTEN}|préciser|confirmer|venir"
_LEFT = re.compile(
    r"[Ll]orem ipsum"
    r"|\b(?:TODO|TBD|TBC|FIXME|X{2,}|x{3,})\b(?!-)"
    rf"|\[[^\[\]\n]{{0,40}}\b[àÀ] (?:{_UNKNOWN})\b[^\[\]\n]{{0,20}}\]"
    rf"|\([^()\n]{{0,40}}\b[àÀ] (?:{_UNWRITTEN})\)"
    rf"|^[ \t]*[àÀ] (?:{_UNWRITTEN})[ .…]*$"
    r"|\[(?:date|lieu|nom|titre|texte|chiffre|lien|name|place|link)\](?!\()"
    r"|\?{3,}",
    re.MULTILINE,
)


@rule(Level.ERROR)
def leftover_text(checked: Checked) -> Iterator[Finding]:
    """No placeholder is left in the email.

    "[name]", "XX participants" and lorem ipsum are notes to oneself. Once sent, they tell a
    thousand people that nobody read the email first.

    Fails: `Join us at XX, [place TBC]`
    Passes: `Join us at 6 pm, at the town hall`

    Source: what proofreaders look for first.
    """
    for text in checked.texts:
        for found in _LEFT.finditer(text.prose):
            words = found[0].strip()
            start = found.start() + found[0].index(words)
            message = _("'{words}' is a placeholder").format(words=words)
            hint = _("fill it in, or remove it")
            yield finding_at(text, start, start + len(words), message, hint)


MAX_LISTED, MAX_FILES = 3, 2
# Shorter words of the example are ordinary ones: « À lire aussi », « Les coulisses » …
MIN_LENGTH = 40
# … but for those that each issue says anew, and the people whom it makes up.
ANEW = {"subject", "preheader", "headline"}
_NOBODY = frozenset({"Prénom Nom", "First name Surname"})
_PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*(?:\n|[-*] )))*")
_RESERVED = re.compile(r"\bexample\.(?:com|net|org)\b|\.(?:example|invalid|test)\b(?!\.)", re.I)
# What may well stay as the example has it, says who the sample recipient is, or is looked at apart.
_MAY_STAY = frozenset(
    {"language", "timezone", "recipients", "why", "press_why", "role", "title", "logo"}
)
_HINT = N_("write your own, or remove this")


@rule(Level.WARNING)
def starter_text(checked: Checked) -> Iterator[Finding]:
    """Nothing is left of the example that `newsletter init` and `newsletter new` wrote.

    The example's sentences teach the format; beside your own they are easily overlooked, and nobody
    means to send "A sentence that somebody said", or to sign as an association that does not exist.
    Sending to members stops here, since it cannot be undone; a test goes out with a warning.

    Fails: `preheader: What we did for you this month, in three minutes`; `email: news@example.org`
    Passes: any sentence of your own, and your own addresses.

    Source: the files that the two commands write; RFC 2606: example.org belongs to nobody.
    """
    level = Level.ERROR if checked.to_members else None
    found = [*_example_texts(checked, level), *_example_addresses(checked, level)]
    found += _left_of_snippets(checked, level)
    yield from found
    said = [finding.loc for finding in found]
    example = _example_items(checked.issue.kind, checked.language)
    for loc, item in _items(checked.source):
        if item in example and not any(each[: len(loc)] == loc for each in said):
            yield Finding(_("this is still the example"), _(_HINT), loc, level=level)


def settings_problems(settings: Settings, *, to_members: bool = False) -> Iterator[Problem]:
    """Yield a problem for each value of the settings, and for the logo, that is the example's."""
    level = settings.rules.get(starter_text.id, Level.ERROR if to_members else starter_text.level)
    if level == "off":
        return
    source = read_source(settings.workspace / SETTINGS_FILE)
    example = _example_settings(settings.language[:2])
    for loc, value in _values(source.value):
        if _MAY_STAY.isdisjoint(loc) and (_RESERVED.search(value) or value in example):
            message = _("'{words}' is still the example").format(words=_begin(value))
            position = source.position(loc)
            yield Problem(source.path, position, message, _(_HINT), starter_text.id, Level(level))
    logo = settings.theme.logo
    for name, loc, file in (
        (SETTINGS_FILE, ("organisation", "logo"), settings.organisation.logo),
        (THEME_FILE, ("logo", "file"), logo.file if logo else None),
    ):
        if file and (settings.workspace / file).read_bytes() == _starter("logo.png").read_bytes():
            source = read_source(packaged_or_own(settings.workspace, name))
            message = _("the logo is still the example")
            hint = _("put your own image into assets/ and write its name here, or remove the line")
            position = source.position(loc)
            yield Problem(source.path, position, message, hint, starter_text.id, Level(level))


def examples_apart(problems: Sequence[Problem]) -> tuple[list[Problem], str]:
    """Return the other problems, and one sentence in place of what this rule warns of.

    Where nobody has written yet it would be all that one reads. A few are left in their places.
    """
    examples = [
        each for each in problems if each.rule == starter_text.id and each.level is Level.WARNING
    ]
    if len(examples) <= MAX_LISTED:
        return list(problems), ""
    first: dict[Path, int] = {}
    for problem in examples:
        first.setdefault(problem.path, problem.position.line)
    where = [
        _("{file}: {count}, from line {line}").format(
            count=sum(each.path == path for each in examples), file=shown_path(path), line=line
        )
        for path, line in sorted(first.items(), key=lambda each: each[0].name != SETTINGS_FILE)
    ]
    if len(where) > MAX_FILES:
        where[MAX_FILES:] = ["…"]
    message = counted(
        "{count} text is still the example ({where})",
        "{count} texts are still the example ({where})",
        len(examples),
    )
    others = [each for each in problems if each not in examples]
    return others, message.format(count=len(examples), where=_("; ").join(where))


def is_of_example(words: str, checked: Checked) -> bool:
    """Tell whether words stand in the example: two issues that nobody wrote have them both."""
    return " ".join(words.split()) in _example(checked.issue.kind, checked.language)


def _example_texts(checked: Checked, level: Level | None) -> Iterator[Finding]:
    example = _example(checked.issue.kind, checked.language)
    for text in checked.texts:
        # A goodbye may be anybody's.
        span = _left_over(text.text, text.field, example) if text.loc != ("closing",) else None
        if span is not None:
            words = _begin(" ".join(text.text[slice(*span)].split()))
            message = _("'{words}' is still the example").format(words=words)
            yield finding_at(text, *span, message, _(_HINT), level=level)


def _example_addresses(checked: Checked, level: Level | None) -> Iterator[Finding]:
    for link in checked.links:
        if link.loc and _RESERVED.search(link.url):
            message = _("'{words}' is still the example").format(words=_begin(link.url))
            yield at_link(link, message, _(_HINT), level=level)


def placeholder(description: str) -> str:
    """Return what an editor's snippet has in the place of a field: the start of its description."""
    return re.split(r"\s?: ", description)[0]


def _left_of_snippets(checked: Checked, level: Level | None) -> Iterator[Finding]:
    say = translator(checked.settings.language[:2])
    for loc, model in checked.models:
        # There is no snippet for the head of an issue.
        for name, field in type(model).model_fields.items() if loc else ():
            words, left = getattr(model, name), placeholder(say(field.description or " "))
            if isinstance(words, str) and words.strip() == left:
                message = _("'{words}' is still the example").format(words=_begin(left))
                yield Finding(message, _(_HINT), (*loc, name), snippet=left, level=level)


def _left_over(text: str, field: str, example: str) -> tuple[int, int] | None:
    """Return where the first paragraph of `text` stands that is the example's."""
    if text in _NOBODY or (field in ANEW and f'"{text}"' in example):
        return 0, len(text)
    if len(text) < MIN_LENGTH:
        return None
    for found in _PARAGRAPH.finditer(text):
        words = " ".join(found[0].split())
        if len(words) >= MIN_LENGTH and not MERGE_FIELD.search(words) and words in example:
            return found.span()
    return None


@cache
def _example(kind: str, language: str) -> str:
    """Return the starter file as one line: what is a comment in it is an example as well."""
    return " ".join(_starter(f"{kind}.{language}.yaml").read_text(encoding="utf-8").split())


@cache
def _example_items(kind: str, language: str) -> list[Any]:
    """Return the items of the starter issue, as they are typed."""
    return [item for _loc, item in _items(read_source(_starter(f"{kind}.{language}.yaml")))]


@cache
def _example_settings(language: str) -> frozenset[str]:
    """Return the values of the starter settings that every team has to replace."""
    values = _values(read_source(_starter(f"settings.{language}.yaml")).value)
    return frozenset(value for loc, value in values if _MAY_STAY.isdisjoint(loc))


def _starter(name: str) -> Path:
    return PACKAGE / "starter" / name


def _items(source: Source) -> Iterator[tuple[Loc, Any]]:
    """Yield each item of an issue file, as it is typed, with its place."""
    value: Any = source.value
    sections = value.get("sections") if isinstance(value, dict) else None
    for number, section in enumerate(sections if isinstance(sections, list) else []):
        items = section.get("items") if isinstance(section, dict) else None
        for place, item in enumerate(items if isinstance(items, list) else []):
            yield ("sections", number, "items", place), item


def _values(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Yield each text below `value`, with its place."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _values(each, (*loc, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _values(each, (*loc, number))
    elif value is not None:
        yield loc, str(value)


def _begin(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 40 else f"{words[:40].rpartition(' ')[0]}…"
