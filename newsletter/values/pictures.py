"""What a picture file holds, why a mail could not show it, and what is kept of it."""

import hashlib
import json
import struct
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.i18n import _, decimal
from newsletter.problems.problem import Fault
from newsletter.workspace import user_folder, write_whole

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jfif": "JPEG",  # as some browsers on Windows save a JPEG
    ".gif": "GIF",
    ".webp": "WebP",
    ".avif": "AVIF",
}
# Pillow's names; MPO is a JPEG with a second picture behind it, as many phones take them.
_FORMAT_NAMES = {"MPO": "JPEG", "WEBP": "WebP"}
# What is decoded stays under 500 MB: at most 6 bytes a pixel in a progressive JPEG, 9 in AVIF, 16
# in WebP (measured 2026-11, Pillow 13). A camera's 61 megapixels are welcome: else 65.
_MAX_PIXELS = {"AVIF": 40_000_000, "WebP": 24_000_000}
MAX_ANIMATION_BYTES = 1_000_000  # a phone away from Wi-Fi waits some seconds for it
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# All that Pillow's readers were seen to raise on damaged files.
DAMAGED = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError,
    EOFError, RuntimeError, MemoryError, struct.error,
)  # fmt: skip
MAX_PAINTED = 0.95  # of the pixels: what is painted nearly all over has its own ground
_FACTS_VERSION = 4  # to raise when facts are found otherwise than before
_DIGEST_BYTES = hashlib.sha256().digest_size
# The parts of a GIF (GIF89a, W3C).
_TRAILER, _EXTENSION, _IMAGE = 0x3B, 0x21, 0x2C
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF
# How often the animation runs; other applications' blocks are XMP, colour profiles and the like.
_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}


@dataclass(frozen=True)
class PictureFacts:
    """What a picture file holds; width and height in its own pixels, held upright."""

    sha256: str
    format: str
    width: int
    height: int
    animated_bytes: int = 0
    begins_blank: bool = False
    # The colours, "#rrggbb", of which a picture on a transparent ground mostly consists: on a
    # ground like one of them it is lost. () of one that has its own ground.
    inks: tuple[str, ...] = ()
    is_stilled: bool = False  # it moves, but is no GIF: mails show its first picture

    @property
    def has_too_many_pixels(self) -> bool:
        """Whether decoding it would take too much memory; nobody has tried."""
        return self.width * self.height > _MAX_PIXELS.get(self.format, 65_000_000)


def picture_facts(path: Path) -> PictureFacts | None:
    """Return what the file holds; None where it is damaged, or no picture that we can read."""
    # A file of the same age and size is not read again: a preview reads an issue at every save.
    status = path.stat()
    return _facts(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=512)
def _facts(path: Path, _modified: int, _size: int) -> PictureFacts | None:
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        name = f"{sha256}.facts-{_FACTS_VERSION}"
        if known := _known_facts(sha256, kept(name)):
            return known
        facts = _examined(path, sha256)
    except DAMAGED:
        return None
    keep(name, json.dumps(asdict(facts)).encode())
    return facts


def _known_facts(sha256: str, stored: bytes | None) -> PictureFacts | None:
    """Return the facts that were kept; None where they are not as we write them."""
    try:
        said = json.loads(stored or b"")
        facts = PictureFacts(**{**said, "inks": tuple(said["inks"])})
        is_ours = facts.sha256 == sha256 and min(facts.width, facts.height) > 0
    except (ValueError, TypeError, LookupError):
        return None
    return facts if is_ours and facts.format in FORMATS.values() else None


