"""Compiled templates, kept from one command to the next: compiling is a quarter of a cold build.

Kept in the user's own cache and never in a workspace: what is compiled is run once it is read.
"""

import marshal
import os
import tempfile
from functools import cache
from hashlib import sha256
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from stat import S_IWGRP, S_IWOTH

from jinja2 import BytecodeCache, __version__
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Keeps what was compiled, by a digest of all that it depends on.

    `callers` is a digest of the code that says how filters are called.
    """

    def __init__(self, callers: str) -> None:
        self._callers = callers

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give `bucket` its code, if it is kept."""
        folder = cache_folder()
        if folder is None:
            return
        try:
            bucket.code = marshal.loads((folder / self._name(bucket)).read_bytes())  # noqa: S302
        except (OSError, EOFError, ValueError, TypeError):
            return  # not there, or cut off by a full disk

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of `bucket`; a cache that cannot be written is no fault."""
        folder = cache_folder()
        if folder is None:
            return
        try:
            descriptor, beside = tempfile.mkstemp(dir=folder)
            with os.fdopen(descriptor, "wb") as file:
                file.write(marshal.dumps(bucket.code))
            Path(beside).replace(folder / self._name(bucket))
        except OSError:
            return

    def _name(self, bucket: Bucket) -> str:
        facts = (bucket.key, bucket.checksum, self._callers, __version__, MAGIC_NUMBER.hex())
        return sha256("|".join(facts).encode()).hexdigest()


@cache
def cache_folder() -> Path | None:
    """Return the folder in the user's cache (XDG Base Directory), theirs alone, or None."""
    try:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        folder = root / "newsletter" / "templates"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except (OSError, RuntimeError):  # RuntimeError: nobody's home
        return None
    is_ours = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return folder if is_ours and not status.st_mode & (S_IWGRP | S_IWOTH) else None
