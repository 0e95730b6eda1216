"""The kinds of items that an issue is made of."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    ValidationInfo,
    field_validator,
    model_validator,
)

from newsletter.audiences import AudienceParts
from newsletter.content.exchanges import Exchanges
from newsletter.dates import Date
from newsletter.fields import (
    Anchor,
    Text,
    TextAlone,
    TextList,
    Url,
    context_of,
    named_by_text,
)
from newsletter.i18n import N_, _
from newsletter.structures import (
    Button,
    Event,
    Exchange,
    Figure,
    Ignore,
    Link,
    OrganisationParts,
    PersonParts,
    PictureParts,
    Quotation,
    Recommendation,
    Source,
)
from newsletter.suggestions import fold
from newsletter.texts import Markdown
from newsletter.validation import Fault, refuse

# "V. T. : ", "**Véronique Torner :** ", with whatever spaces; something follows.
_SPEAKER = re.compile(r"\s*\**(?P<name>[^:*\n]{1,100}?)\s*(?:\*\*\s*:|:\s*\*\*|:)\s*(?=\S)")


def _sheet_named(name: str, info: ValidationInfo) -> OrganisationParts:
    """Return the settings' sheet under `name`: its key there, its name or its acronym."""
    known: dict[str, OrganisationParts] = {}
    for key, sheet in context_of(info).organisations.items():
        if isinstance(sheet, OrganisationParts):
            known |= {fold(each): sheet for each in (key, sheet.name, sheet.short_name or key)}
    if fold(name) in known:
        return known[fold(name)]
    message = _("the settings have no organisation '{name}'").format(name=name)
    hint = _("write its sheet here, or under organisations: in newsletter.yaml")
    raise refuse(Fault("organisation", message, hint, snippet=name))


Sheet = Annotated[OrganisationParts, TextAlone(_sheet_named)]


class ItemParts(AudienceParts):
    """What every item may carry, whatever its kind."""

    id: Anchor | None = Field(None, description=N_("Name of the item, for links to it"))
    ignore: tuple[Ignore, ...] = Field(
        (), description=N_("Rules of the checks that may pass here: rule and because")
    )


class StoryParts(ItemParts):
    """What every story may carry beside its text."""

    label: Text | None = Field(None, description=N_("Small words above the title"))
    lead: Markdown | None = Field(None, description=N_("First paragraph, in larger type"))
    picture: PictureParts | None = Field(None, description=N_("A picture"))
    links: tuple[Link, ...] = Field((), description=N_("Pages to read, at the end"))
    button: Button | None = Field(None, description=N_("The one thing to do after reading"))
    source: Annotated[Source, named_by_text("title")] | None = Field(
        None, description=N_("Where the text comes from")
    )


class BehindTheScenes(StoryParts):
    """« Coulisses »: a meeting of the public-affairs team, told in a few lines."""

    kind: Literal["behind-the-scenes"]
    title: Text = Field(description=N_("Title of the item"))
    body: Markdown = Field(description=N_("What happened (Markdown)"))
    date: Date | None = Field(None, description=N_("Day of the meeting"))
    when: Text | None = Field(None, description=N_("The date in your own words: fin avril"))
    place: Text | None = Field(None, description=N_("Where"))
    met: Text | None = Field(None, description=N_("Whom the team met, with role"))
    organisers: TextList = Field((), description=N_("Who organised it"))
    topics: TextList = Field((), description=N_("What was spoken of, in a few words"))
    recommendation: Annotated[Recommendation, named_by_text("text")] | None = Field(
        None, description=N_("What the organisation asks for: « Notre reco »")
    )


class Article(StoryParts):
    """A piece of news, or a longer text."""

    kind: Literal["article"]
    title: Text = Field(description=N_("Title of the item"))
    body: Markdown = Field(description=N_("The text (Markdown)"))
    author: Annotated[PersonParts, named_by_text("name")] | None = Field(
        None, description=N_("Who wrote it")
    )
    date: Date | None = Field(None, description=N_("Day of publication"))
    read_more: Link | None = Field(None, description=N_("Where the whole text is"))


