"""An issue that is online: what its page says, and the files that it brings."""

import gc
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from newsletter.content.press_release import PressRelease
from newsletter.rendering.addresses import PDF_NAME, address_in, files_address, media_name
from newsletter.rendering.calendar import agenda_as_ics
from newsletter.rendering.pictures.images import DocumentImage
from newsletter.rendering.web.page import WebIssue, render_web_issue
from newsletter.settings.settings import Settings
from newsletter.site.published import Published, SitePlaces
from newsletter.site.remembered import digest_of, look_of
from newsletter.values.pictures.examination import keep, kept

NINJS_NAME = "release.json"


@dataclass(frozen=True)
class OnlineIssue:
    """An issue with its page's content, and its files: each address and what answers there."""

    published: Published
    shown: WebIssue
    files: tuple[tuple[str, bytes], ...]
    remark: str = ""

    @property
    def is_release(self) -> bool:
        """Whether it stands in the press room rather than among the letters."""
        return isinstance(self.published.issue, PressRelease)


class Forms:
    """The files of releases, not made again while the same lie in the folder.

    The same are those of the same release, by the same settings and pictures.
    """

    def __init__(self, settings: Settings, places: SitePlaces, folder: Path) -> None:
        self.places = places
        self.settings = settings
        self._folder = folder
        self._look = look_of(settings)

    def of(self, release: PressRelease) -> tuple[tuple[tuple[str, bytes], ...], str]:
        """Return each file with its address; and why there is no PDF, or ""."""
        folder = files_address(release, self.settings) or ""
        media = [media_name(each.file) for each in release.media if each.file]
        addresses = [address_in(folder, name) for name in (NINJS_NAME, *media, PDF_NAME)]
        key = digest_of(self._look, release.model_dump_json())
        try:
            pairs = zip(addresses, json.loads(kept(key) or b""), strict=True)
            return tuple((address, self._lying(address, digest)) for address, digest in pairs), ""
        except (OSError, ValueError, TypeError):
            forms, remark = _forms_of(release, self.settings)
        if not remark:
            digests = [sha256(forms[name]).hexdigest() for name in (NINJS_NAME, *media, PDF_NAME)]
            keep(key, json.dumps(digests).encode())
        return tuple((address_in(folder, name), each) for name, each in forms.items()), remark

    def _lying(self, address: str, digest: str) -> bytes:
        """Return what answers at an address; raise `ValueError` where it is not that any more."""
        content = (self._folder / (self.places.file_of(address) or "")).read_bytes()
        if sha256(content).hexdigest() != digest:
            raise ValueError(address)
        return content


def online_issue(published: Published, settings: Settings, forms: Forms) -> OnlineIssue:
    """Return a published issue as readers find it; `remark` says why a release has no PDF."""
    issue = published.issue
    shown = render_web_issue(issue, settings)
    pictures = tuple(pictures_online(shown.images, settings))
    folder = files_address(issue, settings) or ""
    calendar = [(f"{folder}/{name}", each) for name, each in agenda_as_ics(issue, settings).items()]
    if not isinstance(issue, PressRelease):
        return OnlineIssue(published, shown, (*pictures, *calendar))
    files, remark = forms.of(issue)
    if remark:
        shown = replace(shown, pdf=None)
    return OnlineIssue(published, shown, (*pictures, *calendar, *files), remark)


def pictures_online(
    images: tuple[DocumentImage, ...], settings: Settings
) -> Iterator[tuple[str, bytes]]:
    """Yield the pictures of pages, each with its address."""
    folder = settings.site and settings.site.images_url
    for image in images if folder else ():
        yield address_in(folder or "", image.name.rpartition("/")[2]), image.content


def _forms_of(release: PressRelease, settings: Settings) -> tuple[dict[str, bytes], str]:
    from newsletter.rendering.pictures.encoding import press_picture
    from newsletter.rendering.press import PdfUnavailable, release_as_ninjs, render_release_pdf

    forms = {NINJS_NAME: release_as_ninjs(release, settings).encode()}
    for medium in release.media:
        if medium.file is not None:
            forms[media_name(medium.file)] = press_picture(settings.workspace / medium.file)
    try:
        forms[PDF_NAME] = render_release_pdf(release, settings).content
        gc.collect()  # what WeasyPrint leaves in circles would be 40 MB after 120 releases
    except PdfUnavailable as error:
        return forms, f"{error.message} ({error.hint})"
    return forms, ""
