"""A press image does not reveal where it was taken.

Phones record the location in the file. The pictures in emails are cleaned, but press images are
published as they are, and could tell everybody where a director lives.

Fails: a photo straight from a phone, in `media:`
Passes: the same photo, exported from a picture program without its location.

Source: Exif 2.32, GPS tags; CNIL, "Données de localisation".
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.structures import Medium

LEVEL = Level.WARNING

_GPS_TAG = 0x8825  # GPSInfo, Exif 2.32


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each picture for the press whose file names its place."""
    for loc, model in checked.models:
        if isinstance(model, Medium) and model.file is not None:
            path = checked.settings.workspace / model.file
            status = path.stat()
            if _says_where(path, status.st_mtime_ns, status.st_size):
                message = _("'{name}' contains the location where it was taken").format(
                    name=path.name
                )
                hint = _("export it again from a picture program, without its location")
                yield Finding(message, hint, (*loc, "file"))


@lru_cache(maxsize=64)
def _says_where(path: Path, _modified: int, _size: int) -> bool:
    """Tell whether a picture's file has a place; one of the same age and size is not read again."""
    from PIL import Image

    with Image.open(path) as picture:
        return bool(picture.getexif().get_ifd(_GPS_TAG))
