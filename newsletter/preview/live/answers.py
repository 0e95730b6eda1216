"""What the preview answers to each address: its pages, in the user's language, and mails."""

import asyncio
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from newsletter.checks.rules.weights import CLIP_BYTES, WARN_BYTES
from newsletter.content.loading import Issue
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.preview import mail_pictures as pictures
from newsletter.preview.live.changes import ChangeSignal, stream
from newsletter.preview.live.guard import PAGE_POLICY, mail_policy
from newsletter.preview.live.issue_list import IssueStates, ListedIssue, listed
from newsletter.preview.live.open_issues import NoSuchReaderError, OpenIssues, Reader, View, view_of
from newsletter.preview.page_templates import FOLDER, page
from newsletter.preview.shown_issue import ShownMail, place_in
from newsletter.preview.views import APPEARANCES, dark, light
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level, Problem, has_errors
from newsletter.rendering.document import content_of, digests_of
from newsletter.rendering.pictures.images import PICTURE_TYPES
from newsletter.settings.settings import Settings
from newsletter.settings.theme import LOOKS

Result = TypeVar("Result")
# Files that the pages load, by name: nothing else of the disk has an address.
_SCRIPTS = ("preview.js", "live.js", "list.js", "issue.js", "mail.js", "stream.js", "fonts.js")
FILES: Mapping[str, str] = {"preview.css": "text/css", **dict.fromkeys(_SCRIPTS, "text/javascript")}
# Of a mail: what it was made from, so that its page can tell whether it is newer.
MARK_HEADER = "Preview-Mark"
_NOTHING = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'"}


@dataclass(frozen=True)
class Answers:
    """Answers requests from the open issues, which one thread alone works at."""

    open_issues: OpenIssues
    worker: Executor
    signal: ChangeSignal
    issue_states: IssueStates
    usual: Reader

    @property
    def routes(self) -> list[Route]:
        """All addresses that there are."""
        return [
            Route("/", self._all_issues),
            Route("/events", self._events),
            Route("/issues/{name}", self._issue),
            Route("/issues/{name}/mail", self._mail),
            Route("/issues/{name}/release.pdf", self._pdf),
            Route("/issues/{name}/web", self._web),
            Route("/pictures/{name}", self._picture),
            Route("/page/{name}", self._own_file),
        ]

    async def _in_worker(self, work: Callable[[], Result]) -> Result:
        def looked() -> Result:
            self.open_issues.notice_changes()
            return work()

        return await asyncio.get_running_loop().run_in_executor(self.worker, looked)

    async def _of_issue(self, request: Request, work: Callable[[Path], Result]) -> Result:
        """Return what `work` makes of the issue that is asked for."""

        def of_issue() -> Result:
            path = self.open_issues.path_of(request.path_params["name"])
            if path is None:
                raise HTTPException(404)
            return work(path)

        return await self._in_worker(of_issue)

    async def _all_issues(self, _request: Request) -> Response:
        rows = await self._in_worker(lambda: listed(self.open_issues.issues()))
        self.issue_states.want(tuple(row.path for row in rows))
        return HTMLResponse(await self._in_worker(partial(self._list_page, rows)))

    def _list_page(self, rows: Sequence[ListedIssue]) -> str:
        usual = View(reader=self.usual).query  # whom the mails are shown to
        return page(
            "list.html",
            name=self.open_issues.settings.organisation.name,
            issues=rows,
            states=self.issue_states.known,
            query=f"?{usual}" if usual else "",
            problems=_shown(self.open_issues.settings_problems, self.open_issues),
        )

    async def _events(self, _request: Request) -> Response:
        """Tell all pages when to look whether they have changed, and the list what is known."""
        return StreamingResponse(stream(self.signal, self._states), media_type="text/event-stream")

    def _states(self) -> Iterator[str]:
        for path, state in self.issue_states.known.items():
            yield json.dumps({"name": path.stem, **state._asdict()})

    async def _issue(self, request: Request) -> Response:
        view = view_of(request.query_params)
        html = await self._of_issue(request, partial(_issue_page, self.open_issues, view=view))
        return HTMLResponse(html)

    async def _mail(self, request: Request) -> Response:
        """Answer with the mail, under a policy of its own; with 304 where its mark is named."""
        return await self._of_issue(request, lambda path: self._mail_of(path, request))

    def _mail_of(self, path: Path, request: Request) -> Response:
        view = view_of(request.query_params)
        mark = self.open_issues.mark(path, view.reader)
        if request.headers.get("If-None-Match") == mark:
            return Response(status_code=304)
        mail = self.open_issues.previewed(path, view.reader, view.look).mail
        # No origin is let in but those whose pictures the mail has.
        asked = {*request.query_params.getlist("origin")}
        has = pictures.remote_origins(mail.filled.html) if mail and asked else ()
        origins = [each for each in has if each in asked]
        headers = {"Content-Security-Policy": mail_policy(origins), MARK_HEADER: mark}
        html = _mail_page(mail, view, origins) if mail else page("no-mail.html")
        return HTMLResponse(html, headers=headers)

    async def _pdf(self, request: Request) -> Response:
        from newsletter.rendering.press import render_release_pdf

        def made(issue: Issue, settings: Settings) -> Response:
            if not isinstance(issue, PressRelease):
                raise HTTPException(404)
            content = render_release_pdf(issue, settings).content
            return Response(content, media_type="application/pdf", headers=_NOTHING)

        return await self._made_now(request, made)

    async def _web(self, request: Request) -> Response:
        """Answer with the page that the issue has online once it is sent, as everyone reads it."""
        from newsletter.rendering.web.page import render_standalone

        def made(issue: Issue, settings: Settings) -> Response:
            is_dark = view_of(request.query_params).appearance == "dark"
            shown = (dark if is_dark else light)(render_standalone(issue, settings))
            return HTMLResponse(shown, headers={"Content-Security-Policy": mail_policy(())})

        return await self._made_now(request, made)

    async def _made_now(
        self, request: Request, make: Callable[[Issue, Settings], Response]
    ) -> Response:
        """Return what is made of an issue, or a sentence where it cannot be."""

        def wanted(path: Path) -> tuple[Issue | None, Settings]:
            issue = self.open_issues.previewed(path, Reader()).loaded.issue
            return issue, self.open_issues.settings_in(view_of(request.query_params).look)

        issue, settings = await self._of_issue(request, wanted)
        title = _("Nothing to show")
        if issue is None:
            return _sentence(title, _("Nothing to show until the file is fixed."), 404)
        try:
            # Not in that thread: it takes a second, and the mail should not wait for it.
            return await asyncio.to_thread(make, issue, settings)
        except NewsletterError as error:
            return _sentence(title, _in_a_sentence(error), 503)

    async def _picture(self, request: Request) -> Response:
        """Answer with a picture of a mail that is shown: by its name there, not from the disk."""
        name = request.path_params["name"]
        content = await self._in_worker(lambda: self.open_issues.picture(name))
        if content is None:
            raise HTTPException(404)
        # Its name is a digest of what it was made from: what is there never changes.
        headers = {**_NOTHING, "Cache-Control": "private, max-age=31536000, immutable"}
        return Response(content, media_type=PICTURE_TYPES[name.rpartition(".")[2]], headers=headers)

    async def _own_file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in FILES:
            raise HTTPException(404)
        return Response((FOLDER / name).read_bytes(), media_type=FILES[name])


