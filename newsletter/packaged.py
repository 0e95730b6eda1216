"""What comes with the program: where its templates and assets lie, how it was installed."""

import sys
from pathlib import Path

PACKAGE = Path(__file__).parent


def packaged_files() -> Path:
    """Return the folder that holds the packaged `templates/` and `assets/`."""
    # The wheel carries them beside the code; a checkout, which is itself a workspace, at its root.
    inside_wheel = PACKAGE / "packaged"
    return inside_wheel if inside_wheel.is_dir() else PACKAGE.parent


def how_to_add(*packages: str) -> str:
    """Return the command that adds packages to the program, as it was installed."""
    # Never by our own name: on the public index that is a stranger's.
    if (PACKAGE.parent / "Makefile").is_file():
        return "make build"
    if "pipx" in Path(sys.prefix).parts:
        return f"pipx inject newsletter {' '.join(packages)}"
    return f"{sys.executable} -m pip install {' '.join(packages)}"


def packaged_or_own(workspace: Path, name: str) -> Path:
    """Return the workspace's own file `name` ("assets/theme.yaml"), or the packaged one."""
    own = workspace / name
    return own if own.is_file() else packaged_files() / name
