"""Whom a mail is shown to, the sample recipient or those that `--as` names, and what they see."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import get_args

from newsletter.content.loading import Issue
from newsletter.i18n import _, counted
from newsletter.problems.errors import NewsletterError
from newsletter.settings.settings import Settings
from newsletter.source import Loc
from newsletter.values.audiences import (
    Audience,
    AudienceParts,
    spelt_as_known,
    unknown_key,
    unknown_value,
)
from newsletter.values.model import Model, fields_of, replaced
from newsletter.values.reading import at_least_one
from newsletter.values.structures import ItemParts
from newsletter.values.suggestions import fold


class VisibleIssue:
    """An issue without what a recipient does not see, and places in its file."""

    def __init__(self, issue: Issue, is_shown: Callable[[AudienceParts], bool]) -> None:
        self._is_shown = is_shown
        self._items: list[Loc] = []
        self._left_out: list[Loc] = []
        seen = self._seen(issue, ())
        self.issue = seen if isinstance(seen, type(issue)) else issue
        self.item_locs = tuple(self._items)  # in order
        self.hidden = tuple(self._left_out)  # of the outermost parts alone

    def _seen(self, value: object, loc: Loc) -> object | None:
        """Return what the recipient sees of `value`; None where that is nothing."""
        if isinstance(value, tuple):
            parts = [self._seen(part, (*loc, index)) for index, part in enumerate(value)]
            is_same = all(part is old for part, old in zip(parts, value, strict=True))
            return value if is_same else tuple(part for part in parts if part is not None)
        return self._seen_model(value, loc) if isinstance(value, Model) else value

    def _seen_model(self, model: Model, loc: Loc) -> Model | None:
        if isinstance(model, AudienceParts) and not self._is_shown(model):
            self._left_out.append(loc)
            return None
        items, hidden = len(self._items), len(self._left_out)
        if isinstance(model, ItemParts):
            self._items.append(loc)
        update: dict[str, object] = {}
        for name, old in vars(model).items():
            new = self._seen(old, (*loc, name))
            if new == () != old and name in _never_empty(type(model)):
                # An agenda without event and a section without item have nothing to say.
                self._items[items:] = []
                self._left_out[hidden:] = [loc]
                return None
            if new is not old:
                update[name] = new
        return replaced(model, **update) if update else model


@cache
def _never_empty(model: type[Model]) -> frozenset[str]:
    """Return the fields of `model` whose list a file may not leave empty."""
    fields = fields_of(model).values()
    return frozenset(each.name for each in fields if at_least_one in get_args(each.type))


def visible(issue: Issue, audience: Audience) -> VisibleIssue:
    """Return what of `issue` a recipient of this audience sees."""
    return VisibleIssue(issue, lambda part: part.is_for(audience))


def online_parts(issue: Issue, *, for_some: bool) -> Issue:
    """Return what of `issue` its page shows: with `for_some`, what only some recipients see too."""

    def is_shown(part: AudienceParts) -> bool:
        is_for_all = not (part.for_ or part.not_for)
        return (for_some or is_for_all) and getattr(part, "web", True)

    return VisibleIssue(issue, is_shown).issue


def audience_named(choices: Sequence[str], settings: Settings) -> Audience:
    """Return whom "delegation=Bretagne" names, as the settings spell it, or `NewsletterError`."""
    named: dict[str, list[str]] = {}
    for choice in choices:
        typed_key, _sign, typed_value = choice.partition("=")
        key = spelt_as_known(typed_key, settings.audiences)
        value = spelt_as_known(typed_value, settings.audiences[key]) if key else None
        if not key or not value:
            known = settings.audiences
            fault = unknown_value(typed_value, key, known) if key else unknown_key(typed_key, known)
            raise NewsletterError(fault.message, hint=fault.hint)
        named.setdefault(key, []).append(value)
    return {key: tuple(dict.fromkeys(values)) for key, values in named.items()}


def values_shown(settings: Settings, named: Audience) -> Mapping[str, str]:
    """Return the sample recipient's values by merge field, those that are named in their place."""
    cells = {key: ";".join(values) for key, values in named.items()}
    return {**settings.recipients.sample, **cells}


def folder_name(named: Audience, audiences: Audience) -> str:
    """Return the folder of the mail shown to `named`: "as-delegation-bretagne"; "" of nobody."""
    words = []
    for key, values in sorted(named.items()):
        words.append(_folded(key, audiences))
        words += (_folded(each, audiences[key]) for each in sorted(values))
    return "-".join(["as", *words]) if words else ""


def _folded(word: str, known: Iterable[str]) -> str:
    """Return `word` as part of a name, with a number where an earlier one of `known` has it too."""
    names = {each: re.sub(r"[^a-z0-9]+", "-", fold(each)).strip("-") for each in known}
    twins = [each for each, name in names.items() if name == names[word]]
    number = twins.index(word) + 1
    return f"{names[word]}.{number}" if number > 1 else names[word]


def in_words(audience: Audience) -> str:
    """Return "delegation=Bretagne, profile=ESN", as it is typed after `--as`."""
    return ", ".join(f"{key}={value}" for key, values in audience.items() for value in values)


def audience_in_words(audience: Audience, settings: Settings) -> str:
    """Return "Region: Wales, Profile: Charity", by the columns of the members file."""
    columns, said = settings.recipients.columns, _("{key}: {value}")
    pairs = ((columns.get(key, key), value) for key in audience for value in audience[key])
    return ", ".join(said.format(key=key, value=value) for key, value in pairs)


def words_of(for_: Audience, not_for: Audience) -> str:
    """Return "only Wales or Scotland", "everyone but Wales": who sees what is for some."""
    said = ((_("only {who}"), for_), (_("everyone but {who}"), not_for))
    either, both = (f" {word} " for word in (_("or"), _("and")))
    listed = ((words, map(either.join, who.values())) for words, who in said if who)
    return ", ".join(words.format(who=both.join(each)) for words, each in listed)


def left_out(issue: Issue, audience: Audience, settings: Settings) -> Iterator[str]:
    """Yield how much of the issue the recipient shown does not see, and that they do not get it."""
    who = audience_in_words(audience, settings) or _("no details")
    if not issue.is_for(audience):
        yield _("this issue is not for the recipient shown ({who})").format(who=who)
    if count := len(visible(issue, audience).hidden):
        hidden = counted(
            "{count} part of the issue is hidden from the recipient shown ({who})",
            "{count} parts of the issue are hidden from the recipient shown ({who})",
            count,
        )
        yield hidden.format(count=count, who=who)
