"""Who may read an issue online, and what was corrected there."""

import re
from typing import Annotated, Literal, get_args

from newsletter.i18n import N_, _
from newsletter.values.dates import Date
from newsletter.values.model import Model, needed, optional
from newsletter.values.reading import after, refusal
from newsletter.values.types import Short, Text

# unlisted: whoever has the address may read it.
Access = Literal["public", "unlisted", "none"]


def _unguessable(code: str) -> str:
    """Return a code of 100 bits or more: in an address nobody finds it by trying."""
    if not re.fullmatch(r"[a-z0-9]{20,64}", code):
        message = _("'{code}' could be guessed").format(code=code)
        raise refusal("unknown-value", message, _("remove it: newsletter check offers a good one"))
    return code


class Web(Model):
    """How an issue is read online."""

    access: Access | None = optional(
        N_("public, unlisted (only with its address), none; default: the site's")
    )
    code: Annotated[Text, after(_unguessable)] | None = optional(
        N_("The end of its address that nobody can guess")
    )
    published: Date | None = optional(
        N_("Day it was published, for an issue sent before this program")
    )
    parts: Literal["everyone", "all"] = optional(
        N_("all: parts with for: and not_for: are online too"), "everyone"
    )


# `web: public` and `web: all` say one thing each.
WebField = Annotated[
    Web,
    Short(
        lambda text, _here: {"parts": text} if text == "all" else {"access": text},
        text={"enum": [*get_args(Access), "all"], "type": "string"},
    ),
]


class Correction(Model):
    """What was wrong in an issue, said at the head of its page."""

    date: Date = needed(N_("Day of the correction"))
    text: Text = needed(N_("What was wrong, and what is right"))
