"""The preview's own pages, in the user's language, and the mail in their frame."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from newsletter.checks.rules.gmail_clipping import CLIP_BYTES, WARN_BYTES
from newsletter.content.shown_as import in_words
from newsletter.preview.live.desk import Desk, Sheet
from newsletter.preview.live.listing import ListedIssue
from newsletter.preview.live.readers import UnknownReaderError
from newsletter.preview.live.states import IssueState
from newsletter.preview.live.view_query import View
from newsletter.preview.mail_pictures import (
    at_hand,
    boxed,
    held_back,
    parsed,
    remote_origins,
    serialized,
)
from newsletter.preview.page_templates import page_environment
from newsletter.preview.shown_issue import ShownMail
from newsletter.preview.views import LOOKS
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level, Position, Problem, has_errors, level_word

# Files that the pages load, by name: nothing else of the disk has an address.
FILES: Mapping[str, str] = {"preview.css": "text/css", "preview.js": "text/javascript"}


@dataclass(frozen=True)
class ShownProblem:
    """A problem as the page tells it: its place in words, and what opens the editor there."""

    place: str
    editor: str
    level: str
    level_word: str
    message: str
    hint: str
    rule: str


def list_page(
    desk: Desk, issues: Sequence[ListedIssue], states: Mapping[Path, IssueState], query: str
) -> str:
    """Return the page of all issues, whose links have `query`: whom the mails are shown to."""
    context = {
        "name": desk.settings.organisation.name,
        "issues": issues,
        "states": states,
        "mark": desk.list_mark(),
        "query": f"?{query}" if query else "",
        "problems": tuple(_shown(desk.settings_problems, desk)),
    }
    return page_environment().get_template("list.html").render(context)


def issue_page(desk: Desk, path: Path, view: View) -> str:
    """Return the page of one issue, in a view."""
    sheet = desk.sheet(path, view.reader)
    problems = desk.problems(path, view.reader)
    mail, settings = sheet.mail, desk.settings
    is_reader_unknown = isinstance(sheet.failure, UnknownReaderError)
    context = {
        "name": path.stem,
        "file": _place(path, None, desk.workspace),
        "view": view,
        "mark": desk.mark(path, view.reader),
        "sheet": sheet,
        "mail": mail,
        "is_release": _is_release(sheet),
        "problems": tuple(_shown(problems, desk)),
        "are_known": sheet.failure is None or is_reader_unknown,
        "is_reader_unknown": is_reader_unknown,
        "forbidding": tuple(_shown(_forbidding(problems, sheet, desk), desk)),
        "failure": sheet.failure and _sentence(sheet.failure),
        "looks": LOOKS,
        "audiences": settings.audiences,
        "sample": in_words(settings.sample_audience),
        "members": desk.members and desk.members.name,
        "origins": remote_origins(mail.filled.html) if mail else (),
        "clip_bytes": CLIP_BYTES,
        "warn_bytes": WARN_BYTES,
        "item_editors": _item_editors(sheet, desk),
    }
    return page_environment().get_template("issue.html").render(context)


def plain_page(title: str, sentence: str) -> str:
    """Return a page with one sentence, for what cannot be shown."""
    return page_environment().get_template("sentence.html").render(title=title, sentence=sentence)


def empty_mail() -> str:
    """Return what stands in the mail's frame while there is no mail."""
    return page_environment().get_template("no-mail.html").render()


def mail_page(mail: ShownMail, view: View, origins: Collection[str]) -> str:
    """Return the HTML of the frame; pictures of other machines are held back but `origins`."""
    names = [image.name for image in mail.document.images]
    root = at_hand(parsed(mail.filled.html), names, _served)
    root = held_back(root, origins)
    if not view.has_pictures:
        root = boxed(root)
    # Last, so that the boxes of pictures take part in it.
    return LOOKS[view.look].apply(serialized(root))


def _served(name: str) -> str:
    return "/pictures/" + name.rpartition("/")[2]


def allowed_origins(mail: ShownMail, asked: Collection[str]) -> tuple[str, ...]:
    """Return those of the origins asked for whose pictures the mail has: no other is let in."""
    if not asked:
        return ()
    return tuple(origin for origin in remote_origins(mail.filled.html) if origin in asked)


def editor_address(pattern: str, path: Path, position: Position) -> str:
    """Return the address that opens `path` at `position` in the editor of the settings."""
    place = {"path": quote(path.as_posix()), "line": position.line, "column": position.column}
    for name, value in place.items():
        pattern = pattern.replace(f"{{{name}}}", str(value))
    return pattern


def _sentence(error: NewsletterError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message


def _is_release(sheet: Sheet) -> bool:
    issue = sheet.loaded.issue
    return issue is not None and issue.kind == "press-release"


def _forbidding(problems: Sequence[Problem], sheet: Sheet, desk: Desk) -> Iterator[Problem]:
    """Yield the problems for which a file does not load: what stands above the last mail."""
    if sheet.loaded.issue is None or has_errors(desk.settings_problems):
        yield from (each for each in problems if each.level is Level.ERROR)


def _shown(problems: "Sequence[Problem] | Iterator[Problem]", desk: Desk) -> Iterator[ShownProblem]:
    pattern = desk.settings.preview.editor
    for problem in problems:
        yield ShownProblem(
            place=_place(problem.path, problem.position, desk.workspace),
            editor=editor_address(pattern, problem.path.absolute(), problem.position),
            level=problem.level.value,
            level_word=level_word(problem.level),
            message=problem.message,
            hint=problem.hint,
            rule=problem.rule,
        )


def _item_editors(sheet: Sheet, desk: Desk) -> tuple[str, ...]:
    """Return what opens the editor at each item that weighs, in the order of the weights."""
    if sheet.mail is None:
        return ()
    source, pattern = sheet.loaded.source, desk.settings.preview.editor
    positions = (source.position(item.loc) for item in sheet.mail.items)
    return tuple(editor_address(pattern, source.path.absolute(), place) for place in positions)


def _place(path: Path, position: Position | None, workspace: Path) -> str:
    """Return "issues/mai.yaml:12:7", as `newsletter check` says it in the workspace."""
    whole = path.absolute()
    inside = whole.relative_to(workspace) if whole.is_relative_to(workspace) else whole
    shown = inside.as_posix()
    return f"{shown}:{position.line}:{position.column}" if position else shown
