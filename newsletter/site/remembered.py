"""What the last run was made of: while none of it changes, nothing is made again.

Only digests are kept, in the user's own cache and never in a workspace; what they are of lies in
the site's folder. So a planted one can at worst leave an old page.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from newsletter.packaged import PACKAGE, packaged_files
from newsletter.settings.settings import Settings
from newsletter.values.pictures import keep, kept
from newsletter.workspace import LEDGER_FILE, SENT_FOLDER


class LastRun:
    """Knows whether a site's folder is as a run would leave it."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        workspace, packaged = settings.workspace, packaged_files()
        said = {workspace / "issues", workspace / SENT_FOLDER, PACKAGE}
        said |= {root / name for root in (workspace, packaged) for name in ("assets", "templates")}
        made_of = str(folder.resolve()), repr(settings), *_ledger_states(workspace)
        self._key = _digest_of(*made_of, _state_of(*said))
        self._folder = folder

    def holds_at(self, now: datetime) -> bool:
        """Tell whether nothing has changed since, and no issue's hour came or is yet to come."""
        try:
            said = json.loads(kept(self._key) or b"")
            begins, ends = (datetime.fromisoformat(said[name]) for name in ("since", "until"))
            return begins <= now < ends and said["folder"] == _state_of(self._folder)
        except (ValueError, LookupError, TypeError):
            return False

    def keep(self, since: datetime, until: datetime) -> None:
        """Note how the run left the folder, which the next is to find so between two moments."""
        said = {"since": since, "until": until, "folder": _state_of(self._folder)}
        keep(self._key, json.dumps(said, default=str).encode())


def _digest_of(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _state_of(*roots: Path) -> str:
    """Return a digest of which files lie in folders, and when each was last written."""
    return _digest_of(*sorted(line for root in roots for line in _states(root)))


def _states(root: Path) -> Iterator[str]:
    seen: set[Path] = set()  # a link may lead back to where it lies
    for folder, names, files in os.walk(root, followlinks=True):
        real = Path(folder).resolve()
        names[:] = [] if real in seen else [name for name in names if name != "__pycache__"]
        seen.add(real)
        for path in (Path(folder) / name for name in files):
            with suppress(OSError):  # a link that leads nowhere
                status = path.stat()
                # By st_ctime too, which no copy that keeps a file's date can set.
                yield f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _ledger_states(workspace: Path) -> Iterator[str]:
    """Yield what a commit changes: who reads has SQLite make an empty journal, and touch it."""
    for end in ("", "-wal"):
        with suppress(OSError):
            status = (workspace / f"{LEDGER_FILE}{end}").stat()
            if status.st_size:
                yield f"{status.st_size} {status.st_mtime_ns}"