def _examined(path: Path, sha256: str) -> PictureFacts:
    """Return the facts of a picture that was decoded to its end, unless it is too large."""
    with opened_picture(path) as picture:
        format_name = _FORMAT_NAMES.get(picture.format or "", picture.format or "")
        facts = PictureFacts(sha256, format_name, *picture.size)
        if facts.has_too_many_pixels:
            return facts
        # A JPEG is decoded at an eighth of its size: enough to come upon a missing half.
        picture.draft(None, (1, 1))
        picture.load()
        # The second picture of a phone's JPEG (MPO) is no movement.
        moves = facts.format != "JPEG" and getattr(picture, "is_animated", False)
        facts = replace(facts, inks=_inks(picture), is_stilled=moves and facts.format != "GIF")
        if orientation(picture) >= 5:
            facts = replace(facts, width=facts.height, height=facts.width)
        if not is_animation(picture):
            return facts
        begins_blank = picture.convert("RGBA").getcolors(1) is not None
    animated_bytes = len(without_metadata(path.read_bytes()))
    return replace(facts, animated_bytes=animated_bytes, begins_blank=begins_blank)


def _inks(picture: "Image") -> tuple[str, ...]:
    """Return the colours of what is painted on a transparent ground and touches it."""
    # Not those of a face cut out in a circle, which is seen on any ground: of its colours but a rim
    # touches it; of letters, mostly thin, a fifth does.
    if not picture.has_transparency_data or is_animation(picture):
        return ()
    from PIL import ImageChops, ImageFilter, ImageOps

    # No copy, 200 MB for 50 megapixels: a picture in this form is itself made small here.
    small = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    small.thumbnail((64, 64))
    small = ImageOps.expand(small, 1, (0, 0, 0, 0))
    mask = small.getchannel("A").point(lambda alpha: 255 * (alpha > 127))
    rim = ImageChops.subtract(mask, mask.filter(ImageFilter.MinFilter(3)))
    painted, touching = _shades(small, mask), _shades(small, rim)
    total = sum(count for _colour, count in painted.values())
    if total > MAX_PAINTED * (small.width - 2) * (small.height - 2):
        return ()
    return tuple(
        colour
        for shade, (colour, count) in painted.items()
        if count > total / 10
        and (touching.get(shade, ("", 0))[1] > count / 5 or count > total * 0.8)
    )


