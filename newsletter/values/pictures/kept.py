"""What was made of a picture once, in the workspace's `.cache/pictures/`.

Names say all that the content was made from, so nothing there is ever out of date; the folder may
be deleted at any time.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

from newsletter.workspace import write_whole

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
    with suppress(OSError):
        write_whole((_folder(workspace) / name, hashlib.sha256(content).digest() + content))


def _folder(workspace: Path) -> Path:
    return workspace / ".cache/pictures"
