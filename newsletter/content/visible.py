"""Whom a mail is shown to, the sample recipient or those that `--as` names, and what they see."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple, get_args

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
from newsletter.values.model import Model, fields_of, rewritten
from newsletter.values.reading import at_least_one
from newsletter.values.structures import ItemParts
from newsletter.values.suggestions import fold


class VisibleIssue(NamedTuple):
    """An issue without what a recipient does not see, and places in its file."""

    issue: Issue
    item_locs: tuple[Loc, ...]  # in order
    hidden: tuple[Loc, ...]  # of the outermost parts alone


def _visible(issue: Issue, is_shown: Callable[[AudienceParts], bool]) -> VisibleIssue:
    items, hidden = list[Loc](), list[Loc]()

    def is_seen(part: Model) -> bool:
        if isinstance(part, AudienceParts) and not is_shown(part):
            return False
        # An agenda without event and a section without item have nothing to say.
        return all(any(map(is_seen, getattr(part, name))) for name in _never_empty(type(part)))

    def seen(part: Model, loc: Loc) -> Model | None:
        if not is_seen(part):
            hidden.append(loc)
            return None
        if isinstance(part, ItemParts):
            items.append(loc)
        return part

    return VisibleIssue(rewritten(issue, Model, seen), tuple(items), tuple(hidden))


@cache
def _never_empty(model: type[Model]) -> frozenset[str]:
    """Return the fields of `model` whose list a file may not leave empty."""
    fields = fields_of(model).values()
    return frozenset(each.name for each in fields if at_least_one in get_args(each.type))


def visible(issue: Issue, audience: Audience) -> VisibleIssue:
    """Return what of `issue` a recipient of this audience sees."""
    return _visible(issue, lambda part: part.is_for(audience))


def online_parts(issue: Issue, *, for_some: bool) -> Issue:
    """Return what of `issue` its page shows: with `for_some`, what only some recipients see too."""

    def is_shown(part: AudienceParts) -> bool:
        is_for_all = not (part.for_ or part.not_for)
        return (for_some or is_for_all) and getattr(part, "web", True)

    return _visible(issue, is_shown).issue


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
