"""What was made of a picture once, in the workspace's `.cache/pictures/`.

Names say all that the content was made from, so nothing there is ever out of date; the folder may
be deleted at any time.
"""

import hashlib
import os
from pathlib import Path

_DIGEST_BYTES = hashlib.sha256().digest_size


def kept(workspace: Path, name: str) -> bytes | None:
    """Return what is kept under `name`, or None; a damaged file counts as none."""
    try:
        stored = (_folder(workspace) / name).read_bytes()
    except OSError:
        return None
    digest, content = stored[:_DIGEST_BYTES], stored[_DIGEST_BYTES:]
    return content if hashlib.sha256(content).digest() == digest else None


def keep(workspace: Path, name: str, content: bytes) -> None:
    """Keep `content` under `name`, where the workspace can be written to and the disk has room."""
    folder = _folder(workspace)
    # Two builds at once may make the same picture: each writes beside, the last to move wins.
    beside = folder / f".{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(hashlib.sha256(content).digest() + content)
        beside.replace(folder / name)
    except OSError:
        return


def _folder(workspace: Path) -> Path:
    return workspace / ".cache/pictures"
