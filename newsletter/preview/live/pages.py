"""The preview's own pages, in the user's language, and the mail in their frame."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from newsletter.checks.rules.weights import CLIP_BYTES, WARN_BYTES
from newsletter.preview.live.listing import ListedIssue
from newsletter.preview.live.open_issues import OpenIssues, PreviewedIssue
from newsletter.preview.live.readers import UnknownReaderError
from newsletter.preview.live.state_process import IssueState
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
from newsletter.preview.views import APPEARANCES
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level, Position, Problem, has_errors, level_word
from newsletter.rendering.fingerprint import content_of, digests_of
from newsletter.settings.settings import Settings
from newsletter.settings.theme import LOOKS

# Files that the pages load, by name: nothing else of the disk has an address.
_SCRIPTS = ("preview.js", "live.js", "list.js", "issue.js", "mail.js", "stream.js", "fonts.js")
FILES: Mapping[str, str] = {"preview.css": "text/css", **dict.fromkeys(_SCRIPTS, "text/javascript")}
_PICTURES = "/pictures/"


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
    open_issues: OpenIssues,
    issues: Sequence[ListedIssue],
    states: Mapping[Path, IssueState],
    query: str,
) -> str:
    """Return the page of all issues, whose links have `query`: whom the mails are shown to."""
    context = {
        "name": open_issues.settings.organisation.name,
        "issues": issues,
        "states": states,
        "query": f"?{query}" if query else "",
        "problems": tuple(_shown(open_issues.settings_problems, open_issues)),
    }
    return page_environment().get_template("list.html").render(context)


def issue_page(open_issues: OpenIssues, path: Path, view: View) -> str:
    """Return the page of one issue, in a view."""
    mark = open_issues.mark(path, view.reader)  # before what is shown: never newer than that
    previewed = open_issues.previewed(path, view.reader)
    problems = open_issues.problems(path, view.reader)
    other_look = open_issues.other_look(view.look)
    shown = open_issues.previewed(path, view.reader, other_look)
    mail, settings = previewed.mail, open_issues.settings
    fonts = open_issues.settings_in(other_look).theme.fonts
    is_reader_unknown = isinstance(previewed.failure, UnknownReaderError)
    context = {
        "name": path.stem,
        "file": _place(path, None, open_issues.workspace),
        "view": view,
        "mark": mark,
        "mail": mail,
        "shown": shown.mail,
        "is_release": _is_release(previewed),
        "problems": tuple(_shown(problems, open_issues)),
        "are_known": previewed.failure is None or is_reader_unknown,
        "is_reader_unknown": is_reader_unknown,
        "forbidding": tuple(_shown(_forbidding(problems, previewed, open_issues), open_issues)),
        "failure": shown.failure and _sentence(shown.failure),
        "appearances": APPEARANCES,
        "own_look": settings.theme.look,
        "other_look": other_look,
        "looks": LOOKS,
        "audiences": settings.audiences,
        "columns": settings.recipients.columns,
        "fonts": "|".join((fonts.body, fonts.heading)),
        "members": open_issues.members and open_issues.members.name,
        "origins": remote_origins(shown.mail.filled.html) if shown.mail else (),
        "clip_bytes": CLIP_BYTES,
        "warn_bytes": WARN_BYTES,
        "content": _content(previewed, settings),
        "item_editors": _item_editors(previewed, open_issues),
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
    appearance = APPEARANCES[view.appearance]
    # A layout comes first: pictures in comments that it opens are held back too.
    html = appearance.apply(mail.filled.html) if appearance.is_layout else mail.filled.html
    root = at_hand(parsed(html), names, _served)
    root = held_back(root, origins)
    if not view.has_pictures:
        root = boxed(root)
    # Colours come last, so that the boxes of pictures take part in them.
    return serialized(root) if appearance.is_layout else appearance.apply(serialized(root))


def _served(name: str) -> str:
    return _PICTURES + name.rpartition("/")[2]


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


def _is_release(previewed: PreviewedIssue) -> bool:
    issue = previewed.loaded.issue
    return issue is not None and issue.kind == "press-release"


def _content(previewed: PreviewedIssue, settings: Settings) -> str:
    """Return what people recognise the content by, where the settings ask for an approval."""
    issue = previewed.loaded.issue
    if issue is None or not settings.asks_before_sending:
        return ""
    return content_of(digests_of(issue, settings))


def _forbidding(
    problems: Sequence[Problem], previewed: PreviewedIssue, open_issues: OpenIssues
) -> Iterator[Problem]:
    """Yield the problems for which a file does not load: what stands above the last mail."""
    if previewed.loaded.issue is None or has_errors(open_issues.settings_problems):
        yield from (each for each in problems if each.level is Level.ERROR)


def _shown(
    problems: "Sequence[Problem] | Iterator[Problem]", open_issues: OpenIssues
) -> Iterator[ShownProblem]:
    pattern = open_issues.settings.preview.editor
    for problem in problems:
        yield ShownProblem(
            place=_place(problem.path, problem.position, open_issues.workspace),
            editor=editor_address(pattern, problem.path.absolute(), problem.position),
            level=problem.level.value,
            level_word=level_word(problem.level),
            message=problem.message,
            hint=problem.hint,
            rule=problem.rule,
        )


def _item_editors(previewed: PreviewedIssue, open_issues: OpenIssues) -> tuple[str, ...]:
    """Return what opens the editor at each item that weighs, in the order of the weights."""
    if previewed.mail is None:
        return ()
    source, pattern = previewed.loaded.source, open_issues.settings.preview.editor
    positions = (source.position(item.loc) for item in previewed.mail.items)
    return tuple(editor_address(pattern, source.path.absolute(), place) for place in positions)


def _place(path: Path, position: Position | None, workspace: Path) -> str:
    """Return "issues/mai.yaml:12:7", as `newsletter check` says it in the workspace."""
    whole = path.absolute()
    inside = whole.relative_to(workspace) if whole.is_relative_to(workspace) else whole
    shown = inside.as_posix()
    return position.in_file(shown) if position else shown
