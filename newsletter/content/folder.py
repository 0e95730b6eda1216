"""Which files of a folder are issues: one file, one issue, which the file's stem names."""

import os.path
from collections.abc import Mapping
from pathlib import Path

ENDINGS = (".yaml", ".yml")  # where both are there, the first one is the issue
# What others leave beside a file: macOS and editors, Office; and what somebody hid.
_NO_ISSUE = (".", "~$")


def issues_in(folder: Path) -> list[Path]:
    """Return the issue files in `folder`, by name; none where there is no such folder."""
    return sorted(filter(_is_issue, folder.glob("*.y*ml")))


def issues_by_name(folder: Path) -> Mapping[str, Path]:
    """Return the file of each issue in `folder` by its stem, by which commands and pages ask."""
    # Of two with one name the last stays: by endings, `.yaml` before `.yml` backwards.
    return {path.stem: path for path in reversed(issues_in(folder))}


def twin_of(path: Path) -> Path | None:
    """Return the file of the same name with the other ending, which would be the same issue."""
    others = (path.with_suffix(ending) for ending in ENDINGS if ending != path.suffix)
    return next(filter(_is_issue, others), None) if path.suffix in ENDINGS else None


def _is_issue(path: Path) -> bool:
    # Path.is_file would raise where a folder is closed to us.
    is_named = path.suffix in ENDINGS and not path.name.startswith(_NO_ISSUE)
    return is_named and os.path.isfile(path)  # noqa: PTH113
