"""Interviews: questions and answers, in place or in a text file, and who speaks."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from newsletter.i18n import N_, _
from newsletter.problems.problem import Fault
from newsletter.values.dates import Date
from newsletter.values.model import Model, needed, optional, replaced
from newsletter.values.reading import FaultInValue, Here, Several, after_here, refusal
from newsletter.values.structures import Person, PersonParts, Sheet, StoryParts
from newsletter.values.suggestions import fold
from newsletter.values.texts import Interviewer, Markdown, Spoken, SpokenList, text_from_file
from newsletter.values.types import Short, Text

_QUESTION = re.compile(r"^##[ \t\u00a0]+(?P<question>.+?)[ \t#]*$", re.MULTILINE)
# "V. T. : ", "**Véronique Torner :** ", with whatever spaces; something follows.
_SPEAKER = re.compile(r"\s*\**(?P<name>[^:*\n]{1,100}?)\s*(?:\*\*\s*:|:\s*\*\*|:)\s*(?=\S)")


class Exchange(Model):
    """A question and its answer."""

    question: Text = needed(N_("The question"))
    answer: Markdown = needed(N_("The answer, without the name (Markdown)"))
    speaker: Text | None = optional(N_("Who answers: name or initials of one of 'people'"))
    pull_quote: Spoken | None = optional(N_("Pull quote after the answer"))


def _exchanges_in(text: str) -> Iterator[dict[str, str]]:
    """Yield each heading of two signs as a question, and what follows it as the answer."""
    before, *parts = _QUESTION.split(text)
    if not parts or before.strip():
        message = _("the file of questions and answers does not start with a question")
        raise refusal("exchanges", message, _("start each question with '## '"))
    for question, answer in zip(parts[::2], parts[1::2], strict=True):
        if not answer.strip():
            message = _("the question '{question}' has no answer").format(question=question)
            raise refusal("exchanges", message, _("write the answer under it"))
        yield {"question": question, "answer": answer.strip("\n")}


def _speakers_are_known(exchanges: tuple[Exchange, ...], here: Here) -> tuple[Exchange, ...]:
    people = here.beside.get("people", ())
    if not people and here.file.source.names((*here.loc[:-1], "people")):
        return exchanges  # those are at fault, and say so
    for index, speaker in enumerate(exchange.speaker for exchange in exchanges):
        if speaker is not None and not _find_person(speaker, people):
            message = _("'{name}' is not one of the people in the interview")
            names = ", ".join(person.name for person in people) or "people: …"
            hint = _("write one of: {names}").format(names=names)
            fault = Fault("speaker", message.format(name=speaker), hint)
            here.tell(FaultInValue(fault, within=(index, "speaker")))
    return tuple(_with_speaker(exchange, people) for exchange in exchanges)


Exchanges = Annotated[
    Several[Exchange],
    Short(lambda named, here: [*_exchanges_in(text_from_file(named, here))], text=None, file=True),
    after_here(_speakers_are_known),
]


class Interview(StoryParts):
    """Questions and answers: « 3 questions à… », or a long interview."""

    kind: Literal["interview"] = needed(N_("An interview, short or long"))
    title: Text = needed(N_("Title of the item"))
    series: Text | None = optional(N_("Series, above the title: 3 questions for"))
    people: tuple[Person, ...] = optional(N_("Who answers: names, or portraits"), ())
    interviewer: Interviewer | None = optional(N_("Who asks the questions"))
    date: Date | None = optional(N_("Date of the interview"))
    exchanges: Exchanges = needed(N_("Questions and answers, or the file that contains them"))
    pull_quotes: SpokenList = optional(N_("Pull quotes, one after each answer"), ())
    about: tuple[Sheet, ...] = optional(N_("Profiles: names from the settings, or written out"), ())

    @property
    def spoken(self) -> Iterator[tuple[str, Exchange, tuple[str, ...]]]:
        """Each exchange with who answers (first in full, then initials) and its pull quotes.

        The interview's own pull quotes follow, one by one, the answers that have none; those that
        are left follow the last.
        """
        heard: set[str] = set()
        waiting = list(self.pull_quotes)
        for exchange in self.exchanges:
            alone = self.people[0] if len(self.people) == 1 else None
            person = _find_person(exchange.speaker, self.people) if exchange.speaker else alone
            named = person.name if person else ""
            if person and named in heard and _find_person(person.short_name, self.people) is person:
                named = person.short_name
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


def _find_person(name: str, people: Sequence[PersonParts]) -> PersonParts | None:
    """Return the one of `people` who has this name, or alone has these initials."""

    def is_meant(words: str) -> bool:
        # "ZM", as English mails have it, in capitals: "No: …" is no Nora Olsen.
        is_plain = name == re.sub("[. ]", "", words)
        return is_plain or fold(words).replace(" ", "") == fold(name).replace(" ", "")

    named = [person for person in people if is_meant(person.name)][:1]  # another is a namesake
    named = named or [person for person in people if is_meant(person.short_name)]
    return named[0] if len(named) == 1 else None


def _with_speaker(exchange: Exchange, people: Sequence[PersonParts]) -> Exchange:
    """Return the exchange without the "V. T. :" that was pasted before its answer."""
    # It says who speaks; the program writes it itself, and would write it a second time.
    found = _SPEAKER.match(exchange.answer)
    person = found and _find_person(found["name"], people)
    others = exchange.speaker and _find_person(exchange.speaker, people) is not person
    if not found or not person or others:
        return exchange
    answer = exchange.answer[found.end() :]
    return replaced(exchange, answer=answer, speaker=person.name)
