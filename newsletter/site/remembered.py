"""What was rendered before: an issue with the same words and settings is not rendered again.

Kept in the user's own cache and never in a workspace. Its files are not kept twice: they are taken
from the site's folder, where each still is what it was.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from newsletter.packaged import PACKAGE, packaged_files
from newsletter.rendering.pictures.images import ShownImage
from newsletter.rendering.web.page import WebIssue
from newsletter.settings.settings import Settings
from newsletter.site.online_issue import OnlineIssue, online_issue
from newsletter.site.places import SitePlaces
from newsletter.site.published import Published
from newsletter.values.pictures import keep, kept


class Remembered:
    """Renders issues for a site's folder, or remembers what came of it."""

    def __init__(self, settings: Settings, places: SitePlaces, folder: Path) -> None:
        self._settings = settings
        self._places = places
        self._folder = folder
        self._around = "\n".join([settings.model_dump_json(), *_state_of(settings.workspace)])

    def online_issue(self, published: Published) -> OnlineIssue:
        """Return a published issue as readers find it."""
        key = _digest(f"{self._around}\n{published.issue.model_dump_json()}".encode())
        known = self._known(published, key)
        if known is not None:
            return known
        online = online_issue(published, self._settings)
        if not online.remark:
            files = [(address, _digest(content)) for address, content in online.files]
            said = {"shown": asdict(replace(online.shown, images=())), "files": files}
            keep(key, json.dumps(said, default=str).encode())
        return online

    def _known(self, published: Published, key: str) -> OnlineIssue | None:
        """Return what is kept, None where it is not whole or the site's folder is not as it was."""
        try:
            said = json.loads(kept(key) or b"")
            files = tuple((address, self._content(address, of)) for address, of in said["files"])
            shown = said["shown"]
            picture, thumb = (
                ShownImage(**shown[name]) if shown[name] else None for name in ("picture", "thumb")
            )
            day = date.fromisoformat(shown["day"])
            given = {**shown, "day": day, "images": (), "picture": picture, "thumb": thumb}
            return OnlineIssue(published, WebIssue(**given), files)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _content(self, address: str, digest: str) -> bytes:
        """Return what answers at an address; raise `ValueError` where it is not that any more."""
        name = self._places.file_of(address)
        content = (self._folder / name).read_bytes() if name else b""
        if name and _digest(content) != digest:
            raise ValueError(name)
        return content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _state_of(workspace: Path) -> Iterator[str]:
    """Yield what tells apart the pictures and templates of a workspace, and the program itself."""
    roots = (workspace, packaged_files())
    folders = [root / name for root in roots for name in ("assets", "templates")]
    for folder in dict.fromkeys((*folders, PACKAGE)):
        for path in sorted(folder.rglob("*.*")):
            if path.suffix != ".pyc" and path.is_file():
                status = path.stat()
                yield f"{path} {status.st_size} {status.st_mtime_ns}"
