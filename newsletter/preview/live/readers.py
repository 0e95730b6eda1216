"""What a mail is filled with for the reader of a page: of a choice, or of a row of members."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from newsletter.content.shown_as import audience_named, values_shown
from newsletter.i18n import _
from newsletter.members.members_file import MembersFile
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level, Problem
from newsletter.settings.settings import Settings

_FIRST_ROW = 2  # under the headings
# Faults that hide other rows than their own: of the whole file, of its headings, of a quotation
# that goes on over the next lines.
_HIDING = {"members-file", "members-columns", "accents", "quotation-mark"}


class UnknownReaderError(NewsletterError):
    """Nobody can be shown the mail as: no such row, or a choice that the settings lack."""


def chosen_values(choices: Sequence[str], settings: Settings) -> Mapping[str, str]:
    """Return the sample's values by merge field, those of choices in their place.

    Raises:
        UnknownReaderError: a choice that the settings lack.
    """
    try:
        return values_shown(settings, audience_named(choices, settings))
    except NewsletterError as error:
        # Its hint is of the command line; here the address of the page was typed.
        hint = _("choose another one under 'Recipient'")
        raise UnknownReaderError(error.message, hint) from error


def row_values(members: Path | None, line: int, settings: Settings) -> Mapping[str, str]:
    """Return the values of a row of the members file, read anew: no other row is kept.

    Raises:
        UnknownReaderError: no file, or no recipient in this row; with the fault, if one hides it.
    """
    if members is None:
        message = _("there is no members file to take row {line} from")
        hint = _("start again with: newsletter preview --members FILE")
        raise UnknownReaderError(message.format(line=line), hint)
    recipients = MembersFile(members, settings)
    for recipient in recipients:
        if recipient.line == line:
            return recipient.values
        if recipient.line > line:
            break
    message = _("{file} has no recipient in row {line}").format(file=members.name, line=line)
    cause = _cause(recipients.problems, line) if line >= _FIRST_ROW else None
    if cause is None:
        hint = _("choose another row: the first one, under the headings, is 2")
        raise UnknownReaderError(message, hint)
    what = cause.message
    if cause.position.line != line:
        what = _("row {line}: {message}").format(line=cause.position.line, message=what)
    raise UnknownReaderError(f"{message} – {what}", cause.hint)


def _cause(problems: Sequence[Problem], line: int) -> Problem | None:
    """Return the first error of a row, else the first that can hide a row, if there is one."""
    errors = [each for each in problems if each.level is Level.ERROR]
    own = (each for each in errors if each.position.line == line)
    hiding = (each for each in errors if each.rule in _HIDING and each.position.line < line)
    return next(own, None) or next(hiding, None)
