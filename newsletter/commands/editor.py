"""What `newsletter init` leaves for Visual Studio Code: snippets, and problems as one types.

Their forms: code.visualstudio.com/docs, "Snippets" and "Tasks". Neither needs an extension.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from newsletter.checks.rules.leftover import placeholder
from newsletter.i18n import LANGUAGES, N_, translator
from newsletter.problems.problem import Level
from newsletter.values.suggestions import ENGLISH_WORDS

# Between these two lines `newsletter check --watch` prints what it finds.
CHECKING = N_("Checking…")
WAITING = N_("Waiting for the next save; press Ctrl-C to stop.")
# What no part requires, and one nearly always wants.
_USUAL = {"file", "alt", "role", "description"}
_LONG = {"body", "answer"}
# Where a description would be at fault.
_EXAMPLES = {
    "file": "photo.jpg",
    "start": "${CURRENT_YEAR}-${CURRENT_MONTH}-${CURRENT_DATE} 18:00",
    "url": "https://www.example.org/",
}
_SEVERITIES = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "info"}


def snippets_text(schema: Mapping[str, Any], language: str) -> str:
    """Return a snippet for each kind of item, of the descriptions that a language's schema has."""
    definitions, found = schema["$defs"], {}
    for each in definitions.values():
        fields = each["properties"]
        if "kind" in fields and "subject" not in fields:
            kind = fields["kind"]["const"]
            lines = _entry([f"kind: {kind}", *_fields(each, definitions)])
            found[kind] = _snippet(kind, lines, language)
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _snippet(word: str, lines: list[str], language: str) -> dict[str, Any]:
    numbers = count(1)
    body = [re.sub(r"\$\{(?=:)", lambda _each: f"${{{next(numbers)}", line) for line in lines]
    french = [typed for typed, meant in ENGLISH_WORDS.items() if word in meant]
    prefixes = dict.fromkeys([word, *(french if language == "fr" else [])])
    return {"scope": "yaml", "prefix": [*prefixes], "body": body}


def _fields(definition: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    for key, part in definition["properties"].items():
        if key != "kind" and key in {*definition.get("required", ()), *_USUAL}:
            yield from _lines(key, part, definitions)


def _lines(key: str, part: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[str]:
    if structure := re.search(r'"#/\$defs/(\w+)"', json.dumps(part)):
        inside = list(_fields(definitions[structure[1]], definitions))
        inside = _entry(inside) if '"array"' in json.dumps(part) else inside
        return [f"{key}:", *(f"  {line}" for line in inside)]
    words = _EXAMPLES.get(key) or placeholder(part["description"])
    return [f"{key}: |", f"  ${{:{words}}}"] if key in _LONG else [f"{key}: ${{:{words}}}"]


def _entry(lines: list[str]) -> list[str]:
    return [f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines)]


def tasks_text() -> str:
    """Return the task that checks at each save, and fills the editor's list of problems."""
    task = {
        "label": "newsletter check --watch",
        "type": "shell",
        "command": "newsletter",
        "args": ["check", "--watch"],
        "isBackground": True,
        "group": {"kind": "build", "isDefault": True},
        "presentation": {"reveal": "silent"},
        "problemMatcher": list(map(_matcher, Level)),
    }
    return json.dumps({"version": "2.0.0", "tasks": [task]}, ensure_ascii=False, indent=2) + "\n"


def _matcher(level: Level) -> dict[str, Any]:
    """Return how the editor finds the problems of a level, whose word it knows in English alone."""
    place, end = r"^(\S.*?):(\d+):(\d+)", r"(.+) \[([a-z-]+)\]\s*$"
    regexp = rf"{place}\s?: (?:{_in_each_language(level)})\s?: {end}"
    return {
        "owner": f"newsletter-{level}",
        "source": "newsletter",
        "severity": _SEVERITIES[level],
        "fileLocation": ["autoDetect", "${workspaceFolder}"],
        "pattern": {"regexp": regexp, "file": 1, "line": 2, "column": 3, "message": 4, "code": 5},
        "background": {
            "activeOnStart": True,
            "beginsPattern": f"^(?:{_in_each_language(CHECKING)})",
            "endsPattern": f"^(?:{_in_each_language(WAITING)})",
        },
    }


def _in_each_language(message: str) -> str:
    # The level "advice" is called a suggestion.
    said = "suggestion" if message == Level.ADVICE else message
    return "|".join(translator(language)(said) for language in LANGUAGES)
