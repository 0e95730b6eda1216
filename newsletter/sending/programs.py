"""Programs that the settings name: none runs before whoever is at this machine has allowed it."""

import hashlib
import json
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError
from newsletter.sending.terminal import is_yes
from newsletter.workspace import SETTINGS_FILE, leads_inside, user_folder


def allow_program(
    workspace: Path, command: Sequence[str], *, ask: Callable[[str], str] | None
) -> None:
    """Return where a program of the settings may run, after it was asked for once on this machine.

    It is remembered outside the workspace. What the workspace itself brings of the program is asked
    for again once it has changed: a colleague, or whoever else writes there, may have changed it.

    Raises:
        NewsletterError: nobody allows it.
    """
    folder = user_folder("allowed-programs", "XDG_CONFIG_HOME", ".config")
    allowed = folder / _digest(workspace, command) if folder else None
    if allowed is not None and allowed.exists():
        return
    shown = shlex.join(each if each.isprintable() else ascii(each) for each in command)
    question = _("{file} wants to run this program for a password: {command}. Allow it? yes or no")
    question = question.format(file=SETTINGS_FILE, command=shown)
    if ask is None or not is_yes(ask(question)):
        message = _("the program of token_command: was not allowed on this machine: {command}")
        hint = _("to allow it, send yourself a test in a terminal: newsletter send FILE --to YOU")
        raise NewsletterError(message.format(command=shown), hint=hint)
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
