"""`newsletter settings names`: what the settings name, each with the line to copy."""

import shlex
from pathlib import Path

import yaml

from newsletter.commands.opening import Tell, open_workspace
from newsletter.settings.settings import Settings
from newsletter.settings.theme import LOOKS


def names(*, start: Path, tell: Tell) -> int:
    """Tell, under each key of the settings, the line by which an issue or a send names a part."""
    settings, _problems = open_workspace(start)
    for key, lines in _lines(settings).items():
        if lines:
            tell(f"{key}:")
        for line, what in lines.items():
            tell(f"  {line:{max(map(len, lines))}}  {what}".rstrip())
    return 0


def _lines(settings: Settings) -> dict[str, dict[str, str]]:
    named, groups = settings.organisations, settings.reviewers
    audiences = [{key: each} for key, values in settings.audiences.items() for each in values]
    return {
        "senders": {_yaml("sender", k): each.name for k, each in settings.senders.items()},
        "contacts": {_yaml("contacts", [k]): each.name for k, each in settings.contacts.items()},
        "boilerplates": {_yaml("boilerplates", [k]): each.title
                         for k, each in settings.boilerplates.items()},
        "organisations": {_yaml("about", [k]): each.name for k, each in named.items()},
        "audiences": {_yaml("for", each): "" for each in audiences},
        "lists": {_send("--list", k): each.file for k, each in settings.lists.items()},
        "reviewers": {_send("--reviewers", k): ", ".join(each) for k, each in groups.items()},
        "look": {_yaml("look", look): "assets/theme.yaml" for look in LOOKS},
    }  # fmt: skip


def _yaml(key: str, value: object) -> str:
    """Return `key: value` on one line, with quotes where YAML wants them."""
    flow = yaml.safe_dump(
        {key: value}, default_flow_style=True, allow_unicode=True, width=float("inf")
    )
    return flow.strip()[1:-1]


def _send(option: str, name: str) -> str:
    return f"newsletter send issues/….yaml {option} {shlex.quote(name)}"
