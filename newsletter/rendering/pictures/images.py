"""Pictures of a document: how large they are shown, and the files that go with it."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial, partialmethod
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

from newsletter.i18n import _
from newsletter.packaged import packaged_files, packaged_or_own
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.addresses import address_in
from newsletter.settings.settings import Settings
from newsletter.settings.theme import Logo
from newsletter.values.colours import WHITE, contrast
from newsletter.values.pictures import DAMAGED, PictureFacts, keep, kept, picture_facts
from newsletter.values.structures import Focus, PictureParts
from newsletter.workspace import leads_inside

MAX_HEIGHT_PX = 900  # a taller picture would fill a phone's screen twice
_PIXELS_PER_PX = 2  # what phones and good screens show on each CSS pixel
_ENCODING_VERSION = 1  # to raise when `encode_picture` makes other bytes of the same picture
MIN_LOGO_CONTRAST = 3  # WCAG 1.4.11, for what is no text
Size = tuple[int, int]  # width and height
# The part of a picture that is shown, in shares of its width and height.
Crop = tuple[float, float, float, float]  # left, top, right, bottom
WHOLE: Crop = (0, 0, 1, 1)
# How much of what is cut off lies left of the crop, and above it.
_CUT_BEFORE: Mapping[Focus, tuple[float, float]] = {
    "centre": (0.5, 0.5),
    "top": (0.5, 0),
    "bottom": (0.5, 1),
    "left": (0, 0.5),
    "right": (1, 0.5),
}
IMAGES_FOLDER = "images"
PICTURE_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}  # by a name's ending
_SUFFIXES = {f".{ending}".encode() for ending in PICTURE_TYPES}
IMAGE_NAME = re.compile(r"[0-9a-f]{16}\.(?:png|jpg|gif)")


@dataclass(frozen=True)
class DocumentImage:
    """A picture file that goes with the document."""

    # "images/0123456789abcdef.jpg", of what it was made from: the source's bytes, the size, the way
    # of encoding. A new version of Pillow, which may write other bytes, leaves it as it is.
    name: str
    content: bytes
    title: str = field(default="", compare=False)  # the name of its file, without ending

    @property
    def media_type(self) -> str:
        """What the file is, to browsers and mail programs: "image/png"."""
        return PICTURE_TYPES[self.name.rpartition(".")[2]]

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the file."""
        return hashlib.sha256(self.content).hexdigest()


class ShownImage(NamedTuple):
    """How a template shows a picture; width and height in CSS pixels."""

    src: str
    width: int
    height: int


class ShownLogo(NamedTuple):
    """How a template shows the logo: on a light plate, or `dark` in its place, if need be."""

    image: ShownImage
    on_plate: bool
    dark: ShownImage | None = None


class Pictures:
    """The pictures that templates show in one document, noted as they are asked for."""

    def __init__(self, settings: Settings, *, hosted: bool = True) -> None:
        self._workspace = settings.workspace
        self._page_width = settings.theme.widths.page
        self._images_url = settings.site.images_url if settings.site and hosted else None
        self._images: dict[str, DocumentImage] = {}
        # One picture may stand twice, at two sizes: large in an item, small in a card.
        self.by_source: dict[tuple[str, str], ShownImage] = {}

    @property
    def images(self) -> tuple[DocumentImage, ...]:
        """The files that go with the document."""
        return tuple(self._images.values())

    def shown(
        self,
        picture: PictureParts | str,
        width: int,
        ratio: float | None = None,
        height: int = MAX_HEIGHT_PX,
        *,
        play: bool = False,
    ) -> ShownImage:
        """Return how a picture is shown inside `width` and `height`, in CSS pixels.

        One that says its own width or height is no larger than that. With `ratio`, width by height,
        it is cropped around its focus; `play` paints the disc of a video on it. A picture given by
        its address, and an animation, get neither.
        A text names a file of the workspace, or else of the program: "assets/icons/x-dark.png".
        """
        focus: Focus = "centre"
        if isinstance(picture, str):
            path = packaged_or_own(self._workspace, picture)
        elif picture.file is None:
            own = (picture.width or width, picture.height or height)
            return self._note(picture.url or "", shown_within(own, (width, height)))
        else:
            path, focus = self._workspace / picture.file, picture.focus
            width = min(width, picture.width or width)
            height = min(height, picture.height or height)
        facts = picture_facts(path)
        if facts is None:
            raise _unreadable(path)
        whole, is_still = (facts.width, facts.height), not facts.animated_bytes
        crop = crop_to(ratio, whole, focus) if ratio and is_still else WHOLE
        size = shown_within(size_of(crop, whole), (width, height))
        image = _image(path, facts, size, self._workspace, crop, play=play and is_still)
        self._images[image.name] = image
        folder, name = self._images_url, PurePosixPath(image.name).name
        return self._note(address_in(folder, name) if folder else image.name, size)

    def _note(self, src: str, size: Size) -> ShownImage:
        shown = self.by_source[src, str(size[0])] = ShownImage(src, *size)
        return shown

    def show(self, picture: PictureParts | str, height: int = MAX_HEIGHT_PX) -> ShownImage:
        """Return how templates of version 0.2 show a picture, in sections with its margins."""
        return self.shown(picture, self._page_width - 2 * 20, height=height)

    show_portrait = partialmethod(shown, width=200, height=200)
    show_logo = partialmethod(show, height=48)


