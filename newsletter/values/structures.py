"""The small structures that items and settings are built from, the same everywhere."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Literal

from newsletter.i18n import N_, _
from newsletter.problems.problem import Fault
from newsletter.values.audiences import AudienceParts
from newsletter.values.dates import Date
from newsletter.values.model import Model, needed, optional
from newsletter.values.reading import Here, refusal
from newsletter.values.suggestions import did_you_mean, fold, meant_or_choice
from newsletter.values.texts import Author, Credit, Markdown, SourceTitle, Spoken
from newsletter.values.types import (
    Anchor,
    Email,
    Lines,
    PictureFile,
    Pixels,
    Short,
    Text,
    TextList,
    Url,
    YesNo,
    named_by_text,
)

# Who may read an issue online; unlisted: whoever has the address.
Access = Literal["public", "unlisted", "none"]
# What of a picture must stay where it is cropped.
Focus = Literal["centre", "top", "bottom", "left", "right"]


class Ignore(Model):
    """A rule of the checks that is not to speak of a part, and why."""

    rule: Text = needed(N_("Id of the rule, as shown in brackets: heavy-picture"))
    because: Text = needed(N_("Why it can be skipped"))


class Citation(Model):
    """Where something was read."""

    title: SourceTitle = needed(N_("Name of the source"))
    url: Url | None = optional(N_("Web address of the source"))


CitationField = Annotated[Citation, named_by_text("title")]


class Figure(Model):
    """A number that speaks, and what it counts."""

    value: Text = needed(N_("The figure with its unit: 232,000, 12%, £2.5bn"))
    label: Text = needed(N_("What the figure counts"))
    source: CitationField | None = optional(N_("Where the figure comes from"))
    note: Text | None = optional(N_("Note in small print"))


class Button(Model):
    """The one thing to do after reading."""

    label: Text = needed(N_('Text on the button: "Read the study", not "Click here"'))
    url: Url = needed(N_("Address the button opens"))


class Recommendation(Model):
    """What the organisation asks for, set apart from the text."""

    text: Text = needed(N_("What you are asking for"))
    label: Text | None = optional(N_("Label; default: Our recommendation"))


class PictureParts(Model):
    """A picture, with the words that stand for it."""

    file: PictureFile | None = optional(N_("File under assets/images/; or else url"))
    url: Url | None = optional(N_("Address of a picture that is already online"))
    width: Pixels | None = optional(N_("Width in pixels: required with url"))
    height: Pixels | None = optional(N_("Height in pixels: required with url"))
    alt: Text | None = optional(N_("What it shows, for those who cannot see it"))
    decorative: YesNo = optional(N_("true: the picture means nothing and is not read aloud"), False)
    focus: Focus = optional(N_("Kept when cropped: centre, top, bottom, left, right"), "centre")
    caption: Text | None = optional(N_("Caption under the picture"))
    credit: Credit | None = optional(N_("Who made it; the program adds ©"))
    rights: Text | None = optional(N_("Terms of use"))
    link: Url | None = optional(N_("Address the picture links to"))

    def _faults(self) -> Iterator[Fault]:
        if (self.file is None) == (self.url is None):
            hint = _("write file: photo.jpg for a picture under assets/images/")
            yield Fault("picture", _("a picture needs either 'file' or 'url'"), hint)
        if self.url is not None and (self.width is None or self.height is None):
            message = _("a picture given by 'url' needs 'width' and 'height'")
            yield Fault("picture", message, _("write both, in pixels"))
        if self.alt is not None and self.decorative:
            hint = _(
                "keep alt: for a picture that means something; otherwise keep decorative: true"
            )
            yield Fault("alt", _("the picture has both 'alt' and 'decorative: true'"), hint)
        if self.alt is None and not self.decorative:
            hint = _("write in alt: what the picture shows, or write decorative: true")
            yield Fault("alt", _("'alt' is missing: some readers cannot see the picture"), hint)


class Signature(Model):
    """Who signs a letter."""

    name: Text = needed(N_("First name and surname"))
    role: Text | None = optional(N_("Job title"))
    picture: PictureParts | None = optional(N_("Portrait, shown small"))
    scan: PictureParts | None = optional(N_("Picture of the handwritten name"))


SignatureField = Annotated[Signature, named_by_text("name")]


class Signed(Model):
    """A text of the letter itself, with who signs it."""

    text: Markdown = needed(N_("The text (Markdown)"))
    signature: SignatureField | None = optional(N_("Who signs: name, role, picture"))


SignedText = Annotated[Signed, Short(lambda text, _here: {"text": text}, file=True)]


class Link(AudienceParts):
    """A page worth reading."""

    title: Text = needed(N_("Text of the link: the title of the page"))
    url: Url = needed(N_("Address of the page: https://…, mailto:… or tel:…"))
    source: Text | None = optional(N_("Who published it"))
    date: Date | None = optional(N_("Date of publication"))
    note: Text | None = optional(N_("Why it is worth reading"))
    picture: PictureParts | None = optional(N_("A picture, where links are cards"))


class Quotation(Model):
    """Someone's words."""

    text: Spoken = needed(N_("The words, without quotation marks"))
    author: Author = needed(N_("Who said them"))
    role: Text | None = optional(N_("Job title"))
    source: CitationField | None = optional(N_("Where they were said"))


class Contact(Model):
    """Whom to write to or call."""

    name: Text = needed(N_("First name and surname, or a department"))
    role: Text | None = optional(N_("Job title"))
    organisation: Text | None = optional(N_("Organisation"))
    phone: Text | None = optional(N_("Phone number"))
    email: Email | None = optional(N_("Email address"))


