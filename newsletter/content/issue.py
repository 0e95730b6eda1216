"""What every issue says, and the newsletter with its sections and items."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, get_args

from newsletter.content.items import STAND_IN, Item, ItemEntry
from newsletter.i18n import N_, _
from newsletter.problems.problem import Fault, has_errors
from newsletter.source import Loc
from newsletter.values.audiences import Audience, AudienceField, AudienceParts, belongs
from newsletter.values.dates import Date
from newsletter.values.model import Model, Schema, given, needed, optional
from newsletter.values.reading import (
    FaultInValue,
    Here,
    Refused,
    Several,
    after,
    after_here,
    empty,
    or_instead,
    refusal,
)
from newsletter.values.structures import Access, Ignore, SignedText
from newsletter.values.texts import Markdown
from newsletter.values.types import Anchor, Language, Short, Text, YesNo

_EARLIEST = date(2000, 1, 1)  # of an issue whose date is at fault: no other is earlier
# As an editor reads them: numbers.
SectionColour = Annotated[Literal["1", "2", "3", "4"], Schema({"enum": [1, 2, 3, 4]})]


def without_twins(parts: Any, here: Here) -> Any:
    """Return parts of an issue; tell of an id that two have: a link to it would lead to one."""
    if parts == ():
        raise Refused(empty(here.key, _("add one entry")))
    seen: set[str] = set()
    for loc, part in _parts(parts if isinstance(parts, tuple) else ()):
        if part.id is not None and part.id in seen:
            message = _("the id '{id}' is used twice").format(id=part.id)
            fault = Fault("id", message, _("give each its own"))
            here.tell(FaultInValue(fault, within=loc, on_key=True))
        seen.add(part.id or "")
    return parts


def _parts(parts: "Sequence[Section | Item]", loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    for index, part in enumerate(parts):
        yield (*loc, index, "id"), part
        yield from _parts(part.items if isinstance(part, Section) else (), (*loc, index, "items"))


class Section(AudienceParts):
    """Items under a title."""

    _is_mended = True

    id: Anchor | None = optional(N_("Id of the section, for links to it"))
    title: Text | None = optional(N_("Title of the section"))
    introduction: Markdown | None = optional(N_("Text before the items (Markdown)"))
    layout: Literal["list", "cards"] = optional(N_("list, or cards: two by two, in boxes"), "list")
    colour: SectionColour | None = optional(N_("Which of the theme's section colours: 1 to 4"))
    ignore: tuple[Ignore, ...] = optional(N_("Checks to skip here: the rule, and why"), ())
    items: Several[ItemEntry] = needed(N_("The items"), instead=(STAND_IN,))


_STAND_IN = Section(items=(STAND_IN,))
SectionEntry = Annotated[Section, or_instead(lambda: _STAND_IN)]


def _sender_exists(sender: str, here: Here) -> str:
    senders = here.context.named["senders"]
    if sender not in senders:
        message = _("there is no sender '{name}' in the settings").format(name=sender)
        hint = _("write one of: {names}").format(names=", ".join(sorted(senders)))
        raise refusal("sender", message, hint)
    return sender


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
    published: Date | None = optional(N_("Day it was published, if before this program"))
    parts: Literal["everyone", "all"] = optional(N_("all: parts for some too"), "everyone")


# `web: public` and `web: all` say one thing each.
_WORDS_OF_WEB = {"enum": [*get_args(Access), "all"], "type": "string"}
WebField = Annotated[
    Web,
    Short(lambda word, _here: {"parts" if word == "all" else "access": word}, text=_WORDS_OF_WEB),
]


class Correction(Model):
    """What was wrong in an issue, said at the head of its page."""

    date: Date = needed(N_("Day of the correction"))
    text: Text = needed(N_("What was wrong, and what is right"))


class IssueBase(Model):
    """What every issue says, whatever its kind."""

    _is_mended = True

    id: str = given()  # the file's stem
    date: Date = needed(N_("Date of the issue: 2025-02-12"), instead=_EARLIEST)
    language: Language | None = optional(N_("fr, en or en-US, if not the settings' language"))
    for_: AudienceField | None = optional(N_("Who gets the issue: {region: [Wales]}"), key="for")
    sender: Annotated[Text, after_here(_sender_exists)] = optional(
        N_("Sender: one of the names in the settings"), "default"
    )
    translation_of: Text | None = optional(
        N_("File name of this issue in the other language, without .yaml")
    )
    web: WebField = optional(N_("Online: public, unlisted or none; all: parts for some too"), Web())
    correction: Correction | None = optional(N_("What was wrong in the email, for page and PDF"))
    ignore: tuple[Ignore, ...] = optional(N_("Checks to skip here: the rule, and why"), ())

    @property
    def web_name(self) -> str:
        """What its page and its folder of files are called online."""
        return f"{self.id}-{self.web.code}" if self.web.code else self.id

    def is_for(self, recipient: Audience) -> bool:
        """Tell whether the recipient gets this issue."""
        return self.for_ is None or belongs(recipient, to=self.for_)


def _alone(items: tuple[Item, ...], here: Here) -> tuple[Item, ...]:
    # A line that stands wrong may be why: it is told.
    if here.beside.get("sections") and not has_errors(here.file.source.problems):
        message = _("an issue has either 'items' or 'sections', not both")
        fault = Fault("items", message, _("move the items into a section"))
        raise Refused(FaultInValue(fault, on_key=True))
    return items


class Newsletter(IssueBase):
    """An issue of kind `newsletter`."""

    kind: Literal["newsletter"] = needed(N_("The word newsletter"), instead="newsletter")
    subject: Text = needed(N_("Subject line of the email"))
    preheader: Text = needed(N_("Preview text shown after the subject in the inbox"))
    title: Text = needed(N_("Title at the top of the email"))
    series: Text | None = optional(N_("Name of the series: Behind the scenes"))
    number: Text | None = optional(N_("Issue number: 12"))
    contents: YesNo = optional(N_("true: add a table of contents at the top"), False)
    introduction: SignedText | None = optional(N_("Text before the items, or text: and signature:"))
    sections: Annotated[tuple[SectionEntry, ...], after_here(without_twins)] = optional(
        N_("Sections: title and items"), (), instead=(_STAND_IN,)
    )
    items: Annotated[tuple[ItemEntry, ...], after_here(_alone), after_here(without_twins)] = (
        optional(N_("Items, if there are no sections"), (), instead=(STAND_IN,))
    )
    closing: SignedText | None = optional(N_("Text after the items, or text: and signature:"))

    @classmethod
    def _completed(cls, read: Mapping[str, Any], here: Here) -> Mapping[str, Any]:
        if not read.keys() & {"items", "sections"}:
            message = _("the issue has neither 'items' nor 'sections'")
            fault = Fault("items", message, _("write items: and a list of items under it"))
            begun = [key for key in ("items", "sections") if here.file.source.names((key,))]
            fault = empty(begun[0], _("add one entry")) if begun else fault
            here.tell(FaultInValue(fault, within=tuple(begun[:1]), on_key=True))
            here.file.stand_ins.add(("items",))  # what links lead to may be meant to stand there
        return read

    @property
    def all_sections(self) -> tuple[Section, ...]:
        """The sections; items without section stand in one that has no title."""
        return self.sections or (Section(items=self.items),)

    @property
    def all_items(self) -> tuple[Item, ...]:
        """The items of all sections, in order."""
        return tuple(item for section in self.all_sections for item in section.items)
