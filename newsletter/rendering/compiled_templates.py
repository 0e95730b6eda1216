"""Compiled templates, kept from one command to the next: compiling is a quarter of a cold build.

Kept in the user's own cache and never in a workspace: what is compiled is run once it is read.
"""

import marshal
from contextlib import suppress
from hashlib import sha256
from importlib.util import MAGIC_NUMBER

from jinja2 import BytecodeCache, __version__
from jinja2.bccache import Bucket

from newsletter.workspace import cache_folder, write_whole


class CompiledTemplates(BytecodeCache):
    """Keeps what was compiled, by a digest of all that it depends on.

    `callers` is a digest of the code that says how filters are called.
    """

    def __init__(self, callers: str) -> None:
        self._callers = callers

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give `bucket` its code, if it is kept."""
        folder = cache_folder("templates")
        if folder is None:
            return
        try:
            bucket.code = marshal.loads((folder / self._name(bucket)).read_bytes())  # noqa: S302
        except (OSError, EOFError, ValueError, TypeError):
            return  # not there, or cut off by a full disk

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of `bucket`; a cache that cannot be written is no fault."""
        folder = cache_folder("templates")
        if folder is None:
            return
        with suppress(OSError):
            write_whole((folder / self._name(bucket), marshal.dumps(bucket.code)))

    def _name(self, bucket: Bucket) -> str:
        facts = (bucket.key, bucket.checksum, self._callers, __version__, MAGIC_NUMBER.hex())
        return sha256("|".join(facts).encode()).hexdigest()
