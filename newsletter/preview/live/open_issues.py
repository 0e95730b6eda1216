"""What is open in a preview, in which view; a mail is made anew only where something changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from newsletter.checks.checking import problems_of_loaded
from newsletter.content.loading import LoadedIssue, issues_by_name, load_issue
from newsletter.content.visible import audience_named, values_shown
from newsletter.i18n import _
from newsletter.members.members_file import MembersFile
from newsletter.preview.live.changes import file_mark, folder_mark, issue_mark, shared_mark
from newsletter.preview.shown_issue import ShownMail, show_mail
from newsletter.preview.views import APPEARANCES
from newsletter.problems.errors import NewsletterError, system_error
from newsletter.problems.problem import Level, Problem
from newsletter.rendering.document import Variants, variants_of
from newsletter.settings.loading import load_settings, with_look
from newsletter.settings.settings import Settings
from newsletter.settings.theme import LOOKS

PANES = ("mail", "text", "source", "pdf", "web")
WIDTHS = ("375", "640", "free")
_ROW_DIGITS = 8  # more rows than any spreadsheet has
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "pane": PANES,
    "width": WIDTHS,
    "appearance": tuple(APPEARANCES),
    "look": LOOKS,
}
# Mails that are kept: those of the pages that a person has open, each with its pictures.
KEPT_MAILS = 16


@dataclass(frozen=True)
class Reader:
    """Whom the mail is shown to: "delegation=Bretagne" and the like, or a row of the members."""

    choices: tuple[str, ...] = ()
    row: int | None = None


@dataclass(frozen=True)
class View:
    """A view of an issue; the first of each choice is usual. A look of "" is the theme's."""

    pane: str = PANES[0]
    width: str = WIDTHS[1]
    appearance: str = "light"
    look: str = ""
    has_pictures: bool = True
    reader: Reader = Reader()

    @property
    def query(self) -> str:
        """The view as the query of an address, without what is usual."""
        usual = View()
        said = [(name, getattr(self, name)) for name in _CHOICES]
        pairs = [(name, value) for name, value in said if value != getattr(usual, name)]
        pairs += [] if self.has_pictures else [("pictures", "off")]
        pairs += [("as", choice) for choice in self.reader.choices]
        pairs += [("row", str(self.reader.row))] if self.reader.row is not None else []
        return urlencode(pairs)


def view_of(query: QueryParams) -> View:
    """Return the view that a query names; what it does not name, or wrongly, is as usual."""
    chosen = {name: query[name] for name, known in _CHOICES.items() if query.get(name, "") in known}
    row = query.get("row", "")
    is_number = row.isascii() and row.isdigit() and len(row) <= _ROW_DIGITS
    # A row says all of its reader: the page's own script asks for it alone.
    reader = Reader(row=int(row)) if is_number else Reader(tuple(filter(None, query.getlist("as"))))
    view = View(has_pictures=query.get("pictures") != "off", reader=reader)
    return replace(view, **chosen)  # type: ignore[arg-type]  # all of them texts


class NoSuchReaderError(NewsletterError):
    """Nobody can be shown the mail as: no such row, or a choice that the settings lack."""


@dataclass(frozen=True)
class PreviewedIssue:
    """What is known of an issue for one reader."""

    mark: str  # changes with what the mail depends on
    loaded: LoadedIssue
    variants: Variants | None  # its mails, those made so far
    mail: ShownMail | None  # of this content, else the last that could be made
    failure: NewsletterError | None  # why it is the last, where no problem says so


