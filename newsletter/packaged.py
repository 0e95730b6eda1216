"""Where the templates and assets that come with the program lie."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def packaged_files() -> Path:
    """Return the folder that holds the packaged `templates/` and `assets/`.

    The wheel carries them beside the code; a checkout, which is itself a workspace, at its root.
    """
    inside_wheel = PACKAGE / "packaged"
    return inside_wheel if inside_wheel.is_dir() else PACKAGE.parent


def packaged_or_own(workspace: Path, name: str) -> Path:
    """Return the workspace's own file `name` ("assets/theme.yaml"), or the packaged one."""
    own = workspace / name
    return own if own.is_file() else packaged_files() / name