async def no_page(request: Request, error: Exception) -> Response:
    """Answer to an address that there is not, or to a request that would change something."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _sentence(_("No such page"), request.url.path, status)


def _sentence(title: str, sentence: str, status: int) -> Response:
    # It may stand in a frame of ours: where the PDF would.
    policy = PAGE_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    html = page("sentence.html", title=title, sentence=sentence)
    return HTMLResponse(html, status, headers={"Content-Security-Policy": policy})


def _issue_page(open_issues: OpenIssues, path: Path, view: View) -> str:
    mark = open_issues.mark(path, view.reader)  # before what is shown: never newer than that
    previewed = open_issues.previewed(path, view.reader)
    problems = open_issues.problems(path, view.reader, mark)
    other_look = open_issues.other_look(view.look)
    shown = open_issues.previewed(path, view.reader, other_look)
    issue, mail, settings = previewed.loaded.issue, previewed.mail, open_issues.settings
    fonts = open_issues.settings_in(other_look).theme.fonts
    is_reader_unknown = isinstance(previewed.failure, NoSuchReaderError)
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
        failure=shown.failure and _in_a_sentence(shown.failure),
        appearances=APPEARANCES,
        other_look=other_look,
        looks=LOOKS,
        fonts=f"{fonts.body}|{fonts.heading}",
        members=open_issues.members and open_issues.members.name,
        origins=pictures.remote_origins(shown.mail.filled.html) if shown.mail else (),
        limits=(WARN_BYTES, CLIP_BYTES),
        content=issue and settings.asks_before_sending and content_of(digests_of(issue, settings)),
    )


def _mail_page(mail: ShownMail, view: View, origins: Collection[str]) -> str:
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


def _in_a_sentence(error: NewsletterError) -> str:
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
