"""A letter once, for whoever approves it: every part of it, and who alone sees which."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from markupsafe import escape
from pydantic import BaseModel

from newsletter.content.item_parts import ItemParts
from newsletter.content.loading import Issue
from newsletter.content.shown_as import words_of
from newsletter.preview.shown_issue import ShownMail
from newsletter.rendering.document import fill_mail, render_document
from newsletter.settings.settings import Settings
from newsletter.source import Loc
from newsletter.values.audiences import AudienceParts

_TITLES = ("title", "name", "label", "text", "url")
# Beside the part, not in it: its own colours say nothing of who sees it.
_BAND = (
    '<div style="border:3px solid #8a8a8a"><p style="margin:0;padding:4px 12px;'
    "background:#e8e8e8;color:#1c1c1e;font:bold 14px/20px Arial,sans-serif;text-align:left;"
    'break-after:avoid">{who}</p>{part}</div>'
)


@dataclass(frozen=True)
class ReservedPart:
    """A part of an issue that some recipients alone see: where it is, who they are, its title."""

    loc: Loc
    who: str
    title: str


class _Opening:
    """Makes an issue of which everybody sees all, and notes the parts that were reserved."""

    def __init__(self) -> None:
        self.found: list[ReservedPart] = []

    def opened(self, value: object, loc: Loc = (), around: tuple[str, ...] = ()) -> object:
        if isinstance(value, tuple):
            parts = enumerate(value)
            return tuple(self.opened(each, (*loc, index), around) for index, each in parts)
        if not isinstance(value, BaseModel):
            return value
        update: dict[str, object] = {}
        if isinstance(value, AudienceParts) and (value.for_ or value.not_for):
            around = (*around, words_of(value.for_ or {}, value.not_for or {}))
            part = ReservedPart(loc, ", ".join(around), _title(value))
            self.found.append(part)
            update = {"for_": None, "not_for": None}
            if not isinstance(value, ItemParts) and "title" in type(value).model_fields:
                # A link, an event or a section has no place of its own in the mail to put a band.
                update["title"] = f"[{part.who}] {part.title}"
        for name in type(value).model_fields.keys() - update.keys():
            update[name] = self.opened(getattr(value, name), (*loc, name), around)
        return value.model_copy(update=update)


def _title(part: BaseModel) -> str:
    said = (str(getattr(part, name, "") or "") for name in (*_TITLES, "kind"))
    return next(filter(None, said), "")


@dataclass(frozen=True)
class WholeLetter:
    """A letter as nobody gets it: with all its parts; those for some are `reserved`."""

    mail: ShownMail
    reserved: tuple[ReservedPart, ...]


def whole_letter(
    issue: Issue, mail: ShownMail, settings: Settings, values: Mapping[str, str]
) -> WholeLetter:
    """Return the letter, filled with `values` by merge field; without reserved parts, `mail`."""
    opening = _Opening()
    opened = opening.opened(issue)
    if not opening.found or not isinstance(opened, type(issue)):
        return WholeLetter(mail, ())
    document = render_document(opened, settings, settings.sample_audience)
    html, who = document.html, {each.loc: each.who for each in opening.found}
    for span in reversed(document.item_spans):
        around = (span.loc[:length] for length in range(len(span.loc), 0, -1))
        if loc := next(filter(who.get, around), None):
            part = html[span.start : span.end]
            band = _BAND.format(who=escape(who[loc][:1].upper() + who[loc][1:]), part=part)
            html = html[: span.start] + band + html[span.end :]
    document = replace(document, html=html)
    whole = replace(mail, document=document, filled=fill_mail(document, values))
    return WholeLetter(whole, tuple(opening.found))
