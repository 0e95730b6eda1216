"""The preview's server: on this machine alone, for its own pages alone; it changes nothing."""

import asyncio
import socket
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

import uvicorn
from starlette.applications import Starlette

from newsletter.i18n import _, current_language, use_language
from newsletter.preview.live.answers import Answers, no_page
from newsletter.preview.live.changes import ChangeSignal, watch
from newsletter.preview.live.guard import guarded
from newsletter.preview.live.issue_list import IssueStates
from newsletter.preview.live.open_issues import OpenIssues, Reader
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.sandbox import interrupted

ADDRESS = "127.0.0.1"


def listening_socket(port: int) -> socket.socket:
    """Return a socket that listens at `port`, 0 for any, else at one of the twenty after it."""
    for number in range(port, min(port + 20, 65536)):
        with suppress(OSError):
            listener = socket.create_server((ADDRESS, number))
            # Named TCP: only there asyncio turns off Nagle's delay, 40 ms an answer.
            return socket.socket(proto=socket.IPPROTO_TCP, fileno=listener.detach())
    message = _("no free port from {port} on").format(port=port)
    raise NewsletterError(message, _("choose another port: newsletter preview --port 9000"))


class _Server(uvicorn.Server):
    """Ends the streams of open pages when it is told to stop, so that it can."""

    def __init__(self, config: uvicorn.Config, signal: ChangeSignal) -> None:
        super().__init__(config)
        self._signal = signal

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._signal.end()
        with interrupted():
            await super().shutdown(sockets)


def server(open_issues: OpenIssues, usual: Reader, listener: socket.socket) -> uvicorn.Server:
    """Return the server, ready to `run(sockets=[listener])`."""
    signal, language = ChangeSignal(), current_language()
    worker = ThreadPoolExecutor(1, "open issues", initializer=use_language, initargs=(language,))
    issue_states = IssueStates(open_issues.workspace, signal.wake)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        more = [path for path in (open_issues.file, open_issues.members) if path]
        works = (watch(open_issues.workspace, more, signal.change), issue_states.keep())
        tasks = [asyncio.create_task(each) for each in works]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            worker.shutdown(wait=True, cancel_futures=True)

    answers = Answers(open_issues, worker, signal, issue_states, usual)
    errors = {404: no_page, 405: no_page}
    app = Starlette(routes=answers.routes, lifespan=lifespan, exception_handlers=errors)
    config = uvicorn.Config(
        guarded(app, port=listener.getsockname()[1]),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,  # seconds, for pages that load while the server stops
        ws="none",
    )
    return _Server(config, signal)
