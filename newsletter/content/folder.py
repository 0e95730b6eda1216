"""Which files of a folder are issues, by their stem, and what each says of itself at a glance."""

import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from newsletter.values.dates import date_in, first_day

ENDINGS = (".yaml", ".yml")  # where both are there, the first one is the issue
# Searched, not parsed.
_DATE = re.compile(r"^date:[ \t]*[\"']?(?P<date>[^\"'\n#]+)", re.MULTILINE)
_EMBARGO = re.compile(r"^embargo:(?P<embargo>.+)", re.MULTILINE)
_RELEASE = re.compile(r"^kind:[ \t]*[\"']?press-release\b", re.MULTILINE)


def issues_in(folder: Path) -> list[Path]:
    """Return the issue files in `folder`, by name; none where there is no such folder.

    The folder may be a link. A link in it that leads out of the folder and of the workspace around
    it is no issue: it would show a file that nobody put here.
    """
    around = folder.resolve(), folder.parent.resolve()

    def is_here(entry: os.DirEntry[str]) -> bool:
        if not entry.is_symlink():  # of three hundred files none is asked for more than its entry
            return entry.is_file()
        return os.path.isfile(entry) and any(map(Path(entry).resolve().is_relative_to, around))  # noqa: PTH113

    try:
        with os.scandir(folder) as entries:
            names = sorted(each.name for each in entries if _is_named(each.name) and is_here(each))
    except OSError:
        return []
    return [folder / name for name in names]


def issues_by_name(folder: Path) -> Mapping[str, Path]:
    """Return the file of each issue in `folder` by its stem, by which commands and pages ask."""
    # Of two with one name the last stays: by endings, `.yaml` before `.yml` backwards.
    return {path.stem: path for path in reversed(issues_in(folder))}


def twin_of(path: Path) -> Path | None:
    """Return the file of the same name with the other ending, which would be the same issue."""
    others = (path.with_suffix(ending) for ending in ENDINGS if ending != path.suffix)
    # Path.is_file would raise where a folder is closed to us.
    found = (each for each in others if _is_named(each.name) and os.path.isfile(each))  # noqa: PTH113
    return next(found, None) if path.suffix in ENDINGS else None


def _is_named(name: str) -> bool:
    """Tell whether it is no file that macOS, editors or Office leave, nor one that is hidden."""
    return name.endswith(ENDINGS) and not name.startswith((".", "~$"))


def day_of(text: str) -> date | None:
    """Return the date of the issue, None where it has none that can be read."""
    written = _DATE.search(text)
    found = date_in(written["date"]) if written else None
    return found if isinstance(found, date) else None


def held_until(text: str) -> date | None:
    """Return the day on which the issue's embargo ends, None where it has none."""
    written = _EMBARGO.search(text)
    return first_day(written["embargo"]) if written else None


def is_release(text: str) -> bool:
    """Tell whether the issue is a press release."""
    return _RELEASE.search(text) is not None
