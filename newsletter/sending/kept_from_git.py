"""Whether git would take a file with it: members files are personal data."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path


def is_taken_by_git(file: Path) -> bool:
    """Tell whether a file is in a repository whose ignore files have no line for it.

    Git itself is not asked: a repository may name programs that it runs. Lines that take a file
    back (!) and the ignore file of the user are not read: it is no more than a reason to warn.
    """
    path = file.resolve()
    root = next((each for each in path.parents if (each / ".git").exists()), None)
    if root is None:
        return False
    folders = [each for each in path.parents if each.is_relative_to(root)]
    lines = [(root, line) for line in _lines(root / ".git" / "info" / "exclude")]
    lines += [(each, line) for each in folders for line in _lines(each / ".gitignore")]
    return not any(_has_line_for(path, folder, line) for folder, line in lines)


def _lines(file: Path) -> Iterator[str]:
    try:
        text = file.read_text("utf-8", errors="replace") if file.is_file() else ""
    except OSError:
        return
    yield from filter(None, (line.strip() for line in text.splitlines()))


def _has_line_for(path: Path, folder: Path, line: str) -> bool:
    """Tell whether a line ignores the path, or a folder that it is in (gitignore(5))."""
    pattern = line.rstrip("/")
    within = path.relative_to(folder)
    above = [within, *within.parents][:-1]
    if line.endswith("/"):
        above.remove(within)
    if "/" in pattern:
        return any(fnmatchcase(each.as_posix(), pattern.removeprefix("/")) for each in above)
    return any(fnmatchcase(each.name, pattern) for each in above)
