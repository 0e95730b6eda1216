"""The row of a mail in an inbox, as a phone and a desktop cut it off."""

from dataclasses import dataclass

from newsletter.checks.rules.inbox import MAX_PREHEADER_COLUMNS, MAX_SUBJECT_COLUMNS
from newsletter.i18n import N_
from newsletter.problems.problem import columns

# As the rules `subject-on-phones`, `long-subject` and `preheader-length` have them, with their
# source: 40 characters on most telephones; on a computer, subject and preheader share a line.
PHONE_SUBJECT = 40
PHONE_PREHEADER = 80  # two lines of as many (Apple Mail; Gmail shows one)
PHONE_SENDER = 24  # beside the hour, in bold
DESKTOP_SENDER = 20  # Gmail's column
DESKTOP_LINE = MAX_PREHEADER_COLUMNS


@dataclass(frozen=True)
class InboxRow:
    """A mail in the list of one kind of mail program, named in `title`, to be translated."""

    title: str
    sender: str
    subject: str
    preheader: str


def inbox_rows(sender: str, subject: str, preheader: str) -> tuple[InboxRow, InboxRow]:
    """Return the row on a telephone and the row on a computer."""
    phone = InboxRow(
        N_("Phone"),
        cut(sender, PHONE_SENDER),
        cut(subject, PHONE_SUBJECT),
        cut(preheader, PHONE_PREHEADER),
    )
    shown_subject = cut(subject, MAX_SUBJECT_COLUMNS)
    room = DESKTOP_LINE - columns(shown_subject)
    desktop = InboxRow(
        N_("Desktop"), cut(sender, DESKTOP_SENDER), shown_subject, cut(preheader, room)
    )
    return phone, desktop


def cut(text: str, width: int) -> str:
    """Return `text` cut after `width` columns, as inboxes do: inside a word if need be."""
    if columns(text) <= width:
        return text
    length = width - 1  # the ellipsis takes one
    while columns(text[:length]) > width - 1:
        length -= 1
    return f"{text[:length].rstrip()}…"
