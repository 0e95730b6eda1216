"""Programs that the settings name: none runs before whoever is at this machine has allowed it."""

import hashlib
import json
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from newsletter.i18n import N_, _
from newsletter.problems.errors import NewsletterError
from newsletter.sending.means import agrees
from newsletter.workspace import SETTINGS_FILE, leads_inside, user_folder

# What a program of a setting is for, as it is asked for, and how to be asked again.
_USES = {
    "token_command": (
        N_("{file} wants to run this program for a password: {command}. Allow it? yes or no"),
        N_("to allow it, send yourself a test in a terminal: newsletter send FILE --to YOU"),
    ),
    "publish": (
        N_("{file} wants to run this program to put the site online: {command}. "
           "Allow it? yes or no"),
        N_("to allow it, run in a terminal: newsletter site --publish"),
    ),
}  # fmt: skip


def allow_program(
    workspace: Path,
    command: Sequence[str],
    *,
    ask: Callable[[str], str] | None,
    setting: Literal["token_command", "publish"] = "token_command",
) -> None:
    """Raise where nobody allows a program of the settings, asked once on this machine.

    It is remembered outside the workspace. What the workspace itself brings of the program is asked
    for again once it has changed: a colleague, or whoever else writes there, may have changed it.
    """
    folder = user_folder("allowed-programs", "XDG_CONFIG_HOME", ".config")
    allowed = folder / _digest(workspace, command) if folder else None
    if allowed is not None and allowed.exists():
        return
    shown = shlex.join(each if each.isprintable() else ascii(each) for each in command)
    words, hint = map(_, _USES[setting])
    if not agrees(ask, words.format(file=SETTINGS_FILE, command=shown)):
        message = _("the program of {setting}: was not allowed on this machine: {command}")
        raise NewsletterError(message.format(setting=setting, command=shown), hint=hint)
    if allowed is not None:
        allowed.touch(mode=0o600)


def _digest(workspace: Path, command: Sequence[str]) -> str:
    """Return what stands for a command: its workspace, its words, its files of the workspace."""
    digest = hashlib.sha256(json.dumps([str(workspace.resolve()), *command]).encode())
    for each in command:
        path = Path(each).expanduser()
        if path.is_file() and leads_inside(path, workspace):
            digest.update(path.read_bytes())
    return digest.hexdigest()
