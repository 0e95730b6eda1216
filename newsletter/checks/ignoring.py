"""The checks that a writer skips, with a reason: `ignore: [{rule: image-weight, because: …}]`."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from newsletter.checks.rule import Rule
from newsletter.content.loading import Issue
from newsletter.i18n import _
from newsletter.problems.problem import Level, Problem
from newsletter.source import Loc, Source
from newsletter.values.structures import Ignore
from newsletter.values.suggestions import did_you_mean
from newsletter.values.validation import meant_or_choice


class Silenced:
    """The rules that parts of an issue ignore, and which of these silenced something."""

    def __init__(self, issue: Issue) -> None:
        self.ignores = dict(_ignores(issue, ()))
        self.used: set[Loc] = set()

    def is_silent(self, rule: str, loc: Loc) -> bool:
        """Tell whether the part at `loc`, or one around it, ignores `rule`; note that it did."""
        for place, ignore in self.ignores.items():
            part = place[:-2]
            if ignore.rule == rule and loc[: len(part)] == part:
                self.used.add(place)
                return True
        return False


def _ignores(part: BaseModel, loc: Loc) -> Iterator[tuple[Loc, Ignore]]:
    """Yield every `ignore` entry of an issue with its own place."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        for index, each in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(each, Ignore):
                yield (*loc, name, index), each
            elif isinstance(each, BaseModel):
                yield from _ignores(each, (*loc, name, index))


def unused_ignores(
    silenced: Silenced, source: Source, rules: Mapping[str, Rule]
) -> Iterator[Problem]:
    """Yield a problem for each `ignore` of a rule that does not exist, or that found nothing."""
    for loc, ignore in silenced.ignores.items():
        position = source.position((*loc, "rule"))
        if ignore.rule not in rules:
            message = _("unknown rule '{rule}'").format(rule=ignore.rule)
            hint = meant_or_choice(did_you_mean(ignore.rule, rules), list(rules))
            yield Problem(source.path, position, message, hint, "ignore")
        elif loc not in silenced.used:
            message = _("the rule '{rule}' finds no problem here").format(rule=ignore.rule)
            hint = _("remove this ignore")
            yield Problem(source.path, position, message, hint, "ignore", Level.WARNING)
