"""Pictures of a document: where they lie, and the size at which they are shown."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True)
class DocumentImage:
    """A picture file that goes with the document, and its name beside it."""

    name: str
    path: Path

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the file."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class ShownImage:
    """How a template shows a picture; width and height in CSS pixels."""

    src: str
    width: int
    height: int


def document_image(file: str, workspace: Path) -> DocumentImage:
    """Return the picture `file` ("assets/images/a/b.png") under the name "images/a-b.png"."""
    below = Path(file).relative_to("assets").as_posix().removeprefix("images/")
    return DocumentImage(f"images/{below.replace('/', '-')}", workspace / file)


def shown_within(size: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    """Return width and height of a picture of `size` inside `box`, never enlarged."""
    width, height = size
    scale = min(1, box[0] / width, box[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def picture_size(path: Path) -> tuple[int, int]:
    """Return width and height of a picture file, in its own pixels."""
    return _size(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _size(path: Path, _modified: int) -> tuple[int, int]:
    from PIL import Image

    with Image.open(path) as picture:
        return picture.size
