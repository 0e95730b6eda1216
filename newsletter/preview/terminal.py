"""An issue as a page of text: its rows in the inbox, its text part, its problems."""

from collections.abc import Iterator

from newsletter.i18n import _
from newsletter.preview.inbox import InboxRow
from newsletter.preview.shown_issue import ShownIssue, ShownMail
from newsletter.problems.problem import columns, format_problem, in_numbers

RULE = "─" * 72  # as wide as the lines of a text part


def terminal_page(shown: ShownIssue) -> str:
    """Return the page: the mail's text between two rules, what an inbox shows above it.

    An issue that makes no mail shows its problems alone.
    """
    lines = list(_mail(shown.mail)) if shown.mail else []
    lines += map(format_problem, shown.problems)
    return "\n".join([*lines, in_numbers(shown.problems)]) + "\n"


def _mail(mail: ShownMail) -> Iterator[str]:
    titles = [_(row.title) for row in mail.inbox]
    width = max(map(columns, titles))
    for title, row in zip(titles, mail.inbox, strict=True):
        yield f"{title}{' ' * (width - columns(title))}  {_cells(row)}"
    yield from mail.left_out
    yield RULE
    yield mail.filled.text.rstrip("\n")
    yield RULE


def _cells(row: InboxRow) -> str:
    cells = (row.sender, row.subject, row.preheader)
    return " | ".join(cell for cell in cells if cell)
