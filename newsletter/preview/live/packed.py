"""A mail in one piece: its pictures inside it."""

from base64 import b64encode
from pathlib import PurePosixPath

from newsletter.preview.mail_pictures import with_pictures_from
from newsletter.preview.shown_issue import ShownMail

_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif"}


def with_own_pictures(mail: ShownMail) -> str:
    """Return the HTML that its reader gets, with the mail's own pictures as `data:` addresses."""
    images = {image.name: image.content for image in mail.document.images}

    def address_of(name: str) -> str:
        kind = _TYPES[PurePosixPath(name).suffix]
        return f"data:{kind};base64,{b64encode(images[name]).decode()}"

    return with_pictures_from(mail.filled.html, images, address_of)
