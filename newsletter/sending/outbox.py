"""`--outbox DIR`: messages as `.eml` files instead of a server; every email program opens them."""

import re
from pathlib import Path

_OURS = re.compile(r"\d{6,}\.eml")


class Outbox:
    """Writes each message of an issue into a file of its own, in `DIR/<issue>/`.

    They are numbered in the order of the recipients; those of the time before give way.
    """

    def __init__(self, folder: Path, issue_id: str) -> None:
        self.folder = folder / issue_id
        self.written = 0

    def write(self, message: bytes) -> Path:
        """Write a message; return its file."""
        if not self.written:
            self._make_room()
        self.written += 1
        path = self.folder / f"{self.written:06}.eml"
        path.write_bytes(message)
        return path

    def _make_room(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.glob("*.eml"):
            if _OURS.fullmatch(path.name):
                path.unlink()
