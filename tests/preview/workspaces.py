"""Settings and issues for the tests of the preview."""

from pathlib import Path

from tests.checks.conftest import change_settings

ITEM = "  - kind: text\n    body: Les premiers mots.\n"
FOR_SOME = "  - kind: text\n    for: {delegation: [Bretagne]}\n    body: Pour la Bretagne.\n"
PICTURE = "  - kind: picture\n    file: photo.png\n    alt: Une salle pleine\n"


def add_audiences(workspace: Path) -> None:
    """Let parts be for a delegation."""
    change_settings(workspace, "first name: Prénom", "first name: Prénom\n    delegation: Délég")
    settings = workspace / "newsletter.yaml"
    audiences = "\naudiences:\n  delegation: [Bretagne, Grand Est]\n"
    settings.write_text(settings.read_text("utf-8") + audiences, "utf-8")


def issue_file(workspace: Path, text: str, name: str = "essai") -> Path:
    """Write an issue; return its file."""
    path = workspace / f"issues/{name}.yaml"
    path.write_text(text, "utf-8")
    return path
