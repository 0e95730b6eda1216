"""What a mail depends on, as marks taken from the disk each time: after a sleep none is stale."""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from newsletter.content.loading import issues_in, twin_of
from newsletter.packaged import packaged_files
from newsletter.workspace import SETTINGS_FILE

SHARED_FOLDERS = ("templates", "assets")
# What `file:` names in an issue: texts, which stand beside it (pictures are shared).
_NAMED_FILE = re.compile(rb"\bfile:[ \t]*[\"']?([^\"'\n},]+\.(?:md|txt))\b")
_MAX_READ = 1 << 20  # larger files are refused anyway
_DIGITS = 16


def shared_mark(workspace: Path) -> str:
    """Return the mark of all that every mail depends on: settings, theme, templates, pictures."""
    roots = dict.fromkeys([workspace, packaged_files()])
    paths: list[Path | str] = [workspace / SETTINGS_FILE]
    paths += (path for root in roots for name in SHARED_FOLDERS for path in _files(root / name))
    return _digest(_state(path) for path in paths)


def issue_mark(path: Path) -> str:
    """Return the mark of one issue: of its file, the texts that it names, whether it has a twin."""
    content = _content(path)
    twin = b"twin" if twin_of(path) else b""
    names = (os.fsdecode(name.strip()) for name in _NAMED_FILE.findall(content))
    return _digest([content, twin, *(_content(path.parent / name) for name in names)])


def folder_mark(folder: Path) -> str:
    """Return the mark of the issues in `folder`: the checks compare an issue with earlier ones."""
    return _digest(_state(path) for path in issues_in(folder))


def file_mark(path: Path | None) -> str:
    """Return the mark of one file, by its place, size and time."""
    return _digest([_state(path)] if path else [])


def _files(folder: Path) -> Iterator[str]:
    for parent, _folders, names in sorted(os.walk(folder)):
        yield from (f"{parent}/{name}" for name in sorted(names))


def _state(path: Path | str) -> bytes:
    try:
        status = os.stat(path)  # noqa: PTH116 - hundreds of files at each request
    except OSError:
        return f"{path} -".encode(errors="replace")
    # The inode too: editors write beside and rename, within one tick of the clock.
    facts = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return f"{path} {facts}".encode(errors="replace")


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():  # a pipe would keep us waiting
            return b"-"
        with path.open("rb") as file:
            return file.read(_MAX_READ + 1)
    except (OSError, ValueError):  # ValueError: NUL in a name
        return b"-"


def _digest(parts: "Iterator[bytes] | list[bytes]") -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:".encode() + part)
    return digest.hexdigest()[:_DIGITS]
