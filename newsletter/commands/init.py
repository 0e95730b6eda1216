"""`newsletter init`: a workspace that builds, with settings, a theme and editor settings.

`newsletter schema`: the JSON Schema of its issues anew, by which editors complete them.
"""

import json
import os
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from newsletter.commands.asking import Files, asked
from newsletter.commands.editor import snippets_text, tasks_text
from newsletter.commands.new import STARTER
from newsletter.commands.opening import Tell, open_workspace
from newsletter.content.schema import issue_schema
from newsletter.i18n import _, current_language
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.workspace import SETTINGS_FILE, THEME_FILE, workspace_above, write_whole


def init(folder: Path, *, tell: Tell, ask: Callable[[str, str], str] | None = None) -> int:
    """Write a workspace, with no issue yet, into `folder`; raise where a file is in the way.

    Who is there to `ask` makes it the team's own: who they are, their colour, their addresses.
    """
    around = workspace_above(str(folder.resolve().parent))
    if around is not None:
        message = _("{folder} is inside the workspace {workspace}")
        raise NewsletterError(
            message.format(folder=shown_path(folder.resolve()), workspace=around),
            hint=_("choose a folder outside it: newsletter init ~/newsletter"),
        )
    language = current_language()
    contents: Files = workspace_files(language)
    _refuse(folder, [name for name in contents if os.path.lexists(folder / name)])
    if ask is not None:
        contents = asked(workspace_files, language, ask, tell)
        there = [name for name in contents if os.path.lexists(folder / name)]  # the logo alone
        _refuse(folder, [name for name in there if (folder / name).read_bytes() != contents[name]])
    write_whole(*((folder / name, each) for name, each in contents.items()), below=folder)
    (folder / "assets" / "images").mkdir(parents=True, exist_ok=True)
    if folder.resolve() == Path.cwd():
        tell(_("Created a workspace here. Next: newsletter new newsletter"))
    else:
        message = _("Created a workspace in {folder}. Next: {command}")
        command = f"cd {shlex.quote(str(folder))} && newsletter new newsletter"
        tell(message.format(folder=shown_path(folder.resolve()), command=command))
    return 0


def _refuse(folder: Path, in_the_way: Sequence[str]) -> None:
    if in_the_way:
        message = _("{folder} already contains {files}").format(
            folder=shown_path(folder.resolve()), files=", ".join(in_the_way)
        )
        raise NewsletterError(message, hint=_("choose another folder: newsletter init FOLDER"))


def workspace_files(language: str) -> dict[str, bytes]:
    """Return the files of a new workspace: name -> content."""
    schema = schema_text(language)
    return {
        SETTINGS_FILE: (STARTER / f"settings.{language}.yaml").read_bytes(),
        "issues/.schema.json": f"{schema}\n".encode(),
        THEME_FILE: (STARTER / f"theme.{language}.yaml").read_bytes(),
        "assets/logo.png": (STARTER / "logo.png").read_bytes(),
        ".vscode/settings.json": (STARTER / "vscode.json").read_bytes(),
        ".vscode/newsletter.code-snippets": snippets_text(json.loads(schema), language).encode(),
        ".vscode/tasks.json": tasks_text().encode(),
        ".editorconfig": (STARTER / "editorconfig").read_bytes(),
        ".gitignore": (STARTER / "gitignore").read_bytes(),
    }


def schema(*, start: Path, tell: Tell) -> int:
    """Tell the schema of issue files, described in the workspace's language."""
    settings, _problems = open_workspace(start)
    tell(schema_text(settings.language))
    return 0


def schema_text(language: str) -> str:
    """Return the schema as JSON, as it lies in `issues/.schema.json`."""
    return json.dumps(issue_schema(language), indent=2, ensure_ascii=False)
