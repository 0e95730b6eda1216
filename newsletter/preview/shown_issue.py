"""An issue as a preview has it: its problems, its mail as one recipient reads it, in the inbox."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from newsletter.checks.checking import problems_of_loaded
from newsletter.checks.rules.inbox import MAX_SUBJECT_COLUMNS
from newsletter.checks.rules.weights import ItemWeight, item_weights
from newsletter.content.loading import LoadedIssue, load_issue
from newsletter.content.visible import left_out
from newsletter.i18n import N_, _
from newsletter.problems.problem import Problem, columns, format_problem, in_numbers
from newsletter.rendering.document import Document, Variants, fill_mail, variants_of
from newsletter.settings.settings import Settings
from newsletter.values.audiences import audience_of

# Widths of the lists in Gmail, Outlook and Apple Mail, in characters.
PHONE_SUBJECT = 40
PHONE_PREHEADER = 80  # two lines of as many (Apple Mail; Gmail shows one)
PHONE_SENDER = 24  # beside the hour, in bold
DESKTOP_SENDER = 20  # Gmail's column
DESKTOP_COLUMNS = 140  # of subject and preheader, which share a line
RULE = "─" * 72  # as wide as the lines of a text part


class InboxRow(NamedTuple):
    """A mail in the list of one kind of mail program, named in `title`, to be translated."""

    title: str
    sender: str
    subject: str
    preheader: str


def inbox_rows(sender: str, subject: str, preheader: str) -> tuple[InboxRow, InboxRow]:
    """Return the row on a telephone and the row on a computer, as they cut it off."""
    phone = cut(sender, PHONE_SENDER), cut(subject, PHONE_SUBJECT), cut(preheader, PHONE_PREHEADER)
    subject = cut(subject, MAX_SUBJECT_COLUMNS)
    room = DESKTOP_COLUMNS - columns(subject)
    desktop = cut(sender, DESKTOP_SENDER), subject, cut(preheader, room)
    return InboxRow(N_("Phone"), *phone), InboxRow(N_("Desktop"), *desktop)


def cut(text: str, width: int) -> str:
    """Return `text` cut after `width` columns, as inboxes do: inside a word if need be."""
    if columns(text) <= width:
        return text
    length = width - 1  # the ellipsis takes one
    while columns(text[:length]) > width - 1:
        length -= 1
    return f"{text[:length].rstrip()}…"


@dataclass(frozen=True)
class ShownMail:
    """The mail of an issue as one recipient reads it."""

    document: Document
    filled: Document
    inbox: tuple[InboxRow, InboxRow]
    weight_bytes: int  # as Gmail counts
    items: tuple[ItemWeight, ...]  # the part of each in it, the heaviest first
    left_out: tuple[str, ...]  # in lines, what of the issue they do not see


class ShownIssue(NamedTuple):
    """All that a preview shows of an issue: problems as `check` tells them, and a mail or None."""

    loaded: LoadedIssue
    problems: tuple[Problem, ...]
    mail: ShownMail | None


def show_issue(path: Path, settings: Settings, values: Mapping[str, str]) -> ShownIssue:
    """Return the issue as a recipient with `values` has it; `NewsletterError` of a bad template."""
    loaded = load_issue(path, settings)
    variants = variants_of(loaded, settings)
    mail = show_mail(loaded, variants, settings, values) if variants else None
    return ShownIssue(loaded, tuple(problems_of_loaded(loaded, variants, settings)), mail)


def show_mail(
    loaded: LoadedIssue, variants: Variants, settings: Settings, values: Mapping[str, str]
) -> ShownMail:
    """Return the mail of a loaded issue alone, without the checks."""
    issue, audience = variants.issue, audience_of(values, settings.audiences)
    document = variants.document_for(audience)
    filled = fill_mail(document, values)
    return ShownMail(
        document=document,
        filled=filled,
        inbox=inbox_rows(settings.senders[issue.sender].name, filled.subject, filled.preheader),
        weight_bytes=len(document.html.encode()),
        items=tuple(item_weights(document, loaded.source)),
        left_out=tuple(left_out(issue, audience, settings)),
    )


def place_in(workspace: Path, path: Path) -> str:
    """Return a file's path from the workspace on; its name alone where it lies elsewhere."""
    path = path.absolute()
    return path.relative_to(workspace).as_posix() if path.is_relative_to(workspace) else path.name


def terminal_page(shown: ShownIssue) -> str:
    """Return what an inbox shows, the mail's text between rules, the problems; or these alone."""
    lines = list(_mail_lines(shown.mail)) if shown.mail else []
    lines += map(format_problem, shown.problems)
    return "\n".join([*lines, in_numbers(shown.problems)]) + "\n"


def _mail_lines(mail: ShownMail) -> Iterator[str]:
    titles = [_(row.title) for row in mail.inbox]
    width = max(map(columns, titles))
    for title, row in zip(titles, mail.inbox, strict=True):
        cells = " | ".join(filter(None, (row.sender, row.subject, row.preheader)))
        yield f"{title}{' ' * (width - columns(title))}  {cells}"
    yield from mail.left_out
    yield RULE
    yield mail.filled.text.rstrip("\n")
    yield RULE
