"""The preview's own pages, in the user's language, and the mail in their frame."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from newsletter.checks.rules.weights import CLIP_BYTES, WARN_BYTES
from newsletter.preview import mail_pictures as pictures
from newsletter.preview.live.issue_list import IssueState, ListedIssue
from newsletter.preview.live.open_issues import OpenIssues, UnknownReaderError, View
from newsletter.preview.page_templates import page
from newsletter.preview.shown_issue import ShownMail, place_in
from newsletter.preview.views import APPEARANCES
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level, Problem, has_errors
from newsletter.rendering.fingerprint import content_of, digests_of
from newsletter.settings.theme import LOOKS

# Files that the pages load, by name: nothing else of the disk has an address.
_SCRIPTS = ("preview.js", "live.js", "list.js", "issue.js", "mail.js", "stream.js", "fonts.js")
FILES: Mapping[str, str] = {"preview.css": "text/css", **dict.fromkeys(_SCRIPTS, "text/javascript")}


def list_page(
    open_issues: OpenIssues,
    issues: Sequence[ListedIssue],
    states: Mapping[Path, IssueState],
    query: str,
) -> str:
    """Return the page of all issues, whose links have `query`: whom the mails are shown to."""
    return page(
        "list.html",
        name=open_issues.settings.organisation.name,
        issues=issues,
        states=states,
        query=f"?{query}" if query else "",
        problems=_shown(open_issues.settings_problems, open_issues),
    )


def issue_page(open_issues: OpenIssues, path: Path, view: View) -> str:
    """Return the page of one issue, in a view."""
    mark = open_issues.mark(path, view.reader)  # before what is shown: never newer than that
    previewed = open_issues.previewed(path, view.reader)
    problems = open_issues.problems(path, view.reader, mark)
    other_look = open_issues.other_look(view.look)
    shown = open_issues.previewed(path, view.reader, other_look)
    issue, mail, settings = previewed.loaded.issue, previewed.mail, open_issues.settings
    fonts = open_issues.settings_in(other_look).theme.fonts
    is_reader_unknown = isinstance(previewed.failure, UnknownReaderError)
    # That for which a file does not load stands above the last mail.
    is_forbidden = issue is None or has_errors(open_issues.settings_problems)
    errors = [each for each in problems if each.level is Level.ERROR]
    return page(
        "issue.html",
        file=place_in(open_issues.workspace, path),
        name=path.stem,
        view=view,
        mark=mark,
        settings=settings,
        issue=issue,
        mail=mail,
        shown=shown.mail,
        problems=_shown(problems, open_issues),
        are_known=previewed.failure is None or is_reader_unknown,
        is_reader_unknown=is_reader_unknown,
        forbidding=_shown(errors if is_forbidden else (), open_issues),
        failure=shown.failure and in_a_sentence(shown.failure),
        appearances=APPEARANCES,
        other_look=other_look,
        looks=LOOKS,
        fonts=f"{fonts.body}|{fonts.heading}",
        members=open_issues.members and open_issues.members.name,
        origins=pictures.remote_origins(shown.mail.filled.html) if shown.mail else (),
        limits=(WARN_BYTES, CLIP_BYTES),
        content=issue and settings.asks_before_sending and content_of(digests_of(issue, settings)),
    )


def mail_page(mail: ShownMail, view: View, origins: Collection[str]) -> str:
    """Return the HTML of the frame; pictures of other machines are held back but `origins`."""
    appearance = APPEARANCES[view.appearance]
    # A layout comes first: pictures in comments that it opens are held back too.
    html = appearance.apply(mail.filled.html) if appearance.is_layout else mail.filled.html
    names = [image.name for image in mail.document.images]
    addresses = {name: f"/pictures/{name.rpartition('/')[2]}" for name in names}
    root = pictures.held_back(pictures.at_hand(pictures.parsed(html), addresses), origins)
    if not view.has_pictures:
        root = pictures.boxed(root)
    # Colours come last, so that the boxes of pictures take part in them.
    html = pictures.serialized(root)
    return html if appearance.is_layout else appearance.apply(html)


def allowed_origins(mail: ShownMail, asked: Collection[str]) -> tuple[str, ...]:
    """Return those of the origins asked for whose pictures the mail has: no other is let in."""
    if not asked:
        return ()
    return tuple(origin for origin in pictures.remote_origins(mail.filled.html) if origin in asked)


def in_a_sentence(error: NewsletterError) -> str:
    """Return what is wrong, and what to do in brackets."""
    return f"{error.message} ({error.hint})" if error.hint else error.message


def _shown(problems: Iterable[Problem], open_issues: OpenIssues) -> list[tuple[Problem, str, str]]:
    """Return each problem, its place in the workspace, and the address that opens it to edit."""
    shown = []
    for each in problems:
        editor = open_issues.settings.preview.editor
        file = ("path", quote(each.path.absolute().as_posix()))
        for name, value in (file, *each.position._asdict().items()):
            editor = editor.replace(f"{{{name}}}", str(value))
        place = each.position.in_file(place_in(open_issues.workspace, each.path))
        shown.append((each, place, editor))
    return shown
