"""`newsletter preview`: the issues in the browser; or one as text, pictures, a file to approve."""

import asyncio
import webbrowser
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from newsletter.commands.build import written_line
from newsletter.commands.opening import issue_files, look_for_members, open_workspace
from newsletter.content.loading import Issue, LoadedIssue
from newsletter.content.visible import audience_named, values_shown
from newsletter.i18n import N_, _
from newsletter.preview.shown_issue import ShownIssue, show_issue, terminal_page
from newsletter.problems.errors import NewsletterError, needing
from newsletter.problems.problem import Problem, format_problem, shown_path
from newsletter.problems.terminal import Surroundings, Tell
from newsletter.settings.settings import Settings
from newsletter.workspace import find_workspace, write_whole

if TYPE_CHECKING:
    from newsletter.preview.review import Readership

NOT_INSTALLED = N_("the preview is not installed: {module} is missing")


def preview(
    here: Surroundings,
    file: Path | None,
    *,
    port: int,
    shown_as: Sequence[str],
    members: Path | None,
    opening: bool,
) -> int:
    """Serve the pages of the workspace's issues on this machine until interrupted."""
    settings = open_workspace(here.start, here.show)
    if file is not None:
        issue_files([file], settings)
    look_for_members(members)
    with needing(_(NOT_INSTALLED), "starlette", "uvicorn", "watchfiles"):
        from newsletter.preview.live.open_issues import OpenIssues, Reader, View
        from newsletter.preview.live.server import listening_socket, server
    named = audience_named(shown_as, settings)  # as the settings spell it
    reader = Reader(tuple(f"{key}={each}" for key, values in named.items() for each in values))
    open_issues = OpenIssues(settings, file=file, members=members)
    with listening_socket(port) as listener:
        chosen = listener.getsockname()[1]
        if port not in {0, chosen}:
            here.tell(_("port {port} is taken: using another one").format(port=port))
        address = f"http://127.0.0.1:{chosen}/"
        if file is not None:
            query = View(reader=reader).query
            address += f"issues/{quote(file.stem)}" + (f"?{query}" if query else "")
        message = _("The preview is at {address} (press Ctrl-C to stop it).")
        here.tell(message.format(address=address))
        if opening:
            webbrowser.open(address)
        server(open_issues, reader, listener).run(sockets=[listener])
    return 0


def preview_once(
    here: Surroundings,
    file: Path,
    *,
    as_text: bool,
    watch: bool,
    screenshot: Path | None,
    review: Path | None,
    full: bool,
    shown_as: Sequence[str],
    members: Path | None,
    show_page: Tell,
) -> int:
    """Show an issue as text, again at each save, in files; return 1 where it makes no mail."""
    is_pdf = _is_pdf(review)
    settings = open_workspace(here.start, here.show)
    look_for_members(members)
    shown = _look(file, settings, shown_as)
    if not as_text:
        here.show(shown.problems)
    elif not watch:
        show_page(terminal_page(shown))
    issue, mail = shown.loaded.issue, shown.mail
    if screenshot is not None and mail is not None:
        from newsletter.preview.browser import take_screenshots

        for written in take_screenshots(mail, screenshot):
            here.tell(written_line(written))
    if review is not None and issue is not None and mail is not None:
        from newsletter.preview.review import review_pack, review_pdf

        readers = _readers(here, shown.loaded, issue, settings, members) if members else None
        parts = issue, mail, shown.problems, settings
        pack = review_pack(*parts, readers=readers, is_full=full)
        write_whole((review, review_pdf(pack) if is_pdf else pack.encode()))
        here.tell(written_line(review))
    if watch:
        path, workspace = file.resolve(), Path(find_workspace(str(file.resolve().parent)))
        look = partial(_page_now, file, shown_as, here.start)
        look_at_each_save(workspace, lambda: [path], lambda: show_page(look()))
    return int(mail is None)


def _is_pdf(review: Path | None) -> bool:
    suffix = review.suffix.lower() if review else ""
    if review and suffix not in (".html", ".pdf"):
        message = _("'{name}' is neither a web page nor a PDF").format(name=review.name)
        raise NewsletterError(message, hint=_("write --review review.html, or review.pdf"))
    return suffix == ".pdf"


def _look(file: Path, settings: Settings, shown_as: Sequence[str]) -> ShownIssue:
    (path,) = issue_files([file], settings)
    return show_issue(path, settings, values_shown(settings, audience_named(shown_as, settings)))


def _readers(
    here: Surroundings, loaded: LoadedIssue, issue: Issue, settings: Settings, members: Path
) -> "Readership":
    """Return who gets the issue, as `newsletter send` counts them where none has it yet."""
    from newsletter.mailing.message.unsubscribe import unsubscribe_secret
    from newsletter.preview.review import Readership
    from newsletter.sending.chosen_members import ToMembers
    from newsletter.sending.means import Means, SendOptions, real_clock
    from newsletter.sending.sending import sending_of

    try:
        secret = unsubscribe_secret(settings, here.environment)
    except NewsletterError:
        secret = ""  # nothing is signed here
    means = Means(settings=settings, server=None, options=SendOptions(members=members),
                  terminal=here, clock=real_clock(here.stopping), secret=secret,
                  sign=bytes)  # fmt: skip
    to_members = ToMembers(sending_of(means, loaded, issue), members)
    plan = to_members.plan(None)
    if not to_members.file.is_read:
        problem = to_members.file.problems[0]
        raise NewsletterError(f"{shown_path(problem.path)}: {problem.message}", hint=problem.hint)
    variants = [(plan.first_of[name], count) for name, count in plan.counts.most_common()]
    return Readership(variants, dict(plan.left_out), is_whole=not plan.faults.total())


def _page_now(file: Path, shown_as: Sequence[str], start: Path) -> str:
    """Return the page of text, or what forbids it: while one writes, everything may be amiss."""
    problems: list[Problem] = []
    try:
        page = terminal_page(_look(file, open_workspace(start, problems.extend), shown_as))
    except NewsletterError as error:
        problems += getattr(error, "problems", ())
        page = f"{error.message}\n{error.hint}\n"
    return "".join(f"{format_problem(each)}\n" for each in problems) + page


def look_at_each_save(
    workspace: Path, issues: Callable[[], Sequence[Path]], look: Callable[[], None]
) -> None:
    """Call `look` now and at each change of what `issues` are made from, until interrupted."""
    with needing(_(NOT_INSTALLED), "watchfiles"):
        from newsletter.preview.live.changes import folder_mark, issue_mark, shared_mark, watch

    def mark() -> tuple[str, ...]:
        paths = issues()
        folders = {path.parent: None for path in paths}
        return shared_mark(workspace), *map(issue_mark, paths), *map(folder_mark, folders)

    last = None

    def look_again() -> None:
        nonlocal last
        if (now := mark()) != last:
            last = now
            look()

    asyncio.run(watch(workspace, issues(), look_again))
