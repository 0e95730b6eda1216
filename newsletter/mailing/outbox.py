"""`--outbox DIR`: messages as `.eml` files instead of a server; every mail program opens them."""

from pathlib import Path


class Outbox:
    """Writes each message into a file of its own, numbered in the order of the recipients."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.written = 0

    def write(self, message: bytes) -> Path:
        """Write a message; return its file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.written += 1
        path = self._folder / f"{self.written:06}.eml"
        path.write_bytes(message)
        return path