# A preview renders at every save: what has not changed is not even read from the disk again.
@lru_cache(maxsize=256)
def _image(
    path: Path, facts: PictureFacts, shown: Size, workspace: Path, crop: Crop, *, play: bool
) -> DocumentImage:
    if not any(leads_inside(path, folder) for folder in (workspace, packaged_files())):
        message = _("'{name}' is outside the workspace").format(name=path.name)
        hint = _("copy the file into {folder}").format(folder="assets/images/")
        raise NewsletterError(message, hint=hint)  # a template may ask for any
    whole = size_of(crop, (facts.width, facts.height))
    width, height = (min(_PIXELS_PER_PX * shown[at], max(1, round(whole[at]))) for at in (0, 1))
    made_from = f"{_ENCODING_VERSION} {facts.sha256} {width}x{height}"
    made_from += f" {crop}" if crop != WHOLE else ""
    made_from += " play" if play else ""
    key = hashlib.sha256(made_from.encode()).hexdigest()[:16]
    stored = kept(key)
    if stored is None or stored.partition(b"\n")[0] not in _SUFFIXES:
        from newsletter.rendering.pictures.encoding import encode_picture

        try:
            ending, content = encode_picture(path, (width, height), crop, play=play)
        except DAMAGED as error:
            raise _unreadable(path) from error
        stored = f"{ending}\n".encode() + content
        keep(key, stored)
    suffix, _line, content = stored.partition(b"\n")
    return DocumentImage(f"{IMAGES_FOLDER}/{key}{suffix.decode()}", content, path.stem)


def _unreadable(path: Path) -> NewsletterError:
    message = _("'{name}' cannot be opened as a picture").format(name=path.name)
    hint = _("open it in a picture program and export it as PNG or JPEG")
    return NewsletterError(message, hint=hint)


def crop_to(ratio: float, size: Size, focus: Focus) -> Crop:
    """Return the largest part of a picture of `size` whose width by height is `ratio`."""
    own = size[0] / size[1]
    width, height = min(1, ratio / own), min(1, own / ratio)
    before, above = _CUT_BEFORE[focus]
    left, top = before * (1 - width), above * (1 - height)
    return left, top, min(1, left + width), min(1, top + height)


def size_of(crop: Crop, size: Size) -> tuple[float, float]:
    """Return width and height of the crop of a picture of `size`."""
    left, top, right, bottom = crop
    return (right - left) * size[0], (bottom - top) * size[1]


def shown_within(size: tuple[float, float], box: Size) -> Size:
    """Return width and height of a picture of `size` inside `box`, never enlarged."""
    width, height = size
    scale = min(1, box[0] / width, box[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def shown_logo(
    pictures: Pictures, settings: Settings, ground: Literal["band", "surface"]
) -> ShownLogo | None:
    """Return how the logo is shown on the head's band or the mail's own ground; None if none is."""
    # A logo with its own ground is seen anywhere. One that is transparent needs another file, or a
    # plate: on the band now, on the surface when it is dark.
    theme, file = settings.theme, settings.organisation.logo
    logo = theme.logo or (Logo(file=file) if file else None)
    if logo is None:
        return None
    shown = partial(pictures.shown, width=theme.widths.page // 2, height=logo.height)
    if ground == "band" and logo.on_brand:
        return ShownLogo(shown(logo.on_brand), on_plate=False)
    image = shown(logo.file)
    if ground == "surface" and logo.on_dark:
        return ShownLogo(image, on_plate=False, dark=shown(logo.on_dark))
    facts = picture_facts(settings.workspace / logo.file)
    shade = theme.colours.light.band if ground == "band" else theme.colours.dark.surface

    def is_lost(on: str) -> bool:
        return any(contrast(ink, on) < MIN_LOGO_CONTRAST for ink in (facts.inks if facts else ()))

    return ShownLogo(image, on_plate=is_lost(shade) and not is_lost(WHITE))
