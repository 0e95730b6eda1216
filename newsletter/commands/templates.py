"""`newsletter templates`, packaged and own; `newsletter settings names`: what the settings name."""

import shlex
from math import inf
from pathlib import Path

import yaml

from newsletter.commands.opening import open_workspace
from newsletter.i18n import _
from newsletter.packaged import packaged_files
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.problems.terminal import Surroundings
from newsletter.rendering.own_templates import own_names, packaged_names, template_head
from newsletter.settings.settings import Settings
from newsletter.settings.theme import LOOKS
from newsletter.values.suggestions import did_you_mean
from newsletter.workspace import workspace_above, write_whole


def templates(here: Surroundings, *, copied: str | None) -> int:
    """Tell the packaged templates and the workspace's own; or make one of them the workspace's."""
    for line in _listed(here.start) if copied is None else [_copied(copied, here.start)]:
        here.tell(line)
    return 0


def _listed(start: Path) -> list[str]:
    packaged, workspace = packaged_names(), workspace_above(str(start))
    own = own_names(Path(workspace)) if workspace else []
    names = sorted({*packaged, *own})
    width = max(map(len, names))
    states = {name: _("own") if name in packaged else _("own, not packaged") for name in own}
    return [f"{name:{width}}  {states.get(name, '')}".rstrip() for name in names]


def _copied(typed: str, start: Path) -> str:
    """Write a packaged template into the workspace, with its head; raise where it has one."""
    settings, name = open_workspace(start), _packaged_name(typed)
    path = settings.workspace / "templates" / name
    copy = template_head(name, settings.language)
    copy += (packaged_files() / "templates" / name).read_text(encoding="utf-8")
    try:
        write_whole((path, copy.encode()), below=settings.workspace, is_new=True)
    except FileExistsError as error:
        message = _("{path} already exists").format(path=shown_path(path))
        raise NewsletterError(message, hint=_("rename it first, to compare the two")) from error
    return _("Created {path}, used in place of the packaged one").format(path=shown_path(path))


def _packaged_name(typed: str) -> str:
    """Return the packaged template that was meant by its end: "items/agenda.mjml"."""
    known, end = packaged_names(), typed.removeprefix("templates/")
    meant = [each for each in known if f"/{each}".endswith(f"/{end}")]
    if len(meant) == 1:
        return meant[0]
    if meant:
        message = _("several templates are called '{name}'").format(name=typed)
        hint = _("write one of: {names}").format(names=", ".join(meant))
        raise NewsletterError(message, hint=hint)
    close = did_you_mean(end, known)
    message = _("there is no packaged template '{name}'").format(name=typed)
    hint = _("did you mean '{word}'?").format(word=close) if close else ""
    raise NewsletterError(message, hint=hint or _("for all of them: newsletter templates"))


def names(here: Surroundings) -> int:
    """Tell, under each key of the settings, the line by which an issue or a send names a part."""
    for key, lines in _lines(open_workspace(here.start)).items():
        if lines:
            here.tell(f"{key}:")
        for line, what in lines.items():
            here.tell(f"  {line:{max(map(len, lines))}}  {what}".rstrip())
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
    flow = yaml.safe_dump({key: value}, default_flow_style=True, allow_unicode=True, width=inf)
    return flow.strip()[1:-1]


def _send(option: str, name: str) -> str:
    return f"newsletter send issues/….yaml {option} {shlex.quote(name)}"