class Boilerplate(Model):
    """Who we are, in the words that stand under every press release."""

    title: Text = needed(N_("Title: About the association"))
    text: Markdown = needed(N_("Who we are, in a few lines (Markdown)"))


class Medium(Model):
    """A picture that the press may publish: a link, for attachments are blocked."""

    title: Text = needed(N_("What the picture shows"))
    url: Url | None = optional(N_("Address in full size; or else file"))
    file: PictureFile | None = optional(N_("File under assets/images/, copied next to the release"))
    credit: Credit = needed(N_("Who made it; the program adds ©"))
    rights: Text = needed(N_("Terms of use: free for editorial use"))

    def _faults(self) -> Iterator[Fault]:
        if (self.file is None) == (self.url is None):
            message = _("a press image needs either 'url' or 'file'")
            yield Fault("picture", message, _("write url: https://… or file: photo.jpg"))


class Post(Model):
    """A step of a career or of an education."""

    role: Text = needed(N_("The job or qualification"))
    organisation: Text | None = optional(N_("At which organisation"))
    dates: Text | None = optional(N_("Dates in your own words: 2013-2019"))


PostField = Annotated[Post, named_by_text("role")]


class PersonParts(Model):
    """Someone: in an interview, or as a portrait."""

    name: Text = needed(N_("First name and surname"))
    role: Text | None = optional(N_("Job title"))
    organisation: Text | None = optional(N_("Organisation"))
    initials: Text | None = optional(N_("Initials before answers; default: the name's"))
    biography: Markdown | None = optional(N_("Short biography (Markdown)"))
    career: tuple[PostField, ...] = optional(N_("Jobs, most recent first"), ())
    education: tuple[PostField, ...] = optional(N_("Qualifications"), ())
    picture: PictureParts | None = optional(N_("Portrait"))

    @property
    def short_name(self) -> str:
        """The initials that stand before an answer: "V. T.", "J.-P. M."."""
        return self.initials or " ".join(_initial(word) for word in self.name.split())

    @property
    def is_portrayed(self) -> bool:
        """Whether more is told of them than who they are: a card is due."""
        return bool(self.picture or self.biography or self.career or self.education)


Person = Annotated[PersonParts, named_by_text("name")]


def _initial(word: str) -> str:
    """Return "V." of Véronique and "J.-P." of Jean-Pierre; a particle (de, von) stays whole."""
    if word[0].islower():
        return word
    return "-".join(f"{part[0].upper()}." for part in word.split("-") if part)


class Leader(Model):
    """Who leads an organisation."""

    name: Text = needed(N_("First name and surname"))
    role: Text | None = optional(N_("Job title"))


class OrganisationParts(Model):
    """An organisation's sheet."""

    name: Text = needed(N_("Name of the organisation"))
    short_name: Text | None = optional(N_("Acronym"))
    description: Markdown | None = optional(N_("What it is (Markdown)"))
    category: Text | None = optional(N_("Type of organisation"))
    founded: Text | None = optional(N_("Year founded: 2021"))
    missions: TextList = optional(N_("What the organisation does"), ())
    figures: tuple[Figure, ...] = optional(N_("Key figures"), ())
    leaders: tuple[Annotated[Leader, named_by_text("name")], ...] = optional(N_("Who leads it"), ())
    member_of: TextList = optional(N_("Organisations it belongs to"), ())
    contacts: tuple[Contact, ...] = optional(N_("Who to write to or call"), ())
    address: Lines | None = optional(N_("Postal address, with its line breaks"))
    phone: Text | None = optional(N_("Phone number"))
    website: Url | None = optional(N_("Website address"))
    logo: PictureFile | None = optional(N_("Logo, a file under assets/images/"))
    updated: Date | None = optional(N_("Last updated"))


def in_settings(section: str, name: str, here: Here) -> Any:
    """Return what the settings have under `section` by this name; an organisation, by its own."""
    entries = here.context.named.get(section, {})
    for key, entry in entries.items():
        names = [key]
        if isinstance(entry, OrganisationParts):
            names += [entry.name, entry.short_name or key]
        if fold(name) in map(fold, names):
            return entry
    message = _("there is no '{name}' under {section}: in newsletter.yaml")
    hint = _("write it out here, or add it there")
    if entries:
        hint += _("; ") + meant_or_choice(did_you_mean(name, entries), list(entries))
    raise refusal("settings-name", message.format(name=name, section=section), hint, snippet=name)


Sheet = Annotated[OrganisationParts, Short(partial(in_settings, "organisations"))]


class ItemParts(AudienceParts):
    """What every item may carry, whatever its kind."""

    id: Anchor | None = optional(N_("Id of the item, for links to it"))
    web: YesNo = optional(N_("false: not on the web page, for example when someone asks"), True)
    ignore: tuple[Ignore, ...] = optional(N_("Checks to skip here: the rule, and why"), ())


class StoryParts(ItemParts):
    """What every story may carry beside its text."""

    label: Text | None = optional(N_("Small text above the title"))
    layout: Literal["above", "beside", "hero", "text", "box"] | None = optional(
        N_("Picture above, beside, across the email (hero) or left out (text); box: all set apart")
    )
    lead: Markdown | None = optional(N_("First paragraph, in larger type"))
    picture: PictureParts | None = optional(N_("The picture of the story"))
    links: tuple[Link, ...] = optional(N_("Pages to read, at the end"), ())
    button: Button | None = optional(N_("The one thing to do after reading"))
    source: CitationField | None = optional(N_("Where the text comes from"))