class KeyFigures(ItemParts):
    """Figures in tiles, two across where the mail client can."""

    kind: Literal["key-figures"]
    title: Text | None = Field(None, description=N_("Title above the figures"))
    figures: tuple[Figure, ...] = Field(min_length=1, description=N_("The figures"))


class Quote(ItemParts, Quotation):
    """Someone's words, set apart."""

    kind: Literal["quote"]


class Agenda(ItemParts):
    """Dates to keep."""

    kind: Literal["agenda"]
    title: Text | None = Field(None, description=N_("Title above the dates"))
    events: tuple[Event, ...] = Field(min_length=1, description=N_("The events"))


class Links(ItemParts):
    """Pages to read."""

    kind: Literal["links"]
    title: Text | None = Field(None, description=N_("Title; « À lire aussi » without one"))
    links: tuple[Link, ...] = Field(min_length=1, description=N_("The pages"))


class Picture(ItemParts, PictureParts):
    """A picture by itself."""

    kind: Literal["picture"]


class CallToAction(ItemParts):
    """One button, with a word why."""

    kind: Literal["call-to-action"]
    label: Text = Field(description=N_("Words on the button: what one does"))
    url: Url = Field(description=N_("Address that it opens"))
    text: Text | None = Field(None, description=N_("Why one would: a sentence above the button"))


class TextItem(ItemParts):
    """Plain text, with or without a title."""

    kind: Literal["text"]
    title: Text | None = Field(None, description=N_("Title of the item"))
    body: Markdown = Field(description=N_("The text (Markdown)"))


class Interview(StoryParts):
    """Questions and answers: « 3 questions à… », or a long interview."""

    kind: Literal["interview"]
    title: Text = Field(description=N_("Title of the item"))
    series: Text | None = Field(None, description=N_("Name of the series: 3 questions à"))
    people: tuple[Annotated[PersonParts, named_by_text("name")], ...] = Field(
        (), description=N_("Who answers: names, or portraits")
    )
    interviewer: Text | None = Field(None, description=N_("Who asks"))
    date: Date | None = Field(None, description=N_("Day of the interview"))
    exchanges: Exchanges = Field(description=N_("Questions and answers, or the file of them"))
    pull_quotes: TextList = Field((), description=N_("Words to set apart, one after each answer"))
    about: tuple[Sheet, ...] = Field(
        (), description=N_("Sheets of organisations: names in the settings, or sheets in place")
    )

    @field_validator("exchanges")
    @classmethod
    def _speakers_are_known(
        cls, exchanges: tuple[Exchange, ...], info: ValidationInfo
    ) -> tuple[Exchange, ...]:
        people = info.data.get("people", ())
        for exchange in exchanges:
            if exchange.speaker is not None and not _find_person(exchange.speaker, people):
                message = _("'{name}' is not among the people of the interview")
                names = ", ".join(person.name for person in people) or "people: …"
                hint = _("write one of: {names}").format(names=names)
                fault = message.format(name=exchange.speaker)
                raise refuse(Fault("speaker", fault, hint, snippet=exchange.speaker))
        return tuple(_with_speaker(exchange, people) for exchange in exchanges)

    @property
    def spoken(self) -> Iterator[tuple[str, Exchange, tuple[str, ...]]]:
        """Each exchange with who answers (first in full, then initials) and its pull quotes.

        The interview's own pull quotes follow, one by one, the answers that have none; those that
        are left follow the last.
        """
        heard: set[str] = set()
        waiting = list(self.pull_quotes)
        for exchange in self.exchanges:
            person = self._speaker(exchange)
            named = "" if person is None else person.name
            if person is not None and person.name in heard:
                is_told_apart = _find_person(person.short_name, self.people) is person
                named = person.short_name if is_told_apart else person.name
            heard.add(named)
            quotes = [exchange.pull_quote] if exchange.pull_quote else waiting[:1]
            waiting = waiting if exchange.pull_quote else waiting[1:]
            if exchange is self.exchanges[-1]:
                quotes += waiting
            yield named, exchange, tuple(quotes)

    @property
    def portraits(self) -> tuple[PersonParts, ...]:
        """Those of the people of whom more is told than who they are."""
        return tuple(each for each in self.people if each.is_portrayed)

    def _speaker(self, exchange: Exchange) -> PersonParts | None:
        if exchange.speaker is not None:
            return _find_person(exchange.speaker, self.people)
        return self.people[0] if len(self.people) == 1 else None