def _shades(picture: "Image", mask: "Image") -> dict[tuple[int, ...], tuple[str, int]]:
    """Return each shade under `mask`, of 8 steps a channel: its commonest colour, its pixels."""
    masked = picture.copy()
    masked.putalpha(mask)
    shades: dict[tuple[int, ...], tuple[str, int]] = {}
    channels = iter(masked.tobytes())
    pixels = Counter(zip(channels, channels, channels, channels, strict=True))
    for (*colour, alpha), count in pixels.most_common():
        if alpha:
            shade = tuple(channel // 32 for channel in colour)
            common, so_far = shades.get(shade, (f"#{bytes(colour).hex()}", 0))
            shades[shade] = common, so_far + count
    return shades


def is_animation(picture: "Image") -> bool:
    """Tell whether it is a GIF of several pictures."""
    return picture.format == "GIF" and getattr(picture, "is_animated", False)


def orientation(picture: "Image") -> int:
    """Return how the camera was held, as EXIF counts it: 1 is upright, 5 to 8 lie on a side."""
    try:
        held = int(picture.getexif().get(0x0112, 1))
    except DAMAGED:  # the metadata alone is: the picture can be shown
        return 1
    return held if held in range(1, 9) else 1


def opened_picture(path: Path) -> "Image":
    """Open a picture of a format that we take, of any size; `with` closes it."""
    from PIL import Image

    # Pillow's guard against decompression bombs, which knows one limit for the process, does not
    # tell the size; ours does, and is lower. To set it again and again disturbs no other thread.
    Image.MAX_IMAGE_PIXELS = None
    return Image.open(path, formats=("PNG", "JPEG", "GIF", "WEBP", "AVIF"))


def picture_fault(path: Path, name: str) -> Fault | None:
    """Return why a mail cannot show the picture that a writer calls `name`, or None."""
    facts = picture_facts(path)
    if facts is None:
        message, hint = _unreadable(path)
        return Fault("picture", message.format(name=name), hint)
    suffixes = [each for each, format_name in FORMATS.items() if format_name == facts.format]
    if path.suffix.lower() not in suffixes:
        message = _("'{name}' is really a {found} picture")
        hint = _("rename it to {name}").format(name=f"{Path(name).stem}{suffixes[0]}")
    elif facts.has_too_many_pixels:
        message = _("'{name}' is too big: {width} × {height} pixels")
        hint = _("make it smaller: 2000 pixels wide is plenty")
    elif facts.animated_bytes > MAX_ANIMATION_BYTES:
        message = _("the animation '{name}' is {megabytes} MB: readers would have to wait for it")
        hint = _("make it smaller than 1 MB, or export its first frame as PNG")
    elif facts.begins_blank:
        message = _("the animation '{name}' starts with an empty frame")
        hint = _("put the message in its first frame: Outlook shows no other")
    else:
        return None
    told = {"name": name, "found": facts.format, "width": facts.width, "height": facts.height}
    megabytes = decimal(facts.animated_bytes / 1_000_000)
    return Fault("picture", message.format(**told, megabytes=megabytes), hint)


def _unreadable(path: Path) -> tuple[str, str]:
    head, suffix = b"", path.suffix.lower()
    with suppress(OSError), path.open("rb") as file:  # nobody may read it
        head = file.read(1024)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        message = _("'{name}' is a HEIC photo, which many email programs cannot show")
        return message, _("export it as JPEG: with Preview on a Mac, with Photos on Windows")
    if b"<svg" in head or suffix in {".svg", ".svgz"}:
        message = _("'{name}' is an SVG drawing, which email programs do not show")
        return message, _("export it as PNG, 1200 pixels wide")
    message = _("'{name}' cannot be opened as a picture")
    if suffix not in FORMATS:
        message = _("'{name}' is not a PNG, JPEG, GIF, WebP or AVIF picture")
    return message, _("open it in a picture program and export it as PNG or JPEG")


def without_metadata(gif: bytes) -> bytes:
    """Return the GIF without what shows nothing; one that is cut off raises one of `DAMAGED`."""
    # Not by Pillow, which would choose other colours.
    start = 13 + _table_bytes(gif, 10)  # the header's bytes, and its colours
    shown = [gif[:start]]
    # A trailer is missing from many a GIF that every program shows.
    while start < len(gif) and gif[start] != _TRAILER:
        end = _block_end(gif, start)
        block = gif[start:end]
        is_loop = block[1] == _APPLICATION and block[3:14] in _LOOPS
        if is_loop or block[0] == _IMAGE or block[1] == _GRAPHIC_CONTROL:
            shown.append(block)
        start = end
    return b"".join([*shown, bytes([_TRAILER])])


def _block_end(gif: bytes, start: int) -> int:
    if gif[start] == _EXTENSION:
        end = start + 2  # a label follows the sign
    elif gif[start] == _IMAGE:
        # Nine bytes of place and size, the flags, the colours; the bits of a code.
        end = start + 10 + _table_bytes(gif, start + 9) + 1
    else:
        raise ValueError("the GIF holds what is no block")
    while gif[end]:  # sub-blocks, each after its length
        end += 1 + gif[end]
    return end + 1


def _table_bytes(gif: bytes, flags_at: int) -> int:
    """Return how many bytes of colours follow the flags at a place; each colour takes three."""
    flags = gif[flags_at]
    return 3 * 2 ** ((flags & 0b111) + 1) if flags & 0b1000_0000 else 0


def kept(name: str) -> bytes | None:
    """Return what is kept under `name`, or None; a damaged file counts as none."""
    # In the user's own cache, for all workspaces. Names say all that the content was made from, so
    # nothing there is ever out of date; the folder may be deleted at any time.
    stored = b""
    if folder := user_folder("pictures"):
        with suppress(OSError):
            stored = (folder / name).read_bytes()
    digest, content = stored[:_DIGEST_BYTES], stored[_DIGEST_BYTES:]
    return content if hashlib.sha256(content).digest() == digest else None


def keep(name: str, content: bytes) -> None:
    """Keep `content` under `name`, where the cache can be written to and the disk has room."""
    if folder := user_folder("pictures"):
        with suppress(OSError):
            write_whole((folder / name, hashlib.sha256(content).digest() + content))
