"""A press release: one source for the mail to journalists, its text, the PDF and the feed."""

import re
from datetime import date, datetime
from functools import partial
from typing import Annotated, Literal

from newsletter.content.issue import IssueBase, without_twins
from newsletter.content.items import Item, ItemEntry
from newsletter.i18n import N_, _
from newsletter.problems.problem import Fault
from newsletter.values.dates import moment_in
from newsletter.values.model import needed, optional
from newsletter.values.reading import Here, Refused, Several, after_here, before_here, refusal
from newsletter.values.structures import (
    Boilerplate,
    Contact,
    Figure,
    Link,
    Medium,
    Quotation,
    in_settings,
)
from newsletter.values.suggestions import fold
from newsletter.values.texts import Headline, Markdown, Replaced, own_dateline
from newsletter.values.types import STRING, Short, Text, text_of


def _read_embargo(value: object, here: Here) -> datetime | None:
    """Return the hour until which nobody may publish; None where the writer says that none is."""
    text = text_of(value).strip()
    if text.lower() in {"none", "aucun", "no", "non"}:
        return None
    if not re.search(r"\d", text):
        message = _("'{text}' does not say when the embargo ends").format(text=text)
        raise refusal("embargo", message, _("write none, or the date and time: 2025-03-04 06:00"))
    context = here.context
    start: date | None = here.beside.get("date")
    moment = moment_in(text, context.timezone, language=context.language, start=start)
    if isinstance(moment, Fault):
        raise Refused(moment)
    if not isinstance(moment, datetime):
        hint = _("for example, write {day} 06:00").format(day=moment)
        raise refusal("embargo", _("the embargo has a date but no time"), hint)
    embargo = moment.astimezone(context.timezone)
    if start is not None and embargo.date() < start:
        message = _("the embargo ends on {embargo}, before the release's date")
        said = message.format(embargo=embargo.date())
        raise refusal("embargo", said, _("check embargo: and date:"))
    return embargo


Embargo = Annotated[datetime | None, before_here(_read_embargo), STRING]
NamedBoilerplate = Annotated[Boilerplate, Short(partial(in_settings, "boilerplates"))]
NamedContact = Annotated[Contact, Short(partial(in_settings, "contacts"))]
Body = Annotated[Markdown | Several[ItemEntry], after_here(without_twins)]


def _can_be_reached(contacts: tuple[Contact, ...], _here: Here) -> tuple[Contact, ...]:
    for name in (each.name for each in contacts if not each.phone and not each.email):
        message = _("the press contact '{name}' has neither phone nor email").format(name=name)
        raise refusal("contact", message, _("add a line: phone: … or email: …"), snippet=name)
    return contacts


def _begins_after_dateline(lead: str, here: Here) -> str:
    place, day = here.beside.get("place", ""), here.beside.get("date")
    found = own_dateline(lead, day.year) if day and place else None
    if found is None:  # the place alone, perhaps: « Paris – »
        own = rf"\A[*_(]*{re.escape(place)}[)*_]*\s*[–—:-][*_]*\s+(?=\S)"
        return re.sub(own, "", lead, flags=re.IGNORECASE) if place else lead
    own_place, own_day, rest = found
    if (fold(own_place), own_day) != (fold(place), day):
        message = _("the lead begins with another place or date than the release: '{dateline}'")
        hint = _("remove them there, or correct place: and date:")
        dateline = lead.removesuffix(rest).strip()
        raise refusal("dateline", message.format(dateline=dateline), hint)
    return rest


class PressRelease(IssueBase):
    """An issue of kind `press-release`."""

    kind: Literal["press-release"] = needed(N_("The word press-release"), instead="press-release")
    headline: Headline = needed(N_("Headline: one fact, with subject, verb and object"))
    place: Text = needed(N_("Place in the dateline: London"))
    embargo: Embargo = needed(
        N_("none, or the date and time when it may be published: 2025-03-04 06:00"), instead=None
    )
    lead: Annotated[Markdown, after_here(_begins_after_dateline)] = needed(
        N_("First paragraph: who, what, when, where, why")
    )
    body: Body = needed(N_("The text (Markdown), or a list of items"))
    boilerplates: Several[NamedBoilerplate] = needed(
        N_("About us: names from the settings, or title and text"),
        instead=(Boilerplate(title="…", text="…"),),
    )
    contacts: Annotated[Several[NamedContact], after_here(_can_be_reached)] = needed(
        N_("Press contacts: names from the settings, or written out here"),
        instead=(Contact(name="…", phone="01 00 00 00 00"),),
    )
    subject: Text | None = optional(
        N_("Subject line of the email; default: Press release, then the headline"), instead="…"
    )
    preheader: Text | None = optional(
        N_("Preview text in the inbox; default: the subheadline, or the lead"), instead="…"
    )
    note: Markdown | None = optional(N_("Note to journalists, in the email only (Markdown)"))
    subheadline: Text | None = optional(N_("Second headline"))
    quotes: tuple[Quotation, ...] = optional(N_("What was said, after the text"), ())
    figures: tuple[Figure, ...] = optional(N_("Key figures"), ())
    links: tuple[Link, ...] = optional(N_("Pages to read"), ())
    media: tuple[Medium, ...] = optional(N_("Press images: title, url or file, credit, rights"), ())
    replaces: Replaced | None = optional(
        N_("What it cancels and replaces: the press release of 11 February 2025")
    )
    replaces_issue: Text | None = optional(
        N_("File name of the release that it replaces, without .yaml")
    )

    @property
    def all_items(self) -> tuple[Item, ...]:
        """The items of the body, where it is a list of them."""
        return self.body if isinstance(self.body, tuple) else ()
