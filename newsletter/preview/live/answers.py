"""What the preview answers to each address."""

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from newsletter.content.loading import Issue
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.preview.live import pages
from newsletter.preview.live.changes import ChangeSignal, stream
from newsletter.preview.live.guard import PAGE_POLICY, mail_policy
from newsletter.preview.live.issue_list import IssueStates, listed
from newsletter.preview.live.open_issues import OpenIssues, Reader, View, view_of
from newsletter.preview.page_templates import FOLDER, page
from newsletter.preview.views import dark, light
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.pictures.images import PICTURE_TYPES
from newsletter.settings.settings import Settings

Result = TypeVar("Result")
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
            self.open_issues.look()
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
        known, usual = self.issue_states.known, View(reader=self.usual).query
        html = await self._in_worker(lambda: pages.list_page(self.open_issues, rows, known, usual))
        return HTMLResponse(html)

    async def _events(self, _request: Request) -> Response:
        """Tell all pages when to look whether they have changed, and the list what is known."""
        told = stream(self.signal, self._states)
        return StreamingResponse(told, media_type="text/event-stream")

    def _states(self) -> Iterator[str]:
        for path, state in self.issue_states.known.items():
            yield json.dumps({"name": path.stem, **state._asdict()})

    async def _issue(self, request: Request) -> Response:
        view = view_of(request.query_params)
        html = await self._of_issue(request, partial(pages.issue_page, self.open_issues, view=view))
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
        asked = request.query_params.getlist("origin")
        origins = pages.allowed_origins(mail, asked) if mail else ()
        headers = {"Content-Security-Policy": mail_policy(origins), MARK_HEADER: mark}
        html = pages.mail_page(mail, view, origins) if mail else page("no-mail.html")
        return HTMLResponse(html, headers=headers)

    async def _pdf(self, request: Request) -> Response:
        from newsletter.rendering.press import render_release_pdf

        title = _("There is no PDF")

        def made(issue: Issue | None, settings: Settings) -> Response:
            if not isinstance(issue, PressRelease):
                return _sentence(title, _("the press release cannot be built from this text"), 404)
            content = render_release_pdf(issue, settings).content
            return Response(content, media_type="application/pdf", headers=_NOTHING)

        return await self._made_now(request, made, title)

    async def _web(self, request: Request) -> Response:
        """Answer with the page that the issue has online once it is sent, as everyone reads it."""
        from newsletter.rendering.web.page import render_standalone

        def made(issue: Issue | None, settings: Settings) -> Response:
            if issue is None:
                raise HTTPException(404)
            is_dark = view_of(request.query_params).appearance == "dark"
            shown = (dark if is_dark else light)(render_standalone(issue, settings))
            return HTMLResponse(shown, headers={"Content-Security-Policy": mail_policy(())})

        return await self._made_now(request, made, _("There is no page"))

    async def _made_now(
        self, request: Request, make: Callable[[Issue | None, Settings], Response], title: str
    ) -> Response:
        """Return what is made of an issue; `title` is that of the sentence where it cannot be."""

        def wanted(path: Path) -> tuple[Issue | None, Settings]:
            issue = self.open_issues.previewed(path, Reader()).loaded.issue
            return issue, self.open_issues.settings_in(view_of(request.query_params).look)

        found = await self._of_issue(request, wanted)
        try:
            # Not in that thread: it takes a second, and the mail should not wait for it.
            return await asyncio.to_thread(make, *found)
        except NewsletterError as error:
            return _sentence(title, pages.in_a_sentence(error), 503)

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
        if name not in pages.FILES:
            raise HTTPException(404)
        return Response((FOLDER / name).read_bytes(), media_type=pages.FILES[name])


async def no_page(request: Request, error: Exception) -> Response:
    """Answer to an address that there is not, or to a request that would change something."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _sentence(_("No such page"), request.url.path, status)


def _sentence(title: str, sentence: str, status: int) -> Response:
    # It may stand in a frame of ours: where the PDF would.
    policy = PAGE_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    html = page("sentence.html", title=title, sentence=sentence)
    return HTMLResponse(html, status, headers={"Content-Security-Policy": policy})
