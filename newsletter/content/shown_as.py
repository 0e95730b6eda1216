"""Who a mail is shown to: the sample recipient, or what `--as KEY=VALUE` makes of them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count

from newsletter.content.loading import Issue
from newsletter.content.visible import visible
from newsletter.i18n import _, counted
from newsletter.problems.errors import NewsletterError
from newsletter.settings.settings import Settings
from newsletter.values.audiences import Audience, spelt_as_known, unknown_key, unknown_value
from newsletter.values.suggestions import fold


def audience_named(choices: Sequence[str], settings: Settings) -> Audience:
    """Return the audience that the choices "delegation=Bretagne" name, spelt as in the settings.

    Raises:
        NewsletterError: a choice without "=", or a key or value that the settings lack.
    """
    named: dict[str, list[str]] = {}
    for choice in choices:
        typed_key, sign, typed_value = choice.partition("=")
        if not sign:
            message = _("'{choice}' is not an audience and one of its values").format(choice=choice)
            known = {
                key: spelt_as_known(choice, values) or (spelt_as_known(choice, [key]) and values[0])
                for key, values in settings.audiences.items()
            }
            meant = next((f'{key}="{value}"' for key, value in known.items() if value), "")
            raise NewsletterError(
                message,
                hint=_("for example, write {example}").format(example=meant or _("region=Wales")),
            )
        key = spelt_as_known(typed_key, settings.audiences)
        value = spelt_as_known(typed_value, settings.audiences[key]) if key else None
        if key and value:
            named.setdefault(key, []).append(value)
            continue
        fault = unknown_key(typed_key, settings.audiences)
        if key:
            fault = unknown_value(typed_value, key, settings.audiences)
        raise NewsletterError(fault.message, hint=fault.hint)
    return {key: tuple(dict.fromkeys(values)) for key, values in named.items()}


def values_shown(settings: Settings, named: Audience) -> Mapping[str, str]:
    """Return the sample recipient's values by merge field, those that are named in their place."""
    cells = {key: ";".join(values) for key, values in named.items()}
    return {**settings.recipients.sample, **cells}


def folder_name(named: Audience, audiences: Audience) -> str:
    """Return the folder of the mail shown to `named`: "as-delegation-bretagne"; "" of nobody.

    Of two of the settings' `audiences` that would share a name the second has its number.
    """
    words = []
    for key, values in sorted(named.items()):
        words += [
            _folded(key, audiences),
            *(_folded(each, audiences[key]) for each in sorted(values)),
        ]
    return "-".join(["as", *words]) if words else ""


def _folded(word: str, known: Iterable[str]) -> str:
    """Return `word` as part of a name, with a number where an earlier one of `known` has it too."""
    names: dict[str, str] = {}
    for each in known:
        plain = re.sub(r"[^a-z0-9]+", "-", fold(each)).strip("-")
        numbered = chain([plain], (f"{plain}-{number}" for number in count(2)))
        names[next(name for name in numbered if name not in names)] = each
    return next(name for name, each in names.items() if each == word)


def in_words(audience: Audience) -> str:
    """Return "delegation=Bretagne, profile=ESN", as it is typed after `--as`."""
    return ", ".join(f'{key}="{value}"' for key, values in audience.items() for value in values)


def audience_in_words(audience: Audience, settings: Settings) -> str:
    """Return "Region: Wales, Profile: Charity", by the columns of the members file."""
    columns, said = settings.recipients.columns, _("{key}: {value}")
    pairs = ((columns.get(key, key), value) for key in audience for value in audience[key])
    return ", ".join(said.format(key=key, value=value) for key, value in pairs)


def words_of(for_: Audience, not_for: Audience) -> str:
    """Return "only Wales or Scotland", "everyone but Wales": who sees what is for some."""
    said = ((_("only {who}"), for_), (_("everyone but {who}"), not_for))
    return ", ".join(words.format(who=_listed(who)) for words, who in said if who)


def _listed(audience: Audience) -> str:
    either, both = _("or"), _("and")
    return f" {both} ".join(f" {either} ".join(values) for values in audience.values())


def left_out(issue: Issue, audience: Audience, settings: Settings) -> Iterator[str]:
    """Yield how much of the issue the recipient shown does not see, and that they do not get it."""
    who = audience_in_words(audience, settings) or _("no details")
    if not issue.is_for(audience):
        yield _("this issue is not for the recipient shown ({who})").format(who=who)
    seen = visible(issue, audience)
    items = len(issue.all_items) - len(seen.item_locs)
    if items:
        hidden = counted(
            "{count} item is hidden from the recipient shown ({who})",
            "{count} items are hidden from the recipient shown ({who})",
            items,
        )
        yield hidden.format(count=items, who=who)
    if seen.hidden_entries:
        hidden = counted(
            "{count} event or link is hidden from the recipient shown ({who})",
            "{count} events or links are hidden from the recipient shown ({who})",
            seen.hidden_entries,
        )
        yield hidden.format(count=seen.hidden_entries, who=who)
