"""`newsletter init`: a workspace that builds, with settings, a first issue and editor settings."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from newsletter.commands.new import STARTER, first_issue
from newsletter.commands.schema import schema_text
from newsletter.diagnostics import shown_path
from newsletter.errors import NewsletterError
from newsletter.i18n import _, current_language
from newsletter.packaged import packaged_files
from newsletter.workspace import SETTINGS_FILE, THEME_FILE


def init(folder: Path, *, day: date, tell: Callable[[str], None]) -> int:
    """Write a workspace into `folder`; raise, and write nothing, where a file is in the way."""
    language = current_language()
    contents = workspace_files(language, day)
    in_the_way = [name for name in contents if (folder / name).exists()]
    if in_the_way:
        message = _("{folder} already contains {files}").format(
            folder=shown_path(folder.resolve()), files=", ".join(in_the_way)
        )
        raise NewsletterError(message, hint=_("choose another folder: newsletter init FOLDER"))
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "assets" / "images").mkdir(parents=True, exist_ok=True)
    tell(_("Created a workspace in {folder}").format(folder=shown_path(folder.resolve())))
    tell(_("Fill in {file}, then run: newsletter build").format(file=SETTINGS_FILE))
    return 0


def workspace_files(language: str, day: date) -> dict[str, bytes]:
    """Return the files of a new workspace: name -> content."""
    issue = first_issue("newsletter", language, title=None, day=day)
    return {
        SETTINGS_FILE: (STARTER / f"settings.{language}.yaml").read_bytes(),
        f"issues/{day:%Y-%m}-newsletter.yaml": issue.encode(),
        "issues/.schema.json": f"{schema_text(language)}\n".encode(),
        THEME_FILE: (packaged_files() / THEME_FILE).read_bytes(),
        "assets/logo.png": (STARTER / "logo.png").read_bytes(),
        ".vscode/settings.json": (STARTER / "vscode.json").read_bytes(),
        ".editorconfig": (STARTER / "editorconfig").read_bytes(),
        ".gitignore": (STARTER / "gitignore").read_bytes(),
    }