def _find_person(name: str, people: Sequence[PersonParts]) -> PersonParts | None:
    """Return the one of `people` who has this name, or alone has these initials."""

    def is_meant(words: str) -> bool:
        return fold(words).replace(" ", "") == fold(name).replace(" ", "")

    named = [person for person in people if is_meant(person.name)]
    named = named or [person for person in people if is_meant(person.short_name)]
    return named[0] if len(named) == 1 else None


def _with_speaker(exchange: Exchange, people: Sequence[PersonParts]) -> Exchange:
    """Return the exchange without the "V. T. :" that was pasted before its answer.

    It says who speaks; the program writes it itself, and would write it a second time.
    """
    found = _SPEAKER.match(exchange.answer)
    person = found and _find_person(found["name"], people)
    if not found or not person:
        return exchange
    if exchange.speaker and _find_person(exchange.speaker, people) is not person:
        return exchange
    answer = exchange.answer[found.end() :]
    return exchange.model_copy(update={"answer": answer, "speaker": person.name})


class PersonItem(ItemParts, PersonParts):
    """A portrait."""

    kind: Literal["person"]


class OrganisationItem(ItemParts, OrganisationParts):
    """An organisation's sheet, in place or one of the settings'."""

    kind: Literal["organisation"]

    @model_validator(mode="wrap")
    @classmethod
    def _of_the_settings(
        cls, value: object, read: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        """A name alone stands for the sheet that the settings have under it."""
        item = read(value)
        if item.model_fields_set - {"kind", *ItemParts.model_fields} != {"name"}:
            return item
        # Copied, not read again: the sheet's values are what they are to be already.
        return item.model_copy(update=dict(_sheet_named(item.name, info)))


class EventRecap(StoryParts):
    """What happened at an event."""

    kind: Literal["event-recap"]
    title: Text = Field(description=N_("Title of the item"))
    body: Markdown = Field(description=N_("What happened (Markdown)"))
    date: Date | None = Field(None, description=N_("Day of the event"))
    end: Date | None = Field(None, description=N_("Last day"))
    when: Text | None = Field(None, description=N_("The date in your own words: mars 2024"))
    place: Text | None = Field(None, description=N_("Where"))
    organisers: TextList = Field((), description=N_("Who organised it"))
    attendance: Text | None = Field(None, description=N_("How many came: 80 participants"))
    takeaways: TextList = Field((), description=N_("What to remember, in a few sentences"))
    quotes: tuple[Quotation, ...] = Field((), description=N_("What was said: text, author, role"))

    @field_validator("end")
    @classmethod
    def _after_start(cls, end: Date | None, info: ValidationInfo) -> Date | None:
        start = info.data.get("date")
        if start is not None and end is not None and end < start:
            message = _("the event ends before it starts")
            raise refuse(Fault("event-ends-early", message, _("check date: and end:")))
        return end


Item = Annotated[
    BehindTheScenes
    | Article
    | Interview
    | EventRecap
    | PersonItem
    | OrganisationItem
    | TextItem
    | KeyFigures
    | Quote
    | Links
    | Agenda
    | Picture
    | CallToAction,
    Field(discriminator="kind"),
]
