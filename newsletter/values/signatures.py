"""Who signs a letter, and its texts that may be signed."""

from typing import Annotated

from pydantic import Field

from newsletter.i18n import N_
from newsletter.values.fields import Text, named_by_text
from newsletter.values.structures import PictureParts
from newsletter.values.texts import Markdown, TextOrFile
from newsletter.values.validation import Model, optional


class Signature(Model):
    """Who signs a letter."""

    name: Text = Field(description=N_("First name and surname"))
    role: Text | None = optional(N_("Job title"))
    picture: PictureParts | None = optional(N_("Portrait, shown small"))
    scan: PictureParts | None = optional(N_("Picture of the handwritten name"))


class Signed(Model):
    """A text of the letter itself, with who signs it."""

    text: Markdown = Field(description=N_("The text (Markdown)"))
    signature: Annotated[Signature, named_by_text("name")] | None = optional(
        N_("Who signs: name, role, picture")
    )


SignedText = Annotated[Signed, TextOrFile(lambda text, _info: {"text": text})]
