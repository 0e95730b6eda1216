"""What was made of a picture once, in the user's own cache, for all workspaces.

Names say all that the content was made from, so nothing there is ever out of date; the folder may
be deleted at any time.
"""

import hashlib
from contextlib import suppress

from newsletter.workspace import cache_folder, write_whole

_DIGEST_BYTES = hashlib.sha256().digest_size


def kept(name: str) -> bytes | None:
    """Return what is kept under `name`, or None; a damaged file counts as none."""
    stored = b""
    if folder := cache_folder("pictures"):
        with suppress(OSError):
            stored = (folder / name).read_bytes()
    digest, content = stored[:_DIGEST_BYTES], stored[_DIGEST_BYTES:]
    return content if hashlib.sha256(content).digest() == digest else None


def keep(name: str, content: bytes) -> None:
    """Keep `content` under `name`, where the cache can be written to and the disk has room."""
    if folder := cache_folder("pictures"):
        with suppress(OSError):
            write_whole((folder / name, hashlib.sha256(content).digest() + content))
