"""The page in the mail's frame: the mail, as a view shows it."""

from collections.abc import Collection

from newsletter.preview.live.view_query import View
from newsletter.preview.mail_pictures import (
    at_hand,
    boxed,
    held_back,
    parsed,
    remote_origins,
    serialized,
)
from newsletter.preview.shown_issue import ShownMail
from newsletter.preview.views import LOOKS

PICTURES = "/pictures/"


def mail_page(mail: ShownMail, view: View, origins: Collection[str]) -> str:
    """Return the HTML of the frame; pictures of other machines are held back but `origins`."""
    names = [image.name for image in mail.document.images]
    root = at_hand(parsed(mail.filled.html), names, _served)
    root = held_back(root, origins)
    if not view.has_pictures:
        root = boxed(root)
    # Last, so that the boxes of pictures take part in it.
    return LOOKS[view.look].apply(serialized(root))


def _served(name: str) -> str:
    return PICTURES + name.rpartition("/")[2]


def allowed_origins(mail: ShownMail, asked: Collection[str]) -> tuple[str, ...]:
    """Return those of the origins asked for whose pictures the mail has: no other is let in."""
    if not asked:
        return ()
    return tuple(origin for origin in remote_origins(mail.filled.html) if origin in asked)
