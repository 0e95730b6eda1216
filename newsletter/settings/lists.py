"""A list of recipients, where the workspace has several: members, journalists."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from newsletter.i18n import N_
from newsletter.values.fields import Text
from newsletter.values.validation import Model

IssueKind = Literal["newsletter", "press-release"]


class MailingList(Model):
    """A file of recipients, and what it is sent; to leave it leaves the others as they are."""

    file: Text = Field(description=N_("Its members file, beside newsletter.yaml"))
    columns: Mapping[Text, Text] = Field(
        {}, description=N_("Merge field -> heading in its file, where they differ")
    )
    kinds: Annotated[tuple[IssueKind, ...], Field(min_length=1)] = Field(
        ("newsletter",),
        description=N_("What it is sent without a question: newsletter, press-release"),
    )
    attach: tuple[Literal["pdf"], ...] = Field(
        (), description=N_("What goes with a press release as an attachment: pdf")
    )