class OpenIssues:
    """The issues of a workspace, and the newest sixteen mails. Not for two threads at once."""

    def __init__(
        self, settings: Settings, *, file: Path | None = None, members: Path | None = None
    ) -> None:
        self.workspace = settings.workspace
        self.members = members
        self.settings_problems: tuple[Problem, ...] = ()
        self.settings = settings
        self._shared_mark = ""
        self.file = file.absolute() if file else None
        self._previewed: dict[tuple[Path, Reader, str], PreviewedIssue] = {}
        self._found = lru_cache(KEPT_MAILS)(self._checked)
        # The last row, of the file and the settings that a mark stands for.
        self._row = lru_cache(1)(lambda row, _mark: _row_values(members, row, self.settings))

    def notice_changes(self) -> None:
        """Take note of changes, before all else; of settings with errors, the last good stay."""
        mark = shared_mark(self.workspace)
        if mark != self._shared_mark:
            loaded = load_settings(self.workspace)
            self.settings = loaded.settings or self.settings
            self.settings_problems = loaded.problems
            self._shared_mark = mark

    def issues(self) -> Mapping[str, Path]:
        """Return the file of each issue by its name: those in issues/, and the one opened."""
        ours = issues_by_name(self.workspace / "issues")
        return {**ours, self.file.stem: self.file} if self.file else ours

    def path_of(self, name: str) -> Path | None:
        """Return an issue's file, also of one shown and gone; the name asked is only compared."""
        shown = (previewed.loaded.path for previewed in self._previewed.values())
        # Gone, or a folder by now; not a link in its place that leads out of the workspace.
        gone = (path for path in shown if path.stem == name and not path.is_file())
        return self.issues().get(name) or next(gone, None)

    def mark(self, path: Path, reader: Reader) -> str:
        """Return what changes with a page of this issue: its mail's mark, and the folder's."""
        return f"{self._mail_mark(path, reader)}-{folder_mark(path.parent)}"

    def _mail_mark(self, path: Path, reader: Reader) -> str:
        marks = [self._shared_mark, issue_mark(path)]
        return "".join(marks if reader.row is None else [*marks, file_mark(self.members)])

    def other_look(self, look: str) -> str:
        """Return the look, "" for the theme's own."""
        return "" if look == self.settings.theme.look else look

    def settings_in(self, look: str) -> Settings:
        """Return the settings, with `look` in the theme's place; "" leaves the theme's."""
        return with_look(self.settings, look) if self.other_look(look) else self.settings

    def previewed(self, path: Path, reader: Reader, look: str = "") -> PreviewedIssue:
        """Return what there is to show of an issue, made anew if anything changed."""
        # A look that is not the theme's is for the eyes alone: all that is told of the issue is
        # about the mail without it.
        look = self.other_look(look)
        key, mark = (path, reader, look), self._mail_mark(path, reader)
        before = self._previewed.get(key)
        if before is None or before.mark != mark:
            made = self._made(path, reader, self.settings_in(look), mark)
            if before is not None and made.mail is None:
                made = replace(made, mail=before.mail)
            before = made
        self._previewed.pop(key, None)
        self._previewed[key] = before  # the newest stands last
        if len(self._previewed) > KEPT_MAILS:
            del self._previewed[next(iter(self._previewed))]
        return before

    def _made(self, path: Path, reader: Reader, settings: Settings, mark: str) -> PreviewedIssue:
        loaded = load_issue(path, settings)
        variants = variants_of(loaded, settings)
        mail, failure = None, None
        try:
            mail = show_mail(loaded, variants, settings, self._values(reader)) if variants else None
        except NewsletterError as error:
            failure = error
        except OSError as error:  # a file that went between two looks, or is closed to us
            failure = system_error(error)
        return PreviewedIssue(mark, loaded, variants, mail, failure)

    def problems(self, path: Path, reader: Reader, mark: str) -> tuple[Problem, ...]:
        """Return what `newsletter check` tells; what was saved since `mark` has another mark."""
        return tuple(dict.fromkeys([*self.settings_problems, *self._found(path, reader, mark)]))

    def _checked(self, path: Path, reader: Reader, _mark: str) -> tuple[Problem, ...]:
        previewed = self.previewed(path, reader)
        try:
            return tuple(problems_of_loaded(previewed.loaded, previewed.variants, self.settings))
        except (NewsletterError, OSError):  # `previewed.failure` says it
            return previewed.loaded.problems

    def picture(self, name: str) -> bytes | None:
        """Return a picture of one of the mails shown, by its name "0123456789abcdef.png"."""
        mails = (previewed.mail for previewed in self._previewed.values() if previewed.mail)
        images = (image for mail in mails for image in mail.document.images)
        return next((image.content for image in images if image.name == f"images/{name}"), None)

    def _values(self, reader: Reader) -> Mapping[str, str]:
        if reader.row is not None:
            return self._row(reader.row, file_mark(self.members) + self._shared_mark)
        try:
            return values_shown(self.settings, audience_named(reader.choices, self.settings))
        except NewsletterError as error:
            # Its hint is of the command line; here the address of the page was typed.
            hint = _("choose another one under 'Recipient'")
            raise NoSuchReaderError(error.message, hint) from error


def _row_values(members: Path | None, line: int, settings: Settings) -> Mapping[str, str]:
    """Return the values of a row of the members file, read anew: no other row is kept."""
    if members is None:
        message = _("there is no members file to take row {line} from")
        hint = _("start again with: newsletter preview --members FILE")
        raise NoSuchReaderError(message.format(line=line), hint)
    recipients = MembersFile(members, settings)
    for recipient in recipients:
        if recipient.line == line:
            return recipient.values
        if recipient.line > line:
            break
    message = _("{file} has no recipient in row {line}").format(file=members.name, line=line)
    # An unclosed quotation, the headings, the whole file: a fault may hide the rows below it.
    errors = (each for each in recipients.problems if each.level is Level.ERROR)
    above = [each for each in errors if each.position.line <= line]
    if not above:
        hint = _("choose another row: the first one, under the headings, is 2")
        raise NoSuchReaderError(message, hint)
    cause = max(above, key=lambda each: each.position.line)
    what = _("row {line}: {message}").format(line=cause.position.line, message=cause.message)
    raise NoSuchReaderError(f"{message} – {what}", cause.hint)
