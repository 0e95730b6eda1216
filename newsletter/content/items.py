"""The kinds of items that an issue is made of."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from newsletter.content.interview import Interview
from newsletter.i18n import N_, _
from newsletter.values.audiences import AudienceParts
from newsletter.values.dates import Date, Moment, calendar_day
from newsletter.values.model import fields_of, needed, optional
from newsletter.values.reading import Here, Several, after_here, or_instead, refusal
from newsletter.values.structures import (
    Figure,
    ItemParts,
    Link,
    OrganisationParts,
    Person,
    PersonParts,
    PictureParts,
    Quotation,
    Recommendation,
    SignatureField,
    StoryParts,
    in_settings,
)
from newsletter.values.texts import Markdown
from newsletter.values.types import Text, TextList, Url, YesNo, named_by_text
from newsletter.values.zones import TimeZoneName


class BehindTheScenes(StoryParts):
    """« Coulisses »: a meeting of the public-affairs team, told in a few lines."""

    kind: Literal["behind-the-scenes"] = needed(N_("A meeting, told in a few lines"))
    title: Text = needed(N_("Title of the item"))
    body: Markdown = needed(N_("What happened (Markdown)"))
    date: Date | None = optional(N_("Date of the meeting"))
    when: Text | None = optional(N_("The date in your own words: late April"))
    place: Text | None = optional(N_("Where"))
    met: Text | None = optional(N_("Who the team met, with their role"))
    organisers: TextList = optional(N_("Who organised it"), ())
    topics: TextList = optional(N_("Topics, in a few words"), ())
    recommendation: Annotated[Recommendation, named_by_text("text")] | None = optional(
        N_('What the organisation is asking for: "Our recommendation"')
    )


class Article(StoryParts):
    """A piece of news, or a longer text."""

    kind: Literal["article"] = needed(N_("A piece of news, an opinion, a longer text"))
    title: Text = needed(N_("Title of the item"))
    body: Markdown = needed(N_("The text (Markdown)"))
    author: Person | None = optional(N_("Who wrote it"))
    date: Date | None = optional(N_("Publication date"))
    read_more: Link | None = optional(N_("Where to find the full text"))


class KeyFigures(ItemParts):
    """Figures in tiles, two across where the mail client can."""

    kind: Literal["key-figures"] = needed(N_("Figures in large type"))
    title: Text | None = optional(N_("Title above the figures"))
    figures: Several[Figure] = needed(N_("The figures"))
    layout: Literal["two", "three", "list"] | None = optional(
        N_("How many across: two, three, or list: one below another")
    )


class Quote(ItemParts, Quotation):
    """Someone's words, set apart."""

    kind: Literal["quote"] = needed(N_("Someone's words, set apart"))
    layout: Literal["bar", "centred", "box"] | None = optional(N_("With a bar, centred, or dark"))


def _after_start(end: date | datetime, here: Here) -> date | datetime:
    key = "start" if "start" in here.beside else "date"
    if (start := here.beside.get(key)) is None:
        return end
    have_hours = isinstance(start, datetime), isinstance(end, datetime)
    if end < start if all(have_hours) else calendar_day(end) < calendar_day(start):
        message, hint = _("the event ends before it starts"), _("check {key}: and end:")
        raise refusal("event-ends-early", message, hint.format(key=key))
    if have_hours == (False, True):
        message = _("the event's end has a time, but its start has none")
        raise refusal("event-hours", message, _("write a time in start: too, or in neither"))
    return end


class Event(AudienceParts):
    """A date to keep."""

    title: Text = needed(N_("Name of the event"))
    # Before the moments, which are read in it.
    timezone: TimeZoneName | None = optional(N_("Time zone, if not yours: Europe/Dublin"))
    start: Moment = needed(N_("Date, or date and time: 2025-02-12 18:00"))
    end: Annotated[Moment, after_here(_after_start)] | None = optional(
        N_("End date, or end date and time")
    )
    place: Text | None = optional(N_("Where"))
    online: YesNo = optional(N_("true: people can attend online"), False)
    link: Url | None = optional(N_("Address where readers can find out more or register"))
    price: Text | None = optional(N_("Price, in your own words"))
    registration_deadline: Moment | None = optional(N_("Last day to register"))
    description: Markdown | None = optional(N_("What it is about (Markdown)"))
    status: Literal["save-the-date", "full", "postponed", "cancelled"] | None = optional(
        N_("What changed: save-the-date, full, postponed, cancelled")
    )


