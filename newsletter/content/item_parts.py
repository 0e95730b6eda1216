"""What items of several kinds carry: every item, every story, the sheet of an organisation."""

from typing import Annotated, Literal

from newsletter.i18n import N_, _
from newsletter.values.audiences import AudienceParts
from newsletter.values.model import optional
from newsletter.values.reading import Here, refusal
from newsletter.values.structures import (
    Button,
    CitationField,
    Ignore,
    Link,
    OrganisationParts,
    PictureParts,
)
from newsletter.values.suggestions import fold
from newsletter.values.texts import Markdown
from newsletter.values.types import Anchor, Short, Text, YesNo


def sheet_named(name: str, here: Here) -> OrganisationParts:
    """Return the settings' sheet under `name`: its key there, its name or its acronym."""
    known: dict[str, OrganisationParts] = {}
    for key, sheet in here.context.organisations.items():
        if isinstance(sheet, OrganisationParts):
            known |= {fold(each): sheet for each in (key, sheet.name, sheet.short_name or key)}
    if fold(name) in known:
        return known[fold(name)]
    message = _("there is no organisation '{name}' in the settings").format(name=name)
    hint = _("write its profile here, or under organisations: in newsletter.yaml")
    raise refusal("organisation", message, hint, snippet=name)


Sheet = Annotated[OrganisationParts, Short(sheet_named)]


class ItemParts(AudienceParts):
    """What every item may carry, whatever its kind."""

    id: Anchor | None = optional(N_("Id of the item, for links to it"))
    web: YesNo = optional(N_("false: not on the web page, for example when someone asks"), True)
    ignore: tuple[Ignore, ...] = optional(N_("Checks to skip here: the rule, and why"), ())


class StoryParts(ItemParts):
    """What every story may carry beside its text."""

    label: Text | None = optional(N_("Small text above the title"))
    layout: Literal["above", "beside", "hero", "text", "box"] | None = optional(
        N_(
            "The picture over the words (above), next to their start (beside), across the email "
            "(hero) or left out (text); box: the whole set apart"
        )
    )
    lead: Markdown | None = optional(N_("First paragraph, in larger type"))
    picture: PictureParts | None = optional(N_("The picture of the story"))
    links: tuple[Link, ...] = optional(N_("Pages to read, at the end"), ())
    button: Button | None = optional(N_("The one thing to do after reading"))
    source: CitationField | None = optional(N_("Where the text comes from"))
