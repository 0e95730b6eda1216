"""What of an issue someone sees."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Generic, TypeVar

from pydantic import BaseModel

from newsletter.content.item_parts import ItemParts
from newsletter.source import Loc
from newsletter.values.audiences import Audience, AudienceParts

IssueType = TypeVar("IssueType", bound=BaseModel)


@dataclass(frozen=True)
class VisibleIssue(Generic[IssueType]):
    """An issue without what a recipient does not see.

    `item_locs` are the places of its items in the file, in order; `hidden` those of the parts that
    were left out, the outermost ones.
    """

    issue: IssueType
    item_locs: tuple[Loc, ...]
    hidden: tuple[Loc, ...]

    @property
    def hidden_entries(self) -> int:
        """How many events and links are left out of items that are seen."""
        items = set(self.item_locs)
        return sum(
            any(loc[:length] in items for length in range(1, len(loc))) for loc in self.hidden
        )


@dataclass
class _Walk:
    """Goes through an issue, and notes the items that are seen and the parts that are hidden."""

    is_shown: Callable[[AudienceParts], bool]
    items: list[Loc] = field(default_factory=list)
    hidden: list[Loc] = field(default_factory=list)

    def seen(self, value: object, loc: Loc) -> object | None:
        """Return what the recipient sees of `value`; None where that is nothing."""
        if isinstance(value, tuple):
            parts = [self.seen(part, (*loc, index)) for index, part in enumerate(value)]
            is_same = all(part is old for part, old in zip(parts, value, strict=True))
            return value if is_same else tuple(part for part in parts if part is not None)
        return self._seen_model(value, loc) if isinstance(value, BaseModel) else value

    def _seen_model(self, model: BaseModel, loc: Loc) -> BaseModel | None:
        if isinstance(model, AudienceParts) and not self.is_shown(model):
            self.hidden.append(loc)
            return None
        items, hidden = len(self.items), len(self.hidden)
        if isinstance(model, ItemParts):
            self.items.append(loc)
        update: dict[str, object] = {}
        for name, old in model:
            new = self.seen(old, (*loc, name))
            if new == () != old and name in _never_empty(type(model)):
                # An agenda without event and a section without item have nothing to say.
                self.items[items:] = []
                self.hidden[hidden:] = [loc]
                return None
            if new is not old:
                update[name] = new
        return model.model_copy(update=update) if update else model


@cache
def _never_empty(model: type[BaseModel]) -> frozenset[str]:
    """Return the fields of `model` whose list a file may not leave empty."""
    rules = ((name, rule) for name, each in model.model_fields.items() for rule in each.metadata)
    return frozenset(name for name, rule in rules if getattr(rule, "min_length", 0))


def visible(issue: IssueType, audience: Audience) -> VisibleIssue[IssueType]:
    """Return what of `issue` a recipient of this audience sees."""
    return with_parts(issue, lambda part: part.is_for(audience))


def online_parts(issue: IssueType, *, for_some: bool) -> IssueType:
    """Return what of `issue` its page shows: with `for_some`, what only some recipients see too."""

    def is_shown(part: AudienceParts) -> bool:
        is_for_all = not (part.for_ or part.not_for)
        return (for_some or is_for_all) and getattr(part, "web", True)

    return with_parts(issue, is_shown).issue


def with_parts(
    issue: IssueType, is_shown: Callable[[AudienceParts], bool]
) -> VisibleIssue[IssueType]:
    """Return what is left of `issue` without the parts that are not shown."""
    walk = _Walk(is_shown)
    seen = walk.seen(issue, ())
    shown = seen if isinstance(seen, type(issue)) else issue
    return VisibleIssue(shown, tuple(walk.items), tuple(walk.hidden))