class Agenda(ItemParts):
    """Dates to keep."""

    kind: Literal["agenda"] = needed(N_("Dates for the diary"))
    title: Text | None = optional(N_("Title above the dates"))
    events: Several[Event] = needed(N_("The events"))


class Links(ItemParts):
    """Pages to read."""

    kind: Literal["links"] = needed(N_("Pages to read"))
    title: Text | None = optional(N_("Title; default: Further reading"))
    links: Several[Link] = needed(N_("The pages"))
    layout: Literal["list", "cards"] | None = optional(N_("A list, or cards with pictures"))


class Picture(ItemParts, PictureParts):
    """A picture by itself."""

    kind: Literal["picture"] = needed(N_("A picture alone, across the full width"))


class CallToAction(ItemParts):
    """One button, with a word why."""

    kind: Literal["call-to-action"] = needed(N_("A button, and a sentence saying why"))
    label: Text = needed(N_('Text on the button: "Read the study", not "Click here"'))
    url: Url = needed(N_("Address the button opens"))
    text: Text | None = optional(N_("Why readers should click: a sentence above the button"))


class TextItem(ItemParts):
    """Plain text, with or without a title."""

    kind: Literal["text"] = needed(N_("Free text, with or without a title"))
    title: Text | None = optional(N_("Title of the item"))
    body: Markdown = needed(N_("The text (Markdown)"))


class PersonItem(ItemParts, PersonParts):
    """A portrait."""

    kind: Literal["person"] = needed(N_("Someone's portrait"))


class OrganisationItem(ItemParts, OrganisationParts):
    """An organisation's sheet, in place or one of the settings'."""

    kind: Literal["organisation"] = needed(N_("The profile of an organisation"))

    @classmethod
    def _completed(cls, read: Mapping[str, Any], here: Here) -> Mapping[str, Any]:
        """A name alone stands for the sheet that the settings have under it."""
        is_name_alone = read.keys() - {"kind", *fields_of(ItemParts)} == {"name"}
        sheet = in_settings("organisations", read["name"], here) if is_name_alone else None
        return {**read, **vars(sheet)} if sheet else read


class Editorial(StoryParts):
    """A letter of the house, signed."""

    kind: Literal["editorial"] = needed(N_("An editorial, signed"))
    title: Text | None = optional(N_("Title of the item"))
    body: Markdown = needed(N_("The text (Markdown)"))
    signature: SignatureField = needed(N_("Who signs: name, role, picture, scan"))


class Video(ItemParts):
    """A film to watch: its picture, which opens it."""

    kind: Literal["video"] = needed(N_("A video: a picture that opens it"))
    title: Text = needed(N_("Title of the item"))
    url: Url = needed(N_("Address of the video"))
    picture: PictureParts = needed(N_("A picture of it; a play button is added to it"))
    label: Text | None = optional(N_("Small text above the title"))
    duration: Text | None = optional(N_("How long it is: 2 min 40"))
    transcript: Url | None = optional(N_("Address of its transcript"))
    text: Markdown | None = optional(N_("What it shows (Markdown)"))


class EventRecap(StoryParts):
    """What happened at an event."""

    kind: Literal["event-recap"] = needed(N_("What happened at an event"))
    title: Text = needed(N_("Title of the item"))
    body: Markdown = needed(N_("What happened (Markdown)"))
    date: Date | None = optional(N_("The day, or the first day"))
    end: Annotated[Date, after_here(_after_start)] | None = optional(N_("Last day"))
    when: Text | None = optional(N_("The date in your own words: March 2024"))
    place: Text | None = optional(N_("Where"))
    organisers: TextList = optional(N_("Who organised it"), ())
    attendance: Text | None = optional(N_("Attendance: 80 participants"))
    takeaways: TextList = optional(N_("Key points, in a few sentences"), ())
    quotes: tuple[Quotation, ...] = optional(N_("What was said"), ())


_Stories = BehindTheScenes | Article | Editorial | Video | Interview | EventRecap
_Things = TextItem | KeyFigures | Quote | Links | Agenda | Picture | CallToAction
Item = _Stories | PersonItem | OrganisationItem | _Things
STAND_IN = TextItem(kind="text", body="…")  # what the checks see of an item at fault
ItemEntry = Annotated[Item, or_instead(lambda: STAND_IN)]  # of a list: the others stay
