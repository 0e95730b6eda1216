"""An issue as a preview has it: its problems, and its mail as one recipient reads it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from newsletter.checks.checking import problems_of_loaded
from newsletter.checks.rules.weights import ItemWeight, item_weights
from newsletter.content.loading import Issue, LoadedIssue, load_issue
from newsletter.content.shown_as import left_out
from newsletter.preview.inbox import InboxRow, inbox_rows
from newsletter.problems.problem import Problem
from newsletter.rendering.document import Document, FilledMail, fill_mail
from newsletter.rendering.variants import Variants, variants_of
from newsletter.settings.settings import Settings
from newsletter.values.audiences import audience_of


@dataclass(frozen=True)
class ShownMail:
    """The mail of an issue as one recipient reads it.

    `left_out` says in lines what of the issue they do not see; `weight_bytes` is what Gmail
    counts, and `items` the part of each item in it.
    """

    document: Document
    filled: FilledMail
    inbox: tuple[InboxRow, InboxRow]
    weight_bytes: int
    items: tuple[ItemWeight, ...]
    left_out: tuple[str, ...]

    def picture(self, name: str) -> bytes | None:
        """Return the content of the picture "images/0123456789abcdef.png", None if not its own."""
        found = (image.content for image in self.document.images if image.name == name)
        return next(found, None)


@dataclass(frozen=True)
class ShownIssue:
    """All that a preview shows of an issue; `mail` is None where a problem forbids it.

    `problems` are in order, and the same as `newsletter check` tells.
    """

    path: Path
    issue: Issue | None
    problems: tuple[Problem, ...]
    mail: ShownMail | None


def show_issue(path: Path, settings: Settings, values: Mapping[str, str]) -> ShownIssue:
    """Return the issue at `path` as a recipient with `values` by merge field gets it.

    Raises:
        NewsletterError: a template that fails, a picture damaged meanwhile.
    """
    loaded = load_issue(path, settings)
    variants = variants_of(loaded, settings)
    mail = show_mail(loaded, variants, settings, values) if variants else None
    problems = tuple(problems_of_loaded(loaded, variants, settings))
    return ShownIssue(path, loaded.issue, problems, mail)


def show_mail(
    loaded: LoadedIssue, variants: Variants, settings: Settings, values: Mapping[str, str]
) -> ShownMail:
    """Return the mail of a loaded issue alone, without the checks."""
    issue, audience = variants.issue, audience_of(values, settings.audiences)
    document = variants.document_for(audience)
    filled = fill_mail(document, values)
    sender = settings.senders[issue.sender]
    return ShownMail(
        document=document,
        filled=filled,
        inbox=inbox_rows(sender.name, filled.subject, filled.preheader),
        weight_bytes=len(document.html.encode()),
        items=tuple(_heaviest_first(document, loaded)),
        left_out=tuple(left_out(issue, audience, settings)),
    )


def _heaviest_first(document: Document, loaded: LoadedIssue) -> Iterator[ItemWeight]:
    yield from sorted(item_weights(document, loaded.source), key=lambda each: -each.weight_bytes)
